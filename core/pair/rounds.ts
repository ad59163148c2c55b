/**
 * Pair set-up (spec §4): base OTs and PPRFs of both directions and the zero-share seed of one
 * pair {lo, hi} and generation. P1 and P2 are direct, P3 (confirm) and P4 (ack) broadcasts.
 *
 * Notation: i is this party, j the peer; direction i > j has i as RVOLE sender (Alice), which is
 * the base-OT receiver.
 * @module
 */
import { ascii, concat, u16, u32 } from '../codec/bytes.ts';
import { Reader } from '../codec/decode.ts';
import { ensure } from '../errors.ts';
import { taggedHash } from '../hash/transcript.ts';
import { entryOf } from '../list.ts';
import * as baseOt from '../ot/base-ot.ts';
import * as pprf from '../ot/pprf.ts';
import { POINT_BYTES } from '../params.ts';
import { broadcast, type Inbox, type Outgoing, type RoundShape } from '../run/protocol.ts';
import type { Env, PartyIndex, PublicEnv, Sha256 } from '../types.ts';
import type { PairState } from './state.ts';

export type PairSetup = {
  readonly setupSid: Uint8Array;
  readonly self: PartyIndex;
  readonly peer: PartyIndex;
  readonly generation: number;
};

/** Bpt || PPRF message || z. */
export const P2_BYTES = POINT_BYTES + pprf.PPRF_BYTES + 32;

const direct: RoundShape = { broadcast: false, direct: true, echo: false };
const open: RoundShape = { broadcast: true, direct: false, echo: false };
export const PAIR_ROUNDS: readonly RoundShape[] = [direct, direct, open, open];

/** psid(what, a, b) = TH("pair"; setup_sid, what, u16 a, u16 b). */
export function pairSid(
  sha256: Sha256,
  setupSid: Uint8Array,
  what: 'base-ot' | 'pprf' | 'rvole',
  a: PartyIndex,
  b: PartyIndex,
): Uint8Array {
  return taggedHash(sha256, 'pair', setupSid, ascii(what), u16(a), u16(b));
}

const toPeer = (setup: PairSetup, sealed: Uint8Array): Outgoing => ({
  to: setup.peer,
  open: new Uint8Array(),
  sealed,
});

const labelOf = (a: PartyIndex, b: PartyIndex): string => `ot/${String(a)}/${String(b)}/`;

/** The secret part of the peer's direct message; P1 and P2 have no public part (C-05). */
function sealedOf(inbox: Inbox, peer: PartyIndex): Uint8Array {
  const { open, sealed } = entryOf(inbox.direct, peer);
  ensure('PAYLOAD_LENGTH', open.length === 0, [peer]);
  return sealed;
}

/** After P1 was sent. */
export type AfterP1 = { readonly stage: 'pair/1'; readonly receiver: baseOt.ReceiverState };

/** P1: A1 of direction i > j. */
export function pairRound1(env: Env, setup: PairSetup): { state: AfterP1; send: Outgoing[] } {
  const { setupSid, self, peer } = setup;
  const psid = pairSid(env.sha256, setupSid, 'base-ot', self, peer);
  const receiver = baseOt.receive(env, psid, labelOf(self, peer));
  return { state: { stage: 'pair/1', receiver }, send: [toPeer(setup, receiver.A1)] };
}

/** After P2 was sent. */
export type AfterP2 = {
  readonly stage: 'pair/2';
  readonly receiver: baseOt.ReceiverState;
  /** Leaves of direction j > i, in which this party is Bob. */
  readonly leaves: Uint8Array;
  readonly z: Uint8Array;
  readonly A1: ReadonlyMap<PartyIndex, Uint8Array>;
  readonly P2: Uint8Array;
};

/** P2: B1 of direction j > i: Bpt || PPRF message || z_{i->j}. */
export function pairRound2(
  env: Env,
  setup: PairSetup,
  state: AfterP1,
  inbox: Inbox,
): { state: AfterP2; send: Outgoing[] } {
  const { setupSid, self, peer } = setup;
  const A1_j = sealedOf(inbox, peer);
  const psid = pairSid(env.sha256, setupSid, 'base-ot', peer, self);
  const { Bpt, keys } = baseOt.send(env, psid, A1_j, peer, labelOf(peer, self));
  const pprfSid = pairSid(env.sha256, setupSid, 'pprf', peer, self);
  const { message, leaves } = pprf.puncture(env, pprfSid, keys);
  keys.fill(0);
  const z = env.rng(`z/${String(self)}/${String(peer)}`, 32);
  const P2 = concat(Bpt, message, z);
  const A1 = new Map([
    [self, state.receiver.A1],
    [peer, A1_j],
  ]);
  const next = { stage: 'pair/2', receiver: state.receiver, leaves, z, A1, P2 } as const;
  return { state: next, send: [toPeer(setup, P2)] };
}

/** seed = TH("zero/seed"; setup_sid, u16 lo, u16 hi, z_{lo->hi}, z_{hi->lo}). */
export function zeroSeed(
  sha256: Sha256,
  setupSid: Uint8Array,
  lo: PartyIndex,
  hi: PartyIndex,
  z_lo: Uint8Array,
  z_hi: Uint8Array,
): Uint8Array {
  return taggedHash(sha256, 'zero/seed', setupSid, u16(lo), u16(hi), z_lo, z_hi);
}

/** pair_digest: covers both parties' P1 and P2, so it is the echo of this protocol (spec §4.1). */
export function pairDigest(
  sha256: Sha256,
  setup: PairSetup,
  seed: Uint8Array,
  A1: ReadonlyMap<PartyIndex, Uint8Array>,
  P2: ReadonlyMap<PartyIndex, Uint8Array>,
): Uint8Array {
  const { setupSid, self, peer, generation } = setup;
  const [lo, hi] = self < peer ? [self, peer] : [peer, self];
  const parts = [entryOf(A1, lo), entryOf(A1, hi), entryOf(P2, lo), entryOf(P2, hi)];
  const check = taggedHash(sha256, 'zero/check', setupSid, seed);
  const hashes = parts.map((part) => sha256(part));
  return taggedHash(sha256, 'pair/confirm', setupSid, u32(generation), ...hashes, check);
}

/** C-23; keys and choice bits are gone afterwards, whatever it found (spec §4.3). */
function rebuildOnce(
  env: PublicEnv,
  pprfSid: Uint8Array,
  keys: Uint8Array,
  { receiver: { choice } }: AfterP2,
  message: Uint8Array,
  peer: PartyIndex,
) {
  try {
    return pprf.rebuild(env, pprfSid, keys, choice, message, peer);
  } finally {
    keys.fill(0);
    choice.fill(0);
  }
}

/** Both sides of the state, from the keys of direction i > j and the leaves of j > i. */
function finishState(
  env: PublicEnv,
  setup: PairSetup,
  state: AfterP2,
  P2_j: Uint8Array,
): PairState {
  const { setupSid, self, peer, generation } = setup;
  const { sha256 } = env;
  const reader = new Reader(env.arith, P2_j, P2_BYTES, peer);
  const Bpt = reader.bytes(POINT_BYTES);
  const message = reader.bytes(pprf.PPRF_BYTES);
  const z_j = reader.bytes(32);
  const keys = baseOt.finish(env, state.receiver, Bpt, peer);
  const pprfSid = pairSid(sha256, setupSid, 'pprf', self, peer);
  const { delta, leaves } = rebuildOnce(env, pprfSid, keys, state, message, peer);
  const [lo, hi, z_lo, z_hi] =
    self < peer ? [self, peer, state.z, z_j] : [peer, self, z_j, state.z];
  const seed = zeroSeed(sha256, setupSid, lo, hi, z_lo, z_hi);
  const P2 = new Map([
    [self, state.P2],
    [peer, P2_j],
  ]);
  return {
    self,
    peer,
    generation,
    digest: pairDigest(sha256, setup, seed, state.A1, P2),
    zeroSeed: seed,
    asSender: { otid: pairSid(sha256, setupSid, 'rvole', self, peer), delta, leaves },
    asReceiver: { otid: pairSid(sha256, setupSid, 'rvole', peer, self), leaves: state.leaves },
  };
}

/** P3: confirm. The state is PENDING before it leaves (C-25). */
export function pairRound3(
  env: Env,
  setup: PairSetup,
  state: AfterP2,
  inbox: Inbox,
): { state: PairState; send: Outgoing[] } {
  const pair = finishState(env, setup, state, sealedOf(inbox, setup.peer));
  return { state: pair, send: [broadcast(pair.digest)] };
}

/** P3 and P4 of the peer carry the own pair digest (C-25). */
export function checkPairDigest(env: PublicEnv, setup: PairSetup, pair: PairState, inbox: Inbox) {
  const received = entryOf(inbox.broadcast, setup.peer);
  ensure('PAYLOAD_LENGTH', received.length === 32, [setup.peer]);
  ensure('PAIR_DIGEST_MISMATCH', env.arith.equal(received, pair.digest));
}
