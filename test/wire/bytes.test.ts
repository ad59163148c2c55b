import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { concat, fromHex, sameBytes, sha256, toHex, u16, u32, u8, utf8 } from '../../wire/bytes.ts';

const arrays = fc.uint8Array({ maxLength: 50 });

await t.test('integers are big-endian', async (t) => {
  t.same(u8(255), new Uint8Array([255]));
  t.same(u16(0x0102), new Uint8Array([1, 2]));
  t.same(u32(0xff020304), new Uint8Array([255, 2, 3, 4]));
});

await t.test('hex goes there and back, of the exact length and in lower case only', async (t) => {
  fc.assert(
    fc.property(arrays, (bytes) => {
      assert.deepEqual(fromHex(toHex(bytes), bytes.length), new Uint8Array(bytes));
      assert.equal(fromHex(toHex(bytes), bytes.length + 1), undefined);
    }),
  );
  for (const bad of ['AB', 'zz', ' a', '0x', 'a']) t.equal(fromHex(bad, 1), undefined);
  const view = new Uint8Array([9, 1, 2, 9]).subarray(1, 3);
  t.equal(toHex(view), '0102', 'a view shows itself only');
});

await t.test('concatenation and hashing agree with the platform', async () => {
  fc.assert(
    fc.property(fc.array(arrays, { maxLength: 5 }), (parts) => {
      const whole = Buffer.concat(parts);
      assert.deepEqual(concat(...parts), new Uint8Array(whole));
      const digest = createHash('sha256').update(whole).digest('hex');
      assert.equal(toHex(sha256(...parts)), digest);
    }),
  );
});

await t.test('equality is of length and content', async (t) => {
  t.ok(sameBytes(utf8('a'), utf8('a')));
  t.notOk(sameBytes(utf8('a'), utf8('b')));
  t.notOk(sameBytes(utf8('a'), utf8('ab')));
  t.ok(sameBytes(new Uint8Array(), new Uint8Array()));
});
