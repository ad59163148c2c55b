import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseConfig, type SignerConfig } from '../../signer/config.ts';
import { readTrust } from '../../signer/trust.ts';
import { createIdentitySigner } from '../../wire/ed25519.ts';
import { ConfigError } from '../../wire/process/config.ts';
import { encodeRosterFile, stampRoster, type RosterDocument } from '../../wire/roster.ts';
import { parseStampPrivateKey, type Stamper } from '../../wire/stamp.ts';
import { createTestClient } from '../support/client-requests.ts';
import { seededRandom } from '../support/rng.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const random = seededRandom('trust');
const identities = [1, 2, 3].map((index) => ({
  index,
  identityKey: createIdentitySigner(random.bytes(32)).publicKey,
  address: `127.0.0.1:${7400 + index}`,
}));
const roster: RosterDocument = { cluster: 'demo', version: 4, t: 2, signers: identities };
const ownKey = identities[1]?.identityKey ?? new Uint8Array();

function operator(): { readonly stamper: Stamper; readonly pem: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    stamper: parseStampPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()),
    pem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}

const [first, second] = [operator(), operator()];
const client = createTestClient('demo', 'p256');

type Files = {
  readonly roster?: RosterDocument;
  readonly by?: Stamper;
  readonly previous?: RosterDocument;
  readonly write?: (dir: string) => void;
  readonly config?: Partial<SignerConfig>;
};

async function trustOf(dir: string, files: Files = {}, identityKey = ownKey) {
  const put = (name: string, text: string): void => {
    writeFileSync(join(dir, name), text);
  };
  const signed = await stampRoster(files.roster ?? roster, files.by ?? first.stamper);
  put('roster.json', encodeRosterFile(signed));
  put('operator.pem', first.pem);
  put('demo.pem', client.pem.publicKey);
  if (files.previous)
    put('previous.json', encodeRosterFile(await stampRoster(files.previous, first.stamper)));
  files.write?.(dir);
  const yaml = `
cluster: demo
index: 2
dataDir: data
listen: { grpc: '127.0.0.1:0', http: '127.0.0.1:0' }
tls: { cert: c, key: k, ca: ca }
roster: roster.json
${files.previous ? 'previousRoster: previous.json' : ''}
operatorKeys: [operator.pem]
clients: [{ id: demo, stampKeys: [demo.pem], grants: [{ action: create }] }]
sealer: { provider: file, passphraseFile: p }
`;
  const config = parseConfig({ yaml, path: join(dir, 'signer.yaml'), env: {} });
  return readTrust({ ...config, ...files.config }, identityKey);
}

async function complaint(dir: string, ...args: readonly unknown[]): Promise<string> {
  try {
    await trustOf(dir, ...(args as [Files?, Uint8Array?]));
    return 'trusted';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

t.test('trusts the roster that an operator stamped, and the clients of its file', async (t) => {
  const trust = await trustOf(temporaryDirectory(t));
  t.equal(trust.roster.version, 4);
  t.same(
    trust.roster.signers.map(({ index }) => index),
    [1, 2, 3],
  );
  t.equal(trust.previousRoster, undefined);
  t.same([...trust.signedRosters.keys()], [4]);
  t.equal(trust.clients[0]?.id, 'demo');
  t.equal(trust.clients[0]?.keys[0]?.keyId, client.stampKey.keyId);
  t.same(trust.clients[0]?.grants, [{ action: 'create' }]);
});

t.test('an update keeps the version before', async (t) => {
  const trust = await trustOf(temporaryDirectory(t), { previous: { ...roster, version: 3 } });
  t.equal(trust.previousRoster?.version, 3);
  t.same([...trust.signedRosters.keys()].sort(), [3, 4]);
});

t.test('trusts nothing else, and names the file', async (t) => {
  const dir = temporaryDirectory(t);
  t.match(await complaint(dir, { by: second.stamper }), /roster\.json: .*no valid stamp/);
  t.match(
    await complaint(dir, { roster: { ...roster, cluster: 'other' } }),
    /roster\.json: cluster/,
  );
  const stranger = createIdentitySigner(random.bytes(32)).publicKey;
  t.match(
    await complaint(dir, {}, stranger),
    /roster\.json: entry 2 is not this signer's identity/,
  );
  const without = { ...roster, signers: identities.filter(({ index }) => index !== 2) };
  t.match(await complaint(dir, { roster: without }), /entry 2 is not this signer's identity/);
  const write = (name: string, text: string) => ({
    write: (at: string) => {
      writeFileSync(join(at, name), text);
    },
  });
  t.match(await complaint(dir, write('roster.json', '{}')), /roster\.json/);
  t.match(await complaint(dir, write('operator.pem', 'no key')), /operator\.pem: not a public key/);
  t.match(
    await complaint(dir, write('demo.pem', client.pem.privateKey)),
    /demo\.pem: not a public key/,
    'nor a private key in the place of a public one',
  );
  t.match(await complaint(dir, { config: { roster: join(dir, 'missing') } }), /missing/);
});
