import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import t from 'tap';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { createAwsKmsSealer, type AwsKmsSealer } from '../../../infra/sealers/aws-kms.ts';
import { SHARE_CONTEXT, sealerCompliance } from '../../compliance/sealer.ts';
import { MOTO_ENVIRONMENT, motoMissing, startMoto, type Moto } from '../../support/moto.ts';

// The product takes credentials, region and endpoint from the SDK's own settings.
Object.assign(process.env, MOTO_ENVIRONMENT);

async function createKey(moto: Moto, keySpec: 'SYMMETRIC_DEFAULT' | 'RSA_2048'): Promise<string> {
  const client = new KMSClient({ endpoint: moto.endpoint });
  const keyUsage = 'ENCRYPT_DECRYPT';
  const made = await client.send(new CreateKeyCommand({ KeySpec: keySpec, KeyUsage: keyUsage }));
  client.destroy();
  return made.KeyMetadata?.KeyId ?? '';
}

function sealerFor(keyId: string, endpoint?: string): AwsKmsSealer {
  return createAwsKmsSealer(endpoint === undefined ? { keyId } : { keyId, endpoint }, {
    randomBytes,
  });
}

const missing = motoMissing();

await t.test('the aws-kms sealer against moto', { skip: missing ?? false }, async (t) => {
  const moto = await startMoto();
  process.env['AWS_ENDPOINT_URL_KMS'] = moto.endpoint;
  const keyId = await createKey(moto, 'SYMMETRIC_DEFAULT');
  const sealer = sealerFor(keyId);
  const stranger = sealerFor(await createKey(moto, 'SYMMETRIC_DEFAULT'));
  t.teardown(async () => {
    sealer.close();
    stranger.close();
    await moto.stop();
  });

  await t.test('keeps the port', async (t) => {
    await sealerCompliance(t, { sealer, stranger, flips: 'every-byte' });
  });

  await t.test('opens after a restart, by alias as well, what it sealed before', async (t) => {
    const client = new KMSClient({});
    const alias = 'alias/trefoil-signer-1';
    await client.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: keyId }));
    client.destroy();
    const blob = await sealer.seal(Uint8Array.of(7), SHARE_CONTEXT);
    const restarted = sealerFor(alias);
    t.same([...(await restarted.unseal(blob, SHARE_CONTEXT))], [7]);
    restarted.close();
  });

  await t.test('names what is wrong with its key', async (t) => {
    const absent = sealerFor('11111111-2222-3333-4444-555555555555');
    await t.rejects(absent.health(), { name: 'SealFailure', code: 'misconfigured' });
    await t.rejects(absent.seal(Uint8Array.of(1), SHARE_CONTEXT), { code: 'misconfigured' });
    absent.close();
    const asymmetric = sealerFor(await createKey(moto, 'RSA_2048'));
    await t.rejects(asymmetric.health(), { name: 'SealFailure', code: 'misconfigured' });
    asymmetric.close();
  });

  await t.test('takes an endpoint from its options before the environment', async (t) => {
    const nowhere = sealerFor(keyId, 'http://127.0.0.1:1');
    await t.rejects(nowhere.health(), { name: 'SealFailure', code: 'unavailable' });
    nowhere.close();
  });
});

/** A KMS that gives the same answer to everything, and counts. */
async function answering(
  status: number,
  type: string,
): Promise<{ endpoint: string; server: Server; calls: () => number }> {
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    request.resume();
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ __type: type, message: type }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { endpoint: `http://127.0.0.1:${address.port}`, server, calls: () => calls };
}

const ANSWERS = [
  [400, 'ThrottlingException', 'unavailable', 3],
  [500, 'KMSInternalException', 'unavailable', 3],
  [400, 'AccessDeniedException', 'denied', 1],
  [400, 'DisabledException', 'denied', 1],
  [400, 'KMSInvalidStateException', 'denied', 1],
  [400, 'NotFoundException', 'misconfigured', 1],
] as const;

for (const [status, type, code, tries] of ANSWERS)
  await t.test(`${type} is ${code}, with the cause kept, after ${tries} tries`, async (t) => {
    const kms = await answering(status, type);
    const sealer = sealerFor('key', kms.endpoint);
    t.teardown(() => {
      sealer.close();
      kms.server.close();
      kms.server.closeAllConnections();
    });

    const failure: unknown = await sealer
      .seal(Uint8Array.of(1), SHARE_CONTEXT)
      .catch((error: unknown) => error);

    t.match(failure, { name: 'SealFailure', code, cause: { name: type } });
    t.equal(kms.calls(), tries);
  });

await t.test('says that a region is missing', async (t) => {
  const region = process.env['AWS_REGION'];
  delete process.env['AWS_REGION'];
  const sealer = sealerFor('key', 'http://127.0.0.1:1');
  await t.rejects(sealer.health(), { name: 'SealFailure', code: 'misconfigured' });
  process.env['AWS_REGION'] = region;
  sealer.close();
});
