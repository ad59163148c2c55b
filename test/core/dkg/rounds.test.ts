import t from 'tap';
import { keyGeneration, type DkgHold } from '../../../core/dkg/index.ts';
import { dkgRound1, type DkgSetup } from '../../../core/dkg/rounds.ts';
import { commit } from '../../../core/hash/commitment.ts';
import { concat } from '../../../core/codec/bytes.ts';
import { entryOf } from '../../../core/list.ts';
import { arith, hexOf } from '../../support/arith.ts';
import { dealRoster } from '../../support/dealer.ts';
import { randomOf, sha256, type SeededRandom } from '../../support/rng.ts';
import { runAll } from '../../support/runs.ts';

function setupOf(random: SeededRandom, parties: readonly number[], threshold: number): DkgSetup {
  const { roster } = dealRoster(random, parties);
  const { cluster32, signers: committee } = roster;
  const [sid, keyId] = [random.bytes(32), random.bytes(32)];
  return { sid, self: 1, keyId, cluster32, t: threshold, committee };
}

t.test('payloads have the sizes of the specification', (t) => {
  const random = randomOf(t);
  for (const [parties, threshold] of [
    [[1, 2, 3], 2],
    [[1, 2, 3, 4, 5], 3],
  ] as const) {
    const setup = setupOf(random, parties, threshold);
    const { sent } = runAll<DkgHold, DkgHold>({
      sid: setup.sid,
      parties,
      joins: [setup.sid],
      protocol: (self) => keyGeneration({ ...setup, self }),
      arith: () => arith,
      draw: () => random.draw,
    });
    const sizes = [1, 2, 3, 4].map((round) => [
      ...new Set(
        sent
          .filter((message) => message.round === round)
          .map(({ open, sealed }) => open.length + sealed.length),
      ),
    ]);
    t.same(sizes, [[32], [96 + 98 * threshold], [64], [97]]);
    t.ok(sent.every(({ round, to }) => (to === 0) === (round !== 3)));
  }
  t.end();
});

t.test('R1 commits to polynomial and chain code, and shows neither', (t) => {
  const random = randomOf(t);
  const setup = setupOf(random, [1, 2, 3], 2);
  const labels: string[] = [];
  const rng = (label: string, length: number): Uint8Array => {
    labels.push(`${label}:${length}`);
    return random.bytes(length);
  };
  const { state, send } = dkgRound1({ arith, sha256, rng }, setup);
  t.same(labels, ['a/1/0:48', 'a/1/1:48', 'cc/1:32', 'salt/1:32']);
  t.equal(send.length, 1);
  const values = [concat(...state.F), state.cc];
  const what = { tag: 'dkg/commit', sid: setup.sid, i: 1, values } as const;
  t.same(send[0]?.open, commit(sha256, what, state.salt));
  t.end();
});

t.test('the chain code takes a part of every member', (t) => {
  const chainCodeWith = (byteOf3: number): string => {
    const setup = setupOf(randomOf(t, 'chain-code'), [1, 2, 3], 2);
    const outcome = runAll<DkgHold, DkgHold>({
      sid: setup.sid,
      parties: [1, 2, 3],
      joins: [setup.sid],
      protocol: (self) => keyGeneration({ ...setup, self }),
      arith: () => arith,
      draw: (self) => (label, length) =>
        expand(self, label, label === 'cc/3' ? byteOf3 : 0, length),
    });
    return hexOf(entryOf(outcome.results, 1).share.chainCode);
  };
  t.not(chainCodeWith(1), chainCodeWith(2));
  t.equal(chainCodeWith(1), chainCodeWith(1));
  t.end();
});

/** Deterministic bytes of a party's draw. */
function expand(self: number, label: string, variant: number, length: number): Uint8Array {
  const name = new TextEncoder().encode(label);
  const blocks = [0, 1].map((c) => sha256(Uint8Array.of(self, variant, c), name));
  return concat(...blocks).slice(0, length);
}
