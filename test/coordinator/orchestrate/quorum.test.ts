import fc from 'fast-check';
import t from 'tap';
import {
  chooseQuorum,
  type QuorumQuestion,
  type QuorumView,
  type Standing,
} from '../../../coordinator/orchestrate/quorum.ts';
import { freshSeed } from '../../support/rng.ts';

const idle: Standing = { usable: true, silentMs: 0, sessions: 0, failures: 0 };
const question: QuorumQuestion = {
  committee: [1, 2, 3],
  threshold: 2,
  avoid: new Set(),
  failed: new Map(),
  proven: new Set(),
  maxSessionsPerSigner: 16,
};
const view = (
  standings: Readonly<Record<number, Partial<Standing>>> = {},
  broken: readonly string[] = [],
): QuorumView => ({
  standing: (index) => ({ ...idle, ...standings[index] }),
  pairUsable: (a, b) => !broken.includes(`${Math.min(a, b)}-${Math.max(a, b)}`),
});
const choose = (changes: Partial<QuorumQuestion>, seen: QuorumView, random = () => 0) =>
  chooseQuorum({ ...question, ...changes }, seen, random);
const parties = (...indices: number[]) => ({ kind: 'quorum', parties: indices });

t.test('leaves out who is not usable, who is avoided, and pairs that are not set up', async (t) => {
  t.same(choose({}, view({ 1: { usable: false } })), parties(2, 3));
  t.same(choose({ avoid: new Set([2]) }, view()), parties(1, 3));
  t.same(choose({}, view({}, ['1-2', '2-3'])), parties(1, 3));
  t.same(choose({ avoid: new Set([2]) }, view({ 1: { usable: false } })), { kind: 'unavailable' });
  t.same(choose({}, view({}, ['1-2', '2-3', '1-3'])), { kind: 'unavailable' });
});

t.test('prefers idle signers, then those that answer, then those without failures', async (t) => {
  t.same(choose({}, view({ 1: { sessions: 5 } })), parties(2, 3));
  t.same(choose({}, view({ 2: { silentMs: 500 } })), parties(1, 3));
  t.same(choose({}, view({ 3: { failures: 1 } })), parties(1, 2));
  t.same(choose({}, view({ 1: { sessions: 2 }, 3: { failures: 1 } })), parties(1, 2));
});

t.test(
  'tries another quorum than the one that failed, and prefers one the wallet has not proven',
  async (t) => {
    t.same(
      choose({ failed: new Map([['1,2', 1]]), proven: new Set(['1,3']) }, view()),
      parties(2, 3),
    );
    t.same(
      choose({ failed: new Map([['1,2', 1]]) }, view({ 3: { usable: false } })),
      parties(1, 2),
      'the same one again when there is no other',
    );
  },
);

t.test('tells a busy cluster from an unavailable one', async (t) => {
  const seen = view({ 1: { sessions: 4 }, 2: { sessions: 4 } });
  t.same(choose({ maxSessionsPerSigner: 4 }, seen), { kind: 'busy' });
});

t.test('random decides between equals', async (t) => {
  const seen = new Set<string>();
  for (let i = 0; i < 30; i += 1) {
    const choice = choose({}, view(), Math.random);
    if (choice.kind === 'quorum') seen.add(choice.parties.join());
  }
  t.equal(seen.size, 3);
});

t.test('a quorum is found exactly when there is one', async () => {
  const scene = fc.record({
    threshold: fc.integer({ min: 2, max: 5 }),
    usable: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
    broken: fc.uniqueArray(fc.constantFrom(...allPairs(6)), { maxLength: 12 }),
  });
  const seed = Number.parseInt(freshSeed().slice(0, 7), 16);
  fc.assert(
    fc.property(scene, ({ threshold, usable, broken }) => {
      const committee = [1, 2, 3, 4, 5, 6];
      const seen = view(
        Object.fromEntries(usable.map((each, i) => [i + 1, { usable: each }])),
        broken,
      );
      const choice = choose({ committee, threshold }, seen);
      const isQuorum = (set: readonly number[]) =>
        set.length === threshold &&
        set.every((index) => usable[index - 1]) &&
        set.every((a) => set.every((b) => a >= b || seen.pairUsable(a, b)));
      const exists = subsets(committee).some(isQuorum);
      return choice.kind === 'quorum' ? isQuorum(choice.parties) : !exists;
    }),
    { seed, numRuns: 300 },
  );
});

t.test('a committee of 255 costs milliseconds', async (t) => {
  const committee = Array.from({ length: 255 }, (_, i) => i + 1);
  const from = performance.now();
  const choice = choose({ committee, threshold: 128 }, view());
  t.equal(choice.kind, 'quorum');
  t.ok(performance.now() - from < 2_000);
});

function allPairs(n: number): string[] {
  return Array.from({ length: n }, (_, i) => i + 1).flatMap((a) =>
    Array.from({ length: n - a }, (_, j) => `${a}-${a + j + 1}`),
  );
}

function subsets(of: readonly number[]): number[][] {
  return of.reduce<number[][]>(
    (sets, item) => [...sets, ...sets.map((set) => [...set, item])],
    [[]],
  );
}
