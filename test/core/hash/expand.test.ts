import t from 'tap';
import { challengeBlocks, expandNode, hashLeaf, thetaWeights } from '../../../core/hash/expand.ts';
import { arith, hexOf, integerOf, modQ, valueOf } from '../../support/arith.ts';
import { randomOf } from '../../support/rng.ts';

t.test('every index of a node and a leaf changes the output', (t) => {
  const random = randomOf(t);
  const [key, seed] = [random.bytes(32), random.bytes(16)];
  const outputs = [
    expandNode(arith, key, seed, 1, 2, 3),
    expandNode(arith, key, seed, 2, 2, 3),
    expandNode(arith, key, seed, 1, 3, 3),
    expandNode(arith, key, seed, 1, 2, 4),
    expandNode(arith, random.bytes(32), seed, 1, 2, 3),
    hashLeaf(arith, key, seed, 1, 2),
    hashLeaf(arith, key, seed, 2, 2),
    hashLeaf(arith, key, seed, 1, 3),
  ];
  t.ok(outputs.every((output) => output.length === 32));
  t.equal(new Set(outputs.map(hexOf)).size, outputs.length);
  t.end();
});

t.test('both challenges have a block for every 128 bits begun', (t) => {
  const seed = randomOf(t).bytes(32);
  t.equal(challengeBlocks(arith, seed, 416).length, 2 * 4 * 16);
  t.equal(challengeBlocks(arith, seed, 416 * 64).length, 2 * 208 * 16);
  const chi = challengeBlocks(arith, seed, 416);
  t.not(hexOf(chi.slice(0, 64)), hexOf(chi.slice(64)));
  t.end();
});

t.test('weights are read little-endian, two for an item', (t) => {
  const seed = randomOf(t).bytes(32);
  const weights = thetaWeights(arith, seed, 3);
  const KT = arith.blake3.deriveKey('rvole/theta', seed);
  const h = arith.blake3.keyed(KT, Uint8Array.of(0, 0, 0, 2), 64);
  const expected = [h.slice(0, 32), h.slice(32)].map((part) => modQ(integerOf(part.reverse())));
  t.same(weights[2]?.map(valueOf), expected);
  t.equal(new Set(weights.flat().map(valueOf)).size, 6);
  t.end();
});
