import { blake3 } from '@noble/hashes/blake3.js';
import t from 'tap';
import { arith, bytesOf, hexOf } from '../support/arith.ts';
import { randomOf } from '../support/rng.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

t.test('keys are BLAKE3 derive_key under the protocol name', (t) => {
  const material = randomOf(t).bytes(32);
  const expected = blake3(material, { context: utf8('trefoil/dkls23/v1/ote/prg') });
  t.same(arith.blake3.deriveKey('ote/prg', material), expected);
  t.not(hexOf(arith.blake3.deriveKey('ote/out', material)), hexOf(expected));
  t.end();
});

t.test('keyed output is that of the published BLAKE3 vectors', (t) => {
  // Official test vectors: key, input bytes 0, 1, 2, ..., first 32 bytes of keyed_hash.
  const key = utf8('whats the Elvish word for friend');
  const published: readonly (readonly [length: number, hash: string])[] = [
    [0, '92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d26'],
    [1, '6d7878dfff2f485635d39013278ae14f1454b8c0a3a2d34bc1ab38228a80c95b'],
  ];
  for (const [length, hash] of published) {
    const message = Uint8Array.from({ length }, (_, k) => k);
    t.equal(hexOf(arith.blake3.keyed(key, message, 32)), hash);
  }
  t.end();
});

t.test('longer output continues shorter output', (t) => {
  const random = randomOf(t);
  const [key, message] = [random.bytes(32), random.bytes(20)];
  const long = arith.blake3.keyed(key, message, 200);
  t.same(arith.blake3.keyed(key, message, 84), long.slice(0, 84));
  t.end();
});

t.test('equality of secrets looks at every position and the length', (t) => {
  const a = bytesOf('00ff00ff');
  t.ok(arith.equal(a, a.slice()));
  for (let k = 0; k < a.length; k++) {
    t.notOk(
      arith.equal(
        a,
        a.map((byte, i) => (i === k ? byte ^ 0x80 : byte)),
      ),
    );
  }
  t.notOk(arith.equal(a, a.slice(0, 3)));
  t.notOk(arith.equal(a, bytesOf('00ff00ff00')));
  t.end();
});
