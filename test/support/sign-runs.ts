/**
 * Direct signing by dealt keys and pairs: whole runs, and the states of one party along a run.
 */
import type { Inbox, Protocol } from '../../core/run/protocol.ts';
import { signing, type SignHold } from '../../core/sign/index.ts';
import { signRound1 } from '../../core/sign/round1.ts';
import { signRound2 } from '../../core/sign/round2.ts';
import { signRound3 } from '../../core/sign/round3.ts';
import type { SignSetup } from '../../core/sign/state.ts';
import { at, entryOf } from '../../core/list.ts';
import type { Item, PartyIndex, Rng, Signature } from '../../core/types.ts';
import { arith } from './arith.ts';
import { dealKey, dealPairs, dealRoster, type DealtKey } from './dealer.ts';
import { seededRandom, sha256, type SeededRandom } from './rng.ts';
import { runAll, type RunsOutcome } from './runs.ts';

export type SignRunInput = {
  readonly committee: readonly PartyIndex[];
  readonly t: number;
  readonly parties: readonly PartyIndex[];
  readonly paths: readonly (readonly number[])[];
};

export type SignRun = {
  readonly key: DealtKey;
  readonly setups: ReadonlyMap<PartyIndex, SignSetup>;
  readonly items: readonly Item[];
  readonly outcome: RunsOutcome<readonly Signature[], SignHold>;
  /** What each party got, by round. */
  readonly inboxes: ReadonlyMap<PartyIndex, readonly Inbox[]>;
  /** Draws again what the party drew in the run. */
  readonly rngOf: (self: PartyIndex) => Rng;
};

function observed<R, H>(protocol: Protocol<R, H>, inboxes: Inbox[]): Protocol<R, H> {
  type Step = ReturnType<typeof protocol.begin>;
  const watch = (turn: Step): Step => {
    if (!('next' in turn)) return turn;
    return {
      ...turn,
      next: (env, inbox) => {
        inboxes.push(inbox);
        return watch(turn.next(env, inbox));
      },
    };
  };
  return { ...protocol, begin: (env) => watch(protocol.begin(env)) };
}

export function runSigners(random: SeededRandom, input: SignRunInput): SignRun {
  const { committee, parties, paths } = input;
  const { roster } = dealRoster(random, committee);
  const key = dealKey(random, { t: input.t, roster });
  const pairs = dealPairs(random, committee);
  const items = paths.map((path) => ({ digest: random.bytes(32), path }));
  const sid = random.bytes(32);
  const setups = new Map(
    parties.map((self) => {
      const share = entryOf(key.shares, self);
      const setup = { sid, self, parties, key: share, pairs: entryOf(pairs, self), items };
      return [self, setup] as const;
    }),
  );
  const rngOf =
    (self: PartyIndex): Rng =>
    (label, length) =>
      seededRandom(`${random.seed}/${self}/${label}`).bytes(length);
  const inboxes = new Map(parties.map((self): [PartyIndex, Inbox[]] => [self, []]));
  const outcome = runAll<readonly Signature[], SignHold>({
    sid,
    parties,
    joins: [sid],
    protocol: (self) => observed(signing(entryOf(setups, self)), entryOf(inboxes, self)),
    arith: () => arith,
    draw: rngOf,
  });
  return { key, setups, items, outcome, inboxes, rngOf };
}

/** The round functions of one party on what it got in a run. */
export function statesOf(run: SignRun, self: PartyIndex) {
  const env = { arith, sha256, rng: run.rngOf(self) };
  const setup = entryOf(run.setups, self);
  const [inbox1, inbox2] = [0, 1].map((k) => at(entryOf(run.inboxes, self), k)) as [Inbox, Inbox];
  const first = signRound1(env, setup);
  const second = signRound2(env, setup, first.state, inbox1);
  const third = signRound3(env, setup, second.state, inbox2);
  return { env, setup, inbox1, inbox2, first, second, third };
}
