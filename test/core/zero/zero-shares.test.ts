import t from 'tap';
import type { PairState } from '../../../core/pair/state.ts';
import type { PartyIndex } from '../../../core/types.ts';
import { zeroShare } from '../../../core/zero/zero-shares.ts';
import { arith, modQ, valueOf } from '../../support/arith.ts';
import { dealPairs } from '../../support/dealer.ts';
import { randomOf, sha256 } from '../../support/rng.ts';

const env = { arith, sha256 };

function zetas(
  pairs: ReadonlyMap<PartyIndex, ReadonlyMap<PartyIndex, PairState>>,
  parties: readonly PartyIndex[],
  sid: Uint8Array,
): bigint[] {
  return parties.map((i) => {
    const seeds = new Map(
      [...(pairs.get(i) ?? [])]
        .filter(([j]) => parties.includes(j))
        .map(([j, { zeroSeed }]) => [j, zeroSeed] as const),
    );
    return valueOf(zeroShare(env, i, seeds, sid));
  });
}

const sum = (values: readonly bigint[]): bigint => modQ(values.reduce((a, b) => a + b, 0n));

t.test('the zero shares of every signer set sum to zero', (t) => {
  const random = randomOf(t);
  const pairs = dealPairs(random, [1, 3, 7, 255]);
  for (const parties of [
    [1, 3],
    [3, 255],
    [1, 3, 7],
    [1, 7, 255],
    [1, 3, 7, 255],
  ]) {
    const shares = zetas(pairs, parties, random.bytes(32));
    t.equal(sum(shares), 0n, parties.join());
    t.notOk(shares.includes(0n));
  }
  t.end();
});

t.test('another session or signer set gives other shares', (t) => {
  const random = randomOf(t);
  const pairs = dealPairs(random, [1, 2, 3]);
  const [sid, other] = [random.bytes(32), random.bytes(32)];
  const [here] = zetas(pairs, [1, 2, 3], sid);
  t.not(zetas(pairs, [1, 2, 3], other)[0], here);
  t.not(zetas(pairs, [1, 2], sid)[0], here);
  t.end();
});
