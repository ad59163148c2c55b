import fc from 'fast-check';
import t from 'tap';
import {
  inverse,
  mod,
  q,
  readBigEndian,
  readLittleEndian,
  writeScalar,
} from '../../../core/reference/integers.ts';
import { bigEndian, integerOf, Q } from '../../support/arith.ts';

const scalar = fc.bigInt({ min: 0n, max: Q - 1n });

t.test('q is the order of secp256k1', (t) => {
  t.equal(q, Q);
  t.end();
});

t.test('remainders are never negative', (t) => {
  t.same([-1n, 0n, q, q + 1n, -q].map(mod), [q - 1n, 0n, 0n, 1n, 0n]);
  t.end();
});

t.test('bytes and integers agree in both orders', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 48, maxLength: 48 }), (bytes) => {
      t.equal(readBigEndian(bytes), integerOf(bytes));
      t.equal(readLittleEndian(bytes, 8), integerOf(bytes.slice(8, 40).reverse()));
    }),
  );
  t.end();
});

t.test('a scalar is written where it belongs and nowhere else', (t) => {
  fc.assert(
    fc.property(scalar, (value) => {
      const out = new Uint8Array(48).fill(0xaa);
      writeScalar(out, 8, value);
      t.same(out.slice(8, 40), bigEndian(value, 32));
      t.ok([...out.slice(0, 8), ...out.slice(40)].every((byte) => byte === 0xaa));
    }),
  );
  t.end();
});

t.test('a times its inverse is one', (t) => {
  for (const a of [1n, 2n, q - 1n]) t.equal(mod(a * inverse(a)), 1n);
  fc.assert(fc.property(fc.bigInt({ min: 1n, max: q - 1n }), (a) => mod(a * inverse(a)) === 1n));
  t.end();
});
