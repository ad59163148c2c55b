import assert from 'node:assert/strict';
import { x25519 } from '@noble/curves/ed25519.js';
import t from 'tap';
import { fromHex } from '../../wire/bytes.ts';
import { createEphemeral } from '../../wire/x25519.ts';

const unhex = (hex: string): Uint8Array => {
  const bytes = fromHex(hex, 32);
  assert.ok(bytes);
  return bytes;
};

await t.test('derives the public key of RFC 7748 §6.1', async (t) => {
  const bob = createEphemeral(
    unhex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'),
  );
  t.same(bob.publicKey, unhex('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f'));
});

await t.test('agrees with an independent implementation', async (t) => {
  for (let i = 1; i <= 20; i++) {
    const [a, b] = [new Uint8Array(32).fill(i), new Uint8Array(32).fill(i + 100)];
    const theirs = x25519.getPublicKey(b);
    const expected = x25519.getSharedSecret(a, theirs);
    t.same(createEphemeral(a.slice()).agree(theirs), expected);
  }
});

await t.test('wipes the secret it was given', async (t) => {
  const secret = new Uint8Array(32).fill(9);
  createEphemeral(secret);
  t.same(secret, new Uint8Array(32));
});

await t.test('gives zeros for a point of small order', async (t) => {
  const ephemeral = createEphemeral(new Uint8Array(32).fill(3));
  t.same(ephemeral.agree(new Uint8Array(32)), new Uint8Array(32));
});

await t.test('is useless once destroyed', async (t) => {
  const ephemeral = createEphemeral(new Uint8Array(32).fill(3));
  const peer = createEphemeral(new Uint8Array(32).fill(4)).publicKey;
  ephemeral.destroy();
  ephemeral.destroy();
  t.throws(() => ephemeral.agree(peer), TypeError);
  t.throws(() => createEphemeral(new Uint8Array(31)), TypeError);
});
