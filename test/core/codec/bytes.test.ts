import fc from 'fast-check';
import t from 'tap';
import {
  ascii,
  bitAt,
  chunks,
  concat,
  sameBytes,
  toHex,
  u8,
  u16,
  u32,
  u64,
} from '../../../core/codec/bytes.ts';
import { InvariantViolation } from '../../../core/errors.ts';
import { bytesOf, hexOf } from '../../support/arith.ts';

t.test('integers are big-endian and have their width', (t) => {
  t.equal(toHex(u8(0xfe)), 'fe');
  t.equal(toHex(u16(0x0102)), '0102');
  t.equal(toHex(u32(0xfffefdfc)), 'fffefdfc');
  t.equal(toHex(u64(0x0102030405060708n)), '0102030405060708');
  t.end();
});

t.test('an integer that does not fit is refused, never wrapped', (t) => {
  for (const wrong of [-1, 0.5, Number.NaN]) {
    t.throws(() => u8(wrong), InvariantViolation);
    t.throws(() => u16(wrong), InvariantViolation);
    t.throws(() => u32(wrong), InvariantViolation);
  }
  t.throws(() => u8(256), InvariantViolation);
  t.throws(() => u16(65536), InvariantViolation);
  t.throws(() => u32(2 ** 32), InvariantViolation);
  t.throws(() => u64(2n ** 64n), InvariantViolation);
  t.throws(() => u64(-1n), InvariantViolation);
  t.end();
});

t.test('bits count from the least significant', (t) => {
  const bits = Array.from({ length: 16 }, (_, j) => bitAt(bytesOf('0580'), j));
  t.same(bits, [1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  t.end();
});

t.test('concatenation and chunks undo each other', (t) => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 3, maxLength: 3 })), (parts) => {
      const joined = concat(...parts);
      t.same(chunks(joined, 3, parts.length).map(hexOf), parts.map(hexOf));
    }),
  );
  t.end();
});

t.test('equality looks at length and every byte', (t) => {
  t.ok(sameBytes(bytesOf('0102'), bytesOf('0102')));
  t.notOk(sameBytes(bytesOf('0102'), bytesOf('0103')));
  t.notOk(sameBytes(bytesOf('0102'), bytesOf('010200')));
  t.equal(hexOf(ascii('a/~')), '612f7e');
  t.end();
});
