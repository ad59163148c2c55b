import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import t from 'tap';
import { concat, fromHex } from '../../wire/bytes.ts';
import {
  createIdentitySigner,
  ed25519PublicKey,
  isSoundPublicKey,
  rawPublicKey,
  verifyEd25519,
} from '../../wire/ed25519.ts';

const unhex = (hex: string): Uint8Array => {
  const bytes = fromHex(hex, hex.length / 2);
  assert.ok(bytes);
  return bytes;
};
const seed = new Uint8Array(32).fill(7);
const message = new TextEncoder().encode('message');

await t.test('signs and verifies the first vector of RFC 8032 §7.1', async (t) => {
  const secret = unhex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
  const signer = createIdentitySigner(secret);
  t.same(
    signer.publicKey,
    unhex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'),
  );
  const signature = unhex(
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  );
  t.same(signer.sign(new Uint8Array()), signature);
  const key = ed25519PublicKey(signer.publicKey);
  t.ok(key && verifyEd25519(key, new Uint8Array(), signature));
  t.same(key && rawPublicKey(key), signer.publicKey);
});

/** All encodings of the eight points of small order, the non-canonical ones included. */
const SMALL_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
];

await t.test('refuses every encoding of a small-order key', async (t) => {
  for (const hex of SMALL_ORDER) {
    t.notOk(isSoundPublicKey(unhex(hex)), hex);
    t.equal(ed25519PublicKey(unhex(hex)), undefined);
  }
});

await t.test(
  'a forgery that lax verifiers accept under a small-order key is refused',
  async (t) => {
    const neutral = unhex(SMALL_ORDER[2] ?? '');
    const forged = concat(neutral, new Uint8Array(32));
    const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), neutral]);
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    t.ok(ed25519.verify(forged, message, neutral, { zip215: true }), 'the danger is real');
    t.notOk(verifyEd25519(key, message, forged));
  },
);

await t.test('refuses S + L, other lengths, other keys and other kinds of key', async (t) => {
  const signer = createIdentitySigner(seed);
  const key = ed25519PublicKey(signer.publicKey);
  assert.ok(key);
  const signature = signer.sign(message);
  t.ok(verifyEd25519(key, message, signature));

  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  let S = L + signature.slice(32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const shifted = signature.slice();
  for (let i = 32; i < 64; i++, S >>= 8n) shifted[i] = Number(S & 0xffn);
  t.notOk(verifyEd25519(key, message, shifted));
  t.notOk(verifyEd25519(key, message, signature.slice(0, 63)));
  t.notOk(verifyEd25519(key, message, concat(signature, new Uint8Array(1))));

  const other = ed25519PublicKey(createIdentitySigner(new Uint8Array(32).fill(8)).publicKey);
  t.notOk(other && verifyEd25519(other, message, signature));
  const x25519 = Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), signer.publicKey]);
  const wrongKind = createPublicKey({ key: x25519, format: 'der', type: 'spki' });
  t.notOk(verifyEd25519(wrongKind, message, signature));
  t.notOk(isSoundPublicKey(new Uint8Array(31)));
  t.throws(() => createIdentitySigner(new Uint8Array(31)), TypeError);
});

await t.test('every flipped bit of a signature is refused', async (t) => {
  const signer = createIdentitySigner(seed);
  const key = ed25519PublicKey(signer.publicKey);
  assert.ok(key);
  const signature = signer.sign(message);
  for (let bit = 0; bit < 512; bit++) {
    const changed = signature.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    if (verifyEd25519(key, message, changed)) t.fail(`bit ${bit}`);
  }
  t.pass('512 bits');
});

await t.test('what one key signs no other key verifies', async () => {
  const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(seeds, fc.uint8Array({ maxLength: 100 }), (secret, content) => {
      const signer = createIdentitySigner(secret);
      const own = ed25519PublicKey(signer.publicKey);
      const foreign = ed25519PublicKey(createIdentitySigner(seed).publicKey);
      assert.ok(own && foreign);
      const signature = signer.sign(content);
      assert.ok(verifyEd25519(own, content, signature));
      assert.ok(!verifyEd25519(foreign, content, signature));
    }),
    { numRuns: 50 },
  );
});
