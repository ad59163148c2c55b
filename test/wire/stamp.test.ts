import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { sha256, toHex, utf8 } from '../../wire/bytes.ts';
import {
  createStamper,
  parseStampPrivateKey,
  parseStampPublicKey,
  PAYLOAD_TYPES,
  preAuthEncoding,
  stampKeyOf,
  stampsOf,
  validStampKeys,
  verifyStamp,
} from '../../wire/stamp.ts';
import { like } from '../support/like.ts';

const ed25519 = generateKeyPairSync('ed25519');
const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const TYPE = PAYLOAD_TYPES.SignRequest;
const payload = utf8('a request');
const privatePem = (pair: typeof p256): string =>
  pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const publicPem = (pair: typeof p256): string =>
  pair.publicKey.export({ format: 'pem', type: 'spki' }).toString();

await t.test('signs what DSSE says', async (t) => {
  // The example of the DSSE specification, protocol.md.
  const pae = preAuthEncoding('http://example.com/HelloWorld', utf8('hello world'));
  t.same(pae, utf8('DSSEv1 29 http://example.com/HelloWorld 11 hello world'));
});

await t.test('names a key by the SHA-256 of its SPKI DER', async (t) => {
  for (const pair of [ed25519, p256]) {
    const der = pair.publicKey.export({ format: 'der', type: 'spki' });
    t.equal(parseStampPublicKey(publicPem(pair)).keyId, toHex(sha256(der)));
    t.equal(stampKeyOf(pair.privateKey).keyId, toHex(sha256(der)));
    t.equal(parseStampPrivateKey(privatePem(pair)).keyId, toHex(sha256(der)));
  }
});

await t.test('stamps by Ed25519 and P-256 keys verify, 64 bytes each', async (t) => {
  for (const pair of [ed25519, p256]) {
    const key = parseStampPublicKey(publicPem(pair));
    const stamp = await parseStampPrivateKey(privatePem(pair)).stamp(TYPE, payload);
    t.equal(stamp.signature.length, 64);
    t.ok(verifyStamp(key, TYPE, payload, stamp));
    t.notOk(verifyStamp(key, PAYLOAD_TYPES.Roster, payload, stamp), 'of another payload type');
    t.notOk(verifyStamp(key, TYPE, utf8('another'), stamp), 'over other bytes');
    const other = stampKeyOf(pair === p256 ? ed25519.publicKey : p256.publicKey);
    t.notOk(verifyStamp(other, TYPE, payload, { ...stamp, keyId: other.keyId }), 'of another key');
    t.notOk(
      verifyStamp(key, TYPE, payload, { ...stamp, keyId: other.keyId }),
      'under another name',
    );
    for (const length of [0, 63, 65]) {
      const signature = new Uint8Array(length);
      t.notOk(verifyStamp(key, TYPE, payload, { ...stamp, signature }));
    }
  }
});

await t.test('takes no DER-encoded ECDSA signature', async (t) => {
  const key = stampKeyOf(p256.publicKey);
  const signature = sign('sha256', preAuthEncoding(TYPE, payload), p256.privateKey);
  t.notOk(verifyStamp(key, TYPE, payload, { keyId: key.keyId, signature }));
});

await t.test('accepts high s: the signature of a KMS is not normalised', async (t) => {
  const key = stampKeyOf(p256.publicKey);
  const { signature } = await parseStampPrivateKey(privatePem(p256)).stamp(TYPE, payload);
  const q = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const s = BigInt(`0x${toHex(signature.slice(32))}`);
  const flippedS = Buffer.from((q - s).toString(16).padStart(64, '0'), 'hex');
  const flipped = new Uint8Array(Buffer.concat([signature.slice(0, 32), flippedS]));
  t.ok(verifyStamp(key, TYPE, payload, { keyId: key.keyId, signature: flipped }));
});

await t.test('every flipped bit of a stamp is refused', async (t) => {
  for (const pair of [ed25519, p256]) {
    const key = stampKeyOf(pair.publicKey);
    const stamp = await parseStampPrivateKey(privatePem(pair)).stamp(TYPE, payload);
    for (let bit = 0; bit < 512; bit++) {
      const signature = stamp.signature.slice();
      signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (verifyStamp(key, TYPE, payload, { ...stamp, signature })) t.fail(`bit ${bit}`);
    }
  }
});

await t.test('refuses other keys and a private key in place of a public one', async (t) => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  for (const pair of [rsa, p384]) {
    t.throws(() => parseStampPublicKey(publicPem(pair)), /Ed25519 or a P-256/);
    t.throws(() => parseStampPrivateKey(privatePem(pair)), /Ed25519 or a P-256/);
  }
  t.throws(() => parseStampPublicKey(privatePem(ed25519)), /public key/);
  t.throws(() => parseStampPublicKey('nonsense'));
});

await t.test('a signing callback that answers with something else is found out', async (t) => {
  const stamper = createStamper(stampKeyOf(p256.publicKey), () =>
    Promise.resolve(new Uint8Array(64)),
  );
  await t.rejects(stamper.stamp(TYPE, payload), /signature of its key/);
});

await t.test('finds the keys that stamped among those known', async (t) => {
  const keys = [ed25519, p256].map((pair) => stampKeyOf(pair.publicKey));
  const stamp = await parseStampPrivateKey(privatePem(p256)).stamp(TYPE, payload);
  t.same(validStampKeys(keys, TYPE, payload, [stamp]), [keys[1]]);
  t.same(validStampKeys(keys, TYPE, payload, []), []);
});

await t.test('the list of stamps is bounded and names its faults', async (t) => {
  const stamp = (i: number) => ({
    keyId: i.toString(16).padStart(64, '0'),
    signature: new Uint8Array(64),
  });
  t.equal(stampsOf([stamp(1), stamp(2)], 'stamps').length, 2);
  t.throws(() => stampsOf([], 'stamps'), like({ field: 'stamps' }));
  const nine = Array.from({ length: 9 }, (_, i) => stamp(i));
  t.throws(() => stampsOf(nine, 'stamps'), like({ field: 'stamps' }));
  t.throws(() => stampsOf([stamp(1), stamp(1)], 'stamps'), like({ field: 'stamps[1].key_id' }));
  const short = { ...stamp(1), signature: new Uint8Array(63) };
  t.throws(() => stampsOf([short], 'stamps'), like({ field: 'stamps[0].signature' }));
  const upper = { ...stamp(1), keyId: 'A'.repeat(64) };
  t.throws(() => stampsOf([upper], 'stamps'), like({ field: 'stamps[0].key_id' }));
});

await t.test('PAE is injective in type and payload', async () => {
  const type = fc.string({ maxLength: 12 });
  const bytes = fc.uint8Array({ maxLength: 12 });
  fc.assert(
    fc.property(type, bytes, type, bytes, (a, x, b, y) => {
      const isSame = a === b && Buffer.compare(x, y) === 0;
      const equal = Buffer.compare(preAuthEncoding(a, x), preAuthEncoding(b, y)) === 0;
      assert.equal(equal, isSame);
    }),
  );
});
