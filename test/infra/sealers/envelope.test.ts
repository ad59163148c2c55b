import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import t from 'tap';
import { z } from 'zod';
import { createEnvelopeSealer, sealWith, type DataKeys } from '../../../infra/sealers/envelope.ts';
import { createFileSealer } from '../../../infra/sealers/file.ts';
import { decodeHeader } from '../../../infra/sealers/header.ts';
import { SealFailure, type SealContext } from '../../../signer/ports.ts';
import { SHARE_CONTEXT, sealerCompliance } from '../../compliance/sealer.ts';

const hex = z.string().transform((text) => new Uint8Array(Buffer.from(text, 'hex')));
const context = z.strictObject({
  'trefoil-cluster': z.string(),
  'trefoil-signer': z.string(),
  'trefoil-kind': z.enum(['share', 'identity', 'hedge']),
  'trefoil-key': z.string(),
  'trefoil-epoch': z.string(),
});
const vectorFile = z.object({
  vectors: z.array(
    z.object({
      name: z.string(),
      provider: z.string(),
      kekId: z.string(),
      edk: hex,
      context,
      dataKey: hex,
      salt: hex,
      nonce: hex,
      plaintext: hex,
      commit: hex,
      header: hex,
      blob: hex,
    }),
  ),
  file: z.object({
    passphrase: z.string(),
    logN: z.number(),
    salt: hex,
    context,
    plaintext: hex,
    blob: hex,
  }),
});
const { vectors, file } = vectorFile.parse(
  JSON.parse(readFileSync(new URL('../../vectors/sealing.json', import.meta.url), 'utf8')),
);

const notAuthentic = { name: 'SealFailure', code: 'not-authentic' };

/** Data keys kept in a map; `edk` is their name. */
function memoryKeys(): DataKeys & { handedOut: Uint8Array[] } {
  const known = new Map<string, Uint8Array>();
  const handedOut: Uint8Array[] = [];
  return {
    provider: 'memory',
    handedOut,
    generate: async () => {
      const dataKey = new Uint8Array(randomBytes(32));
      const edk = new Uint8Array(randomBytes(16));
      known.set(Buffer.from(edk).toString('hex'), Uint8Array.from(dataKey));
      handedOut.push(dataKey);
      return { dataKey, kekId: 'kek', edk };
    },
    recover: async ({ edk }) => {
      const found = known.get(Buffer.from(edk).toString('hex'));
      if (!found) throw new SealFailure('not-authentic', 'no such data key');
      const dataKey = Uint8Array.from(found);
      handedOut.push(dataKey);
      return dataKey;
    },
    health: () => Promise.resolve(),
  };
}

/** Recovers one given data key, whatever the blob says. */
function fixedKey(provider: string, dataKey: Uint8Array): DataKeys {
  return {
    ...memoryKeys(),
    provider,
    recover: async () => Uint8Array.from(dataKey),
  };
}

for (const vector of vectors)
  await t.test(`seals and opens the vector "${vector.name}" byte for byte`, async (t) => {
    const blob = sealWith(vector.dataKey, vector, vector.plaintext);
    t.ok(Buffer.from(blob).equals(vector.blob));
    const { header, length } = decodeHeader(vector.blob);
    t.equal(length, vector.header.length);
    t.ok(Buffer.from(header.commit).equals(vector.commit));

    const sealer = createEnvelopeSealer(fixedKey(vector.provider, vector.dataKey), { randomBytes });
    const opened = await sealer.unseal(vector.blob, vector.context);
    t.ok(Buffer.from(opened).equals(vector.plaintext));
  });

await t.test('opens the vector of the file provider', async (t) => {
  const dir = t.testdir();
  const passphraseFile = join(dir, 'passphrase');
  const saltFile = join(dir, 'salt');
  await writeFile(passphraseFile, file.passphrase, { mode: 0o600 });
  await writeFile(saltFile, file.salt);
  const sealer = await createFileSealer(
    { passphraseFile, saltFile, logN: file.logN },
    { randomBytes, environment: {} },
  );
  t.ok(Buffer.from(await sealer.unseal(file.blob, file.context)).equals(file.plaintext));
});

await t.test('the envelope keeps the port over any source of data keys', async (t) => {
  await sealerCompliance(t, {
    sealer: createEnvelopeSealer(memoryKeys(), { randomBytes }),
    stranger: createEnvelopeSealer(memoryKeys(), { randomBytes }),
    flips: 'every-bit',
  });
});

await t.test('wipes every data key after its one use, also when unsealing fails', async (t) => {
  const keys = memoryKeys();
  const sealer = createEnvelopeSealer(keys, { randomBytes });
  const blob = await sealer.seal(Uint8Array.of(1, 2, 3), SHARE_CONTEXT);
  await sealer.unseal(blob, SHARE_CONTEXT);
  const damaged = Uint8Array.from(blob);
  damaged.set([(damaged.at(-1) ?? 0) ^ 1], damaged.length - 1);
  await t.rejects(sealer.unseal(damaged, SHARE_CONTEXT), notAuthentic);

  t.equal(keys.handedOut.length, 3);
  t.ok(keys.handedOut.every((key) => key.every((byte) => byte === 0)));
});

await t.test('asks for no data key when the context is not the one expected', async (t) => {
  const keys = memoryKeys();
  const sealer = createEnvelopeSealer(keys, { randomBytes });
  const blob = await sealer.seal(Uint8Array.of(1), SHARE_CONTEXT);
  const other: SealContext = { ...SHARE_CONTEXT, 'trefoil-epoch': '4' };
  await t.rejects(sealer.unseal(blob, other), notAuthentic);
  t.equal(keys.handedOut.length, 1);
});

await t.test('refuses another key by the commitment, before any decryption', async (t) => {
  const [vector] = vectors;
  if (!vector) throw new Error('no vector');
  const sealer = createEnvelopeSealer(fixedKey(vector.provider, new Uint8Array(32)), {
    randomBytes,
  });
  await t.rejects(sealer.unseal(vector.blob, vector.context), {
    ...notAuthentic,
    message: /under another key/,
  });
});

await t.test('seals at most 64 kB', async (t) => {
  const sealer = createEnvelopeSealer(memoryKeys(), { randomBytes });
  await t.rejects(sealer.seal(new Uint8Array(65_537), SHARE_CONTEXT), { code: 'misconfigured' });
});
