import t from 'tap';
import { pairSetup, type PairHold } from '../../../core/pair/index.ts';
import type { PairState } from '../../../core/pair/state.ts';
import { entryOf } from '../../../core/list.ts';
import { signing, type SignHold } from '../../../core/sign/index.ts';
import type { Signature } from '../../../core/types.ts';
import { arith, hexOf } from '../../support/arith.ts';
import { dealKey, dealRoster } from '../../support/dealer.ts';
import { freshSeed, seededRandom } from '../../support/rng.ts';
import { runAll } from '../../support/runs.ts';

const seed = freshSeed();
const random = seededRandom(seed);
t.comment(`TREFOIL_TEST_SEED=${seed}`);
const parties = [2, 5];
const sid = random.bytes(32);
const GENERATION = 3;

// The one real set-up of these tests: about two seconds.
const { results, holds, sent, checked, aborts } = runAll<PairState, PairHold>({
  sid,
  parties,
  joins: [sid],
  protocol: (self) => {
    const peer = self === 2 ? 5 : 2;
    return pairSetup({ setupSid: sid, self, peer, generation: GENERATION });
  },
  arith: () => arith,
  draw: () => random.draw,
});
const [two, five] = [entryOf(results, 2), entryOf(results, 5)];

t.test('both sides end with one generation, digest and seed', (t) => {
  t.equal(aborts.size, 0);
  t.same([two.self, two.peer, five.self, five.peer], [2, 5, 5, 2]);
  t.same([two.generation, five.generation], [GENERATION, GENERATION]);
  t.equal(hexOf(two.digest), hexOf(five.digest));
  t.equal(hexOf(two.zeroSeed), hexOf(five.zeroSeed));
  t.end();
});

t.test('in each direction the sender has all leaves but those at Delta', (t) => {
  for (const [alice, bob] of [
    [two, five],
    [five, two],
  ] as const) {
    t.same(alice.asSender.otid, bob.asReceiver.otid);
    const expected = bob.asReceiver.leaves.slice();
    alice.asSender.delta.forEach((x, i) =>
      expected.fill(0, 16 * (16 * i + x), 16 * (16 * i + x + 1)),
    );
    t.equal(hexOf(alice.asSender.leaves), hexOf(expected));
    t.ok(alice.asSender.delta.every((x) => x < 16));
  }
  t.not(hexOf(two.asSender.delta), hexOf(five.asSender.delta));
  t.end();
});

t.test('the state is pending before P3 and active before P4', (t) => {
  for (const index of parties) {
    t.same(
      entryOf(holds, index).map(({ kind }) => kind),
      ['pair-pending', 'pair-active'],
    );
    t.same(entryOf(checked, index), []);
  }
  const sizes = [1, 2, 3, 4].map((round) =>
    sent
      .filter((each) => each.round === round)
      .map(({ open, sealed }) => [open.length, sealed.length]),
  );
  t.same(sizes, [
    [
      [0, 8448],
      [0, 8448],
    ],
    [
      [0, 5185],
      [0, 5185],
    ],
    [
      [32, 0],
      [32, 0],
    ],
    [
      [32, 0],
      [32, 0],
    ],
  ]);
  t.end();
});

t.test('two signers sign with the pair they set up', (t) => {
  const { roster } = dealRoster(random, parties);
  const key = dealKey(random, { t: 2, roster });
  const items = [{ digest: random.bytes(32), path: [] }];
  const signSid = random.bytes(32);
  const outcome = runAll<readonly Signature[], SignHold>({
    sid: signSid,
    parties,
    joins: [signSid],
    protocol: (self) => {
      const state = entryOf(results, self);
      const pairs = new Map([[state.peer, state]]);
      return signing({ sid: signSid, self, parties, key: entryOf(key.shares, self), pairs, items });
    },
    arith: () => arith,
    draw: () => random.draw,
  });
  t.equal(outcome.aborts.size, 0);
  t.same(entryOf(outcome.results, 2), entryOf(outcome.results, 5));
  t.end();
});
