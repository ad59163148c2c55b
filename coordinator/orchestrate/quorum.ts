/**
 * Which t members of a committee sign, by what is known of them now (security R1).
 * @module
 */
import { formatIndices } from '../store/columns.ts';

/** A signer as the choice sees it. */
export type Standing = {
  /** The stream is up and answers pings. */
  readonly usable: boolean;
  /** Milliseconds since the signer last gave a sign of life that was asked for; 0 when none is owed. */
  readonly silentMs: number;
  /** Sessions in progress through it. */
  readonly sessions: number;
  /** Recent failures, decaying; see failures.ts. */
  readonly failures: number;
};

export type QuorumView = {
  readonly standing: (index: number) => Standing;
  /** The pair is ACTIVE on both sides with the same generation and digest. */
  readonly pairUsable: (a: number, b: number) => boolean;
};

export type QuorumQuestion = {
  /** Roster indices, ascending. */
  readonly committee: readonly number[];
  readonly threshold: number;
  /** Signers that must not take part: a running attempt already waits for them. */
  readonly avoid: ReadonlySet<number>;
  /** Quorums that failed for this request, with the number of times. */
  readonly failed: ReadonlyMap<string, number>;
  /** Quorums that have signed with this wallet before. */
  readonly proven: ReadonlySet<string>;
  /** A signer with this many sessions is given no more. */
  readonly maxSessionsPerSigner: number;
};

export type QuorumChoice =
  | { readonly kind: 'quorum'; readonly parties: readonly number[] }
  /** There are t signers whose pairs are set up, but too many of them are at their limit. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'unavailable' };

// A busy event loop answers late: it is still a good signer, but an idle one is better.
const SLOW_AFTER_MS = 300;
const SLOW_COST = 3;
// A failure weighs more than any queue that is worth standing in.
const FAILURE_COST = 4;
// The same quorum again only when every other one is worse by far.
const REPEAT_COST = 20;
// Among equals the quorum that this wallet has not tried yet: it makes the wallet `ready`.
const PROVEN_COST = 0.5;
// Committees are small; the bound keeps a committee of hundreds from costing seconds.
const MAX_CONSIDERED = 2_000;

/** Picks the cheapest quorum; `random` (0..1) decides between equals. */
export function chooseQuorum(
  question: QuorumQuestion,
  view: QuorumView,
  random: () => number,
): QuorumChoice {
  const candidates = question.committee
    .filter((index) => !question.avoid.has(index) && view.standing(index).usable)
    .map((index) => ({ index, standing: view.standing(index) }))
    .sort((a, b) => costOf(a.standing) - costOf(b.standing) || a.index - b.index);
  const free = candidates.filter(
    ({ standing }) => standing.sessions < question.maxSessionsPerSigner,
  );
  const cost = new Map(candidates.map(({ index, standing }) => [index, costOf(standing)]));
  let best: { parties: readonly number[]; cost: number } | undefined;
  for (const parties of cliques(
    free.map(({ index }) => index),
    question.threshold,
    view.pairUsable,
  )) {
    const total = costOfQuorum(parties, cost, question) + random() * 1e-3;
    if (!best || total < best.cost) best = { parties, cost: total };
  }
  if (best) return { kind: 'quorum', parties: best.parties };
  const indices = candidates.map(({ index }) => index);
  for (const _ of cliques(indices, question.threshold, view.pairUsable)) return { kind: 'busy' };
  return { kind: 'unavailable' };
}

const costOf = ({ silentMs, sessions, failures }: Standing): number =>
  sessions + FAILURE_COST * failures + (silentMs > SLOW_AFTER_MS ? SLOW_COST : 0);

function costOfQuorum(
  parties: readonly number[],
  cost: ReadonlyMap<number, number>,
  { failed, proven }: QuorumQuestion,
): number {
  const name = formatIndices(parties);
  const members = parties.reduce((sum, index) => sum + (cost.get(index) ?? 0), 0);
  return members + REPEAT_COST * (failed.get(name) ?? 0) + (proven.has(name) ? PROVEN_COST : 0);
}

/** Sets of `size` members whose pairs are all usable, ascending, the first members preferred. */
function* cliques(
  members: readonly number[],
  size: number,
  pairUsable: QuorumView['pairUsable'],
): Generator<readonly number[]> {
  let budget = MAX_CONSIDERED;
  function* extend(chosen: readonly number[], from: number): Generator<readonly number[]> {
    if (chosen.length === size) {
      yield chosen.toSorted((a, b) => a - b);
      return;
    }
    for (const [offset, next] of members.slice(from).entries()) {
      if (members.length - from - offset < size - chosen.length || budget <= 0) return;
      budget -= 1;
      if (!chosen.every((member) => pairUsable(member, next))) continue;
      yield* extend([...chosen, next], from + offset + 1);
    }
  }
  yield* extend([], 0);
}
