import { secp256k1 } from '@noble/curves/secp256k1.js';
import fc from 'fast-check';
import t from 'tap';
import { isSignatureBy } from '../../wire/signature.ts';

const ORDER = secp256k1.Point.Fn.ORDER;
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const secret = fc.bigInt({ min: 1n, max: ORDER - 1n });

const toBytes = (value: bigint): Uint8Array =>
  new Uint8Array(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));

function sign(key: Uint8Array, digest: Uint8Array) {
  const recovered = secp256k1.sign(digest, key, { prehash: false, format: 'recovered' });
  return { recid: recovered[0] ?? 0, r: recovered.slice(1, 33), s: recovered.slice(33) };
}

await t.test('accepts what the key signed and nothing else', async () => {
  fc.assert(
    fc.property(secret, bytes32, fc.nat(511), (k, digest, flipped) => {
      const key = toBytes(k);
      const publicKey = secp256k1.getPublicKey(key, true);
      const signature = sign(key, digest);
      const both = Uint8Array.of(...signature.r, ...signature.s);
      both[flipped >> 3] = (both[flipped >> 3] ?? 0) ^ (1 << (flipped & 7));
      const changed = { recid: signature.recid, r: both.slice(0, 32), s: both.slice(32) };

      return (
        isSignatureBy(publicKey, digest, signature) && !isSignatureBy(publicKey, digest, changed)
      );
    }),
    { numRuns: 50 },
  );
});

await t.test('refuses high s, another recovery id, another digest and another key', async (t) => {
  const key = toBytes(7n);
  const publicKey = secp256k1.getPublicKey(key, true);
  const digest = new Uint8Array(32).fill(5);
  const good = sign(key, digest);
  const s = BigInt(`0x${Buffer.from(good.s).toString('hex')}`);

  t.ok(isSignatureBy(publicKey, digest, good));
  t.notOk(
    isSignatureBy(publicKey, digest, { ...good, s: toBytes(ORDER - s), recid: good.recid ^ 1 }),
  );
  for (const recid of [good.recid ^ 1, good.recid + 2, 4, -1, 0.5, Number.NaN]) {
    t.notOk(isSignatureBy(publicKey, digest, { ...good, recid }), `recid ${recid}`);
  }
  t.notOk(isSignatureBy(publicKey, new Uint8Array(32), good));
  t.notOk(isSignatureBy(secp256k1.getPublicKey(toBytes(8n), true), digest, good));
  t.notOk(isSignatureBy(publicKey, digest, { ...good, r: good.r.slice(1) }));
  t.notOk(isSignatureBy(publicKey, digest, { ...good, r: new Uint8Array(32) }));
});
