import t from 'tap';
import {
  bytesOf,
  element,
  indexOf,
  integerOf,
  listOf,
  member,
  metadataOf,
  pageSizeOf,
  pageTokenOf,
  partiesOf,
  presentOf,
  reasonTextOf,
  requireAscending,
  sentenceOf,
  uuidOf,
} from '../../wire/field.ts';
import { like } from '../support/like.ts';

const bounds = { min: 1, max: 3 };

await t.test('paths read like the proto', async (t) => {
  t.equal(element('items', 3), 'items[3]');
  t.equal(member('', 'name'), 'name');
  t.equal(member('open', 'pair'), 'open.pair');
});

await t.test('bytes are copied and of the right length', async (t) => {
  const source = new Uint8Array([1, 2]);
  const copy = bytesOf(source, 2, 'f');
  source[0] = 9;
  t.same(copy, new Uint8Array([1, 2]));
  t.equal(bytesOf(Buffer.from([1]), bounds, 'f').constructor, Uint8Array);
  for (const value of [new Uint8Array(1), new Uint8Array(3), null, undefined])
    t.throws(() => bytesOf(value, 2, 'f'), { field: 'f', message: /must be 2 bytes/ });
  t.throws(() => bytesOf(new Uint8Array(), bounds, 'f'), { message: /1 to 3 bytes, has 0/ });
  t.throws(() => bytesOf(null, { min: 0, max: 3 }, 'f'), like({ field: 'f' }));
});

await t.test('numbers, indices and lists are bounded', async (t) => {
  t.equal(integerOf(3, bounds, 'f'), 3);
  for (const bad of [0, 4, 1.5, NaN, Infinity])
    t.throws(() => integerOf(bad, bounds, 'f'), like({ field: 'f' }));
  t.equal(indexOf(255, 'f'), 255);
  for (const bad of [0, 256]) t.throws(() => indexOf(bad, 'f'), like({ field: 'f' }));
  t.same(listOf([1], bounds, 'f'), [1]);
  for (const bad of [[], [1, 2, 3, 4]])
    t.throws(() => listOf(bad, bounds, 'f'), like({ field: 'f' }));
  t.throws(
    () => {
      requireAscending([1, 2, 2], 'f');
    },
    like({ field: 'f[2]' }),
  );
  t.same(partiesOf([1, 200], bounds, 'f'), [1, 200]);
  t.throws(() => partiesOf([2, 1], bounds, 'f'), like({ field: 'f[1]' }));
});

await t.test('text has a form', async (t) => {
  t.equal(uuidOf('6f2d3a60-57f6-4b1e-9b0a-1c6a6f3f3b52', 'f').length, 36);
  t.throws(() => uuidOf('6f2d3a6057f64b1e9b0a1c6a6f3f3b52', 'f'), like({ field: 'f' }));
  t.equal(sentenceOf('héllo', 5, 'f'), 'héllo');
  for (const bad of ['abcdef', 'a\nb', 'a\u0000'])
    t.throws(() => sentenceOf(bad, 5, 'f'), like({ field: 'f' }));
  t.equal(reasonTextOf('A_1', 'f'), 'A_1');
  for (const bad of ['', 'a', '1A', 'A'.repeat(64), 'A\n'])
    t.throws(() => reasonTextOf(bad, 'f'), like({ field: 'f' }));
  t.equal(presentOf(0, 'f'), 0);
  t.throws(() => presentOf(null, 'f'), { message: /is required/ });
});

await t.test('pages are bounded', async (t) => {
  t.equal(pageSizeOf(0, 50), 50);
  t.equal(pageSizeOf(1000, 50), 1000);
  t.throws(() => pageSizeOf(1001, 50), like({ field: 'page_size' }));
  t.equal(pageTokenOf(''), '');
  t.throws(() => pageTokenOf('a/b'), like({ field: 'page_token' }));
});

await t.test('metadata is bounded and owned', async (t) => {
  const source = { a: 'x' };
  const kept = metadataOf(source, 'm');
  source.a = 'y';
  t.same(kept, { a: 'x' });
  t.throws(() => metadataOf({ a: '' }, 'm'), like({ field: 'm.a' }));
  t.throws(() => metadataOf({ '': 'x' }, 'm'), like({ field: 'm' }));
  t.throws(() => metadataOf({ a: 'x\u0007' }, 'm'), like({ field: 'm.a' }));
});
