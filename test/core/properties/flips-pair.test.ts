/**
 * Flips of pair set-up messages: all bits of the confirmations, 500 seeded positions of P1 and P2.
 * What P1 and P2 themselves do not show, the digest of P3 does.
 */
import t from 'tap';
import type { PairState } from '../../../core/index.ts';
import { assertFlipsRefused, tallyOf, type Flips } from '../../support/flips.ts';
import { createMemoArith } from '../../support/memo-arith.ts';
import { randomOf } from '../../support/rng.ts';
import { recordPairSetup } from '../../support/session.ts';

const resultOf = ({ digest, zeroSeed, asSender, asReceiver }: PairState) => [
  digest,
  zeroSeed,
  asSender.delta,
  asSender.leaves,
  asReceiver.leaves,
];

void t.test('pair set-up: every flip is refused or harmless', async (t) => {
  const random = randomOf(t);
  const recording = recordPairSetup(random.seed, createMemoArith());
  const cases: Pick<Flips<PairState>, 'target' | 'part' | 'allowed'>[] = [
    { target: { round: 1, to: 3 }, part: 'sealed', allowed: ['C-20', 'C-25'] },
    { target: { round: 2, to: 3 }, part: 'sealed', allowed: ['C-22', 'C-23', 'C-25'] },
    { target: { round: 3, to: 0 }, part: 'open', allowed: ['C-25'] },
    { target: { round: 4, to: 0 }, part: 'open', allowed: ['C-25'] },
  ];
  for (const { target, part, allowed } of cases) {
    const flips = { self: 3, target, part, allowed, resultOf };
    const counts = assertFlipsRefused(recording, random, flips);
    t.comment(`round ${target.round}: ${tallyOf(counts)}`);
    t.ok(counts.has('C-25'));
  }
});
