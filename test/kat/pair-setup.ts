/** Section `pair_setup`: the pair {1, 3} through SessionRun. */
import { pairSetup, type PairHold } from '../../core/pair/index.ts';
import { pairSid } from '../../core/pair/rounds.ts';
import type { PairState } from '../../core/pair/state.ts';
import type { PartyIndex } from '../../core/types.ts';
import { runAll } from '../support/runs.ts';
import { arith, hex, scripted } from './labels.ts';
import { nibbles } from './ot.ts';
import { recordHashes } from './recording.ts';
import { openSession, type KatSession } from './session.ts';
import { sha256 } from '../support/rng.ts';
import { leaf, type Tree } from './tree.ts';

const S = 'pair13';
const PARTIES = [1, 3] as const;
const GENERATION = 1;

export type PairRun = {
  readonly session: KatSession;
  readonly states: ReadonlyMap<PartyIndex, PairState>;
  readonly tree: Tree;
};

/** Both sides' states: outer key the owner. */
export type Pairs = ReadonlyMap<PartyIndex, ReadonlyMap<PartyIndex, PairState>>;

export const pairsOf = (run: PairRun): Pairs =>
  new Map([...run.states].map(([self, state]) => [self, new Map([[state.peer, state]])]));

function stateOf(states: ReadonlyMap<PartyIndex, PairState>, i: PartyIndex): PairState {
  const state = states.get(i);
  if (state === undefined) throw new Error(`no pair state at ${i}`);
  return state;
}

export function setUpPair(): PairRun {
  const subject = { kind: 'pair', generation: GENERATION } as const;
  const session = openSession({ S, subject, parties: PARTIES, tick: 1 });
  const { sid } = session;
  const hashes = recordHashes();
  const { results: states, sent } = runAll<PairState, PairHold>({
    sid,
    parties: PARTIES,
    joins: session.joins,
    sha256: hashes.sha256,
    arith: () => arith,
    draw: () => scripted(`${S}/`),
    protocol: (self) => {
      const peer = self === 1 ? 3 : 1;
      return pairSetup({ setupSid: sid, self, peer, generation: GENERATION });
    },
  });
  const payload = (round: number, from: PartyIndex): Tree => {
    const message = sent.find((each) => each.round === round && each.from === from);
    return leaf(message?.sealed ?? new Uint8Array());
  };
  const direction = (a: PartyIndex, b: PartyIndex): Tree => ({
    'psid base-ot': hex(pairSid(sha256, sid, 'base-ot', a, b)),
    'psid pprf': hex(pairSid(sha256, sid, 'pprf', a, b)),
    otid: hex(stateOf(states, a).asSender.otid),
    A1: payload(1, a),
    'Delta nibbles': nibbles(stateOf(states, a).asSender.delta),
    'receiver leaves (512)': leaf(stateOf(states, b).asReceiver.leaves),
  });
  const tree = {
    session: session.tree,
    generation: stateOf(states, 1).generation,
    inputs:
      "direction a>b: choice KAT(S+'/ot/a/b/c',16), a_i=KS(S+'/ot/a/b/a/i'), y_i=KS(S+'/ot/a/b/y/i'), b=KS(S+'/ot/a/b/b'); z_{i->j}=KAT(S+'/z/i/j',32)",
    '1>3': direction(1, 3),
    '3>1': direction(3, 1),
    P2: { '3>1': payload(2, 3), '1>3': payload(2, 1) },
    'zero seed': hex(stateOf(states, 1).zeroSeed),
    'zero check': hex(hashes.digestOf('zero/check', sid)),
    'pair digest': hex(stateOf(states, 1).digest),
  };
  return { session, states, tree };
}
