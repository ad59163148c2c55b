import fc from 'fast-check';
import t from 'tap';
import { concat, u32 } from '../../../core/codec/bytes.ts';
import { encodeParts, taggedHash, taggedXof, wideHash } from '../../../core/hash/transcript.ts';
import { HS_TAGS, TH_TAGS } from '../../../core/tags.ts';
import { hexOf } from '../../support/arith.ts';
import { sha256 } from '../../support/rng.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

t.test('parts cannot be shifted between their borders', (t) => {
  const [left, right] = [
    ['a', 'bc'],
    ['ab', 'c'],
  ].map((parts) => encodeParts(...parts.map(utf8)));
  t.not(hexOf(left ?? u32(0)), hexOf(right ?? u32(0)));
  t.equal(hexOf(encodeParts(utf8('a'), utf8(''))), '000000016100000000');
  t.end();
});

t.test('the encoding of a list of parts is injective', (t) => {
  const parts = fc.array(fc.uint8Array({ maxLength: 6 }), { maxLength: 4 });
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      const same = a.map(hexOf).join('|') === b.map(hexOf).join('|') && a.length === b.length;
      return same === (hexOf(encodeParts(...a)) === hexOf(encodeParts(...b)));
    }),
  );
  t.end();
});

t.test('a tagged hash is SHA-256 of the doubled tag digest and the parts', (t) => {
  const T = sha256(utf8('trefoil/dkls23/v1/echo'));
  const parts = [utf8('x'), utf8('yz')];
  t.same(taggedHash(sha256, 'echo', ...parts), sha256(T, T, encodeParts(...parts)));
  t.end();
});

t.test('extended output is the counted blocks, cut to length', (t) => {
  const T = sha256(utf8('trefoil/dkls23/v1/test'));
  const encoded = encodeParts(utf8('x'));
  const blocks = concat(...[0, 1, 2].map((c) => sha256(T, T, encoded, u32(c))));
  for (const length of [1, 32, 33, 96]) {
    t.same(taggedXof(sha256, 'test', length, utf8('x')), blocks.slice(0, length));
  }
  t.equal(wideHash(sha256, 'zero/prf', utf8('x')).length, 48);
  t.end();
});

t.test('one input under two tags gives two hashes', (t) => {
  const input = utf8('same');
  const hashes = [
    ...TH_TAGS.map((tag) => taggedHash(sha256, tag, input)),
    ...HS_TAGS.map((tag) => wideHash(sha256, tag, input)),
  ].map(hexOf);
  t.equal(new Set(hashes).size, hashes.length);
  t.end();
});
