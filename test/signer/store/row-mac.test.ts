import t from 'tap';
import fc from 'fast-check';
import { StoreCorrupted } from '../../../signer/store/errors.ts';
import { createRowMac, type MacField } from '../../../signer/store/row-mac.ts';
import { MAC_KEY, sha256 } from '../../support/signer-store.ts';

const mac = createRowMac(MAC_KEY);
const field: fc.Arbitrary<MacField> = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.uint8Array({ maxLength: 6 }),
  fc.maxSafeNat(),
  fc.constant(undefined),
);
const row = fc.record({ table: fc.string({ maxLength: 6 }), fields: fc.array(field) });
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

await t.test('equal rows have equal tags, different rows have different ones', async (t) => {
  const canonical = ({ table, fields }: { table: string; fields: MacField[] }): string =>
    JSON.stringify([
      table,
      fields.map((value) => (value instanceof Uint8Array ? { bytes: hex(value) } : [value])),
    ]);
  fc.assert(
    fc.property(row, row, (a, b) => {
      const same = canonical(a) === canonical(b);
      return same === (hex(mac.tag(a.table, a.fields)) === hex(mac.tag(b.table, b.fields)));
    }),
  );
  t.pass();
});

await t.test('what is shifted between columns or tables does not authenticate', async (t) => {
  const tag = mac.tag('keys', ['ab', 'c', 1]);
  mac.verify('keys', ['ab', 'c', 1], tag);
  const others: [string, MacField[]][] = [
    ['keys', ['a', 'bc', 1]],
    ['keysab', ['c', 1]],
    ['keys', ['ab', 'c', '1']],
    ['keys', ['ab', 'c', 1, undefined]],
    ['keys', ['ab', Buffer.from('c'), 1]],
    ['pairs', ['ab', 'c', 1]],
  ];
  for (const [table, fields] of others)
    t.throws(() => {
      mac.verify(table, fields, tag);
    }, StoreCorrupted);
});

await t.test('a tag of another key or length does not authenticate', async (t) => {
  const fields = [Uint8Array.of(1)];
  const other = createRowMac(sha256('another key')).tag('keys', fields);
  for (const tag of [other, other.subarray(1), new Uint8Array()])
    t.throws(() => {
      mac.verify('keys', fields, tag);
    }, StoreCorrupted);
});

await t.test('keeps its own copy of a key of 32 bytes', async (t) => {
  const key = Uint8Array.from(MAC_KEY);
  const copy = createRowMac(key);
  key.fill(0);
  t.same(copy.tag('keys', ['x']), mac.tag('keys', ['x']));
  t.throws(() => createRowMac(new Uint8Array(31)), RangeError);
});
