/**
 * Key generation (spec §7): commit, reveal with proofs, shares, confirm. A pure elliptic-curve
 * protocol of n parties with threshold t (Lindell, https://eprint.iacr.org/2022/374).
 * @module
 */
import type { Point, Scalar } from '../arith.ts';
import { concat } from '../codec/bytes.ts';
import { decodeScalar, Reader } from '../codec/decode.ts';
import { ensure } from '../errors.ts';
import { commit, opens, type Committed } from '../hash/commitment.ts';
import { drawNonZero } from '../hash/draw.ts';
import { taggedHash } from '../hash/transcript.ts';
import { at, entryOf } from '../list.ts';
import { POINT_BYTES, SCALAR_BYTES } from '../params.ts';
import { broadcast, type Inbox, type Outgoing, type RoundShape } from '../run/protocol.ts';
import type { Env, Identity, KeyShare, PartyIndex, PublicEnv } from '../types.ts';
import { prove, PROOF_BYTES, verify } from '../zkp/schnorr.ts';
import { confirmation, type KeyFacts } from './confirmation.ts';
import { evaluate, evaluateInExponent } from './feldman.ts';

export type DkgSetup = {
  readonly sid: Uint8Array;
  readonly self: PartyIndex;
  readonly keyId: Uint8Array;
  readonly cluster32: Uint8Array;
  readonly t: number;
  /** Ascending; the session's P. */
  readonly committee: readonly Identity[];
};

const echoing = { echo: true } as const;
export const DKG_ROUNDS: readonly RoundShape[] = [
  { broadcast: true, direct: false, echo: false },
  { broadcast: true, direct: false, ...echoing },
  { broadcast: false, direct: true, ...echoing },
  { broadcast: true, direct: false, echo: false },
];

/** Payload of R2 without echo: F (33t) || cc || salt || proofs (65t). */
const r2Bytes = (t: number): number => POINT_BYTES * t + 64 + PROOF_BYTES * t;

const peersOf = (setup: DkgSetup): PartyIndex[] =>
  setup.committee.map(({ index }) => index).filter((index) => index !== setup.self);

const committed = (setup: DkgSetup, i: PartyIndex, F: Uint8Array, cc: Uint8Array): Committed => ({
  tag: 'dkg/commit',
  sid: setup.sid,
  i,
  values: [F, cc],
});

/** After R1: the polynomial is secret. */
export type AfterRound1 = {
  readonly stage: 'dkg/1';
  readonly a: readonly Scalar[];
  readonly F: readonly Uint8Array[];
  readonly cc: Uint8Array;
  readonly salt: Uint8Array;
};

/** R1: com_i over the polynomial's commitments and a chain-code contribution. */
export function dkgRound1(env: Env, setup: DkgSetup): { state: AfterRound1; send: Outgoing[] } {
  const i = String(setup.self);
  const { point } = env.arith;
  const a = Array.from({ length: setup.t }, (_, m) => drawNonZero(env, `a/${i}/${String(m)}`));
  const F = a.map((a_m) => point.encode(point.mulBase(a_m)));
  const cc = env.rng(`cc/${i}`, 32);
  const salt = env.rng(`salt/${i}`, 32);
  const com = commit(env.sha256, committed(setup, setup.self, concat(...F), cc), salt);
  return { state: { stage: 'dkg/1', a, F, cc, salt }, send: [broadcast(com)] };
}

/** After R2: the commitments of all peers and the own opening. */
export type AfterRound2 = {
  readonly stage: 'dkg/2';
  readonly own: AfterRound1;
  readonly com: ReadonlyMap<PartyIndex, Uint8Array>;
  readonly echo1: Uint8Array;
};

/** R2: F_i || cc_i || salt_i || pok_{i,0..t-1}, each proof in the context echo_1. */
export function dkgRound2(
  env: Env,
  setup: DkgSetup,
  own: AfterRound1,
  inbox: Inbox,
): { state: AfterRound2; send: Outgoing[] } {
  const i = setup.self;
  const com = new Map(
    peersOf(setup).map((j) => {
      const com_j = entryOf(inbox.broadcast, j);
      ensure('PAYLOAD_LENGTH', com_j.length === 32, [j]);
      return [j, com_j] as const;
    }),
  );
  const proofs = own.a.map((a_m, m) => {
    const X = at(own.F, m);
    const statement = { tag: 'dkg/pok', ctx32: inbox.echo, i, kidx: m, X } as const;
    return prove(env, statement, a_m, `pok/${String(i)}/${String(m)}`);
  });
  const payload = concat(...own.F, own.cc, own.salt, ...proofs);
  const state = { stage: 'dkg/2', own, com, echo1: inbox.echo } as const;
  return { state, send: [broadcast(payload)] };
}

/** One party's opened polynomial commitment. */
type Opened = {
  readonly F: readonly Point[];
  readonly encoded: Uint8Array;
  readonly cc: Uint8Array;
};

/** C-28, C-27, C-17, C-29 on R2 of j. */
function openRound2(
  env: PublicEnv,
  setup: DkgSetup,
  state: AfterRound2,
  j: PartyIndex,
  payload: Uint8Array,
): Opened {
  const { t } = setup;
  const reader = new Reader(env.arith, payload, r2Bytes(t), j, 'ELEMENT_COUNT');
  const encoded = reader.bytes(POINT_BYTES * t);
  const cc = reader.bytes(32);
  const salt = reader.bytes(32);
  const what = committed(setup, j, encoded, cc);
  ensure('COMMITMENT_NOT_OPENED', opens(env, entryOf(state.com, j), what, salt), [j]);
  const F = new Reader(env.arith, encoded, POINT_BYTES * t, j).points(t);
  F.forEach((F_m, m) => {
    const X = env.arith.point.encode(F_m);
    const statement = { tag: 'dkg/pok', ctx32: state.echo1, i: j, kidx: m, X } as const;
    ensure('PROOF_INVALID', verify(env, statement, reader.bytes(PROOF_BYTES)), [j]);
  });
  return { F, encoded, cc };
}

/** After R3: the public key of the polynomial sum, and every peer's commitments. */
export type AfterRound3 = {
  readonly stage: 'dkg/3';
  readonly own: AfterRound1;
  readonly opened: ReadonlyMap<PartyIndex, Opened>;
  /** F_m = sum_i F_{i,m}. */
  readonly F: readonly Point[];
  readonly chainCode: Uint8Array;
  readonly echo1: Uint8Array;
  readonly echo2: Uint8Array;
};

/** R3: f_i(j) to each j, after everything public was checked (C-27..C-30). */
export function dkgRound3(
  env: Env,
  setup: DkgSetup,
  state: AfterRound2,
  inbox: Inbox,
): { state: AfterRound3; send: Outgoing[] } {
  const { point, scalar } = env.arith;
  const { own, echo1 } = state;
  const opened = new Map<PartyIndex, Opened>(
    peersOf(setup).map((j) => [j, openRound2(env, setup, state, j, entryOf(inbox.broadcast, j))]),
  );
  const ownF = own.a.map((a_m) => point.mulBase(a_m));
  opened.set(setup.self, { F: ownF, encoded: concat(...own.F), cc: own.cc });
  const F = ownF.map((_, m) =>
    setup.committee
      .map(({ index }) => at(entryOf(opened, index).F, m))
      .reduce((sum, F_m) => point.add(sum, F_m)),
  );
  const degenerate = point.isIdentity(at(F, 0)) || point.isIdentity(at(F, setup.t - 1));
  ensure('KEY_DEGENERATE', !degenerate);
  const contributions = setup.committee.map(({ index }) => entryOf(opened, index).cc);
  const chainCode = taggedHash(env.sha256, 'dkg/chaincode', setup.sid, ...contributions);
  const send = peersOf(setup).map((j) => ({
    to: j,
    open: new Uint8Array(),
    sealed: scalar.encode(evaluate(env, own.a, j)),
  }));
  const next = { own, opened, F, chainCode, echo1, echo2: inbox.echo };
  return { state: { stage: 'dkg/3', ...next }, send };
}

/** After R4: the share, PENDING until n valid R4 are stored (C-35). */
export type AfterRound4 = {
  readonly stage: 'dkg/4';
  readonly share: KeyShare;
  readonly facts: KeyFacts;
  readonly S: ReadonlyMap<PartyIndex, Point>;
};

/** s_i = sum_j f_j(i) after Feldman for every j (C-31); the own evaluation is trusted. */
function sumShares(env: PublicEnv, setup: DkgSetup, state: AfterRound3, inbox: Inbox): Scalar {
  const { scalar, point } = env.arith;
  const i = setup.self;
  let s_i = evaluate(env, state.own.a, i);
  for (const j of peersOf(setup)) {
    const { open, sealed: payload } = entryOf(inbox.direct, j);
    ensure('PAYLOAD_LENGTH', open.length === 0 && payload.length === SCALAR_BYTES, [j]);
    const share = decodeScalar(env.arith, payload, j);
    const expected = evaluateInExponent(env, entryOf(state.opened, j).F, i);
    ensure('SHARE_INVALID', point.equal(point.mulBase(share), expected), [j]);
    s_i = scalar.add(s_i, share);
  }
  return s_i;
}

/** R4: conf || pop_i. The share is durable before it leaves (C-35). */
export function dkgRound4(
  env: Env,
  setup: DkgSetup,
  state: AfterRound3,
  inbox: Inbox,
): { state: AfterRound4; send: Outgoing[] } {
  const { point, scalar } = env.arith;
  const { sid, self, keyId, cluster32, t, committee } = setup;
  const s_i = sumShares(env, setup, state, inbox);
  const S = new Map(
    committee.map(({ index }) => [index, evaluateInExponent(env, state.F, index)] as const),
  );
  const S_i = entryOf(S, self);
  ensure('OWN_SHARE_INVALID', point.equal(point.mulBase(s_i), S_i));
  const facts: KeyFacts = {
    sid,
    keyId,
    epoch: 0,
    cluster32,
    t,
    committee,
    publicKey: point.encode(at(state.F, 0)),
    chainCode: state.chainCode,
    F: state.F.map((F_m) => point.encode(F_m)),
    S: [...S.values()].map((S_x) => point.encode(S_x)),
    echo1: state.echo1,
    echo2: state.echo2,
  };
  const conf = confirmation(env.sha256, facts);
  const X = point.encode(S_i);
  const statement = { tag: 'dkg/pop', ctx32: conf, i: self, kidx: 0, X } as const;
  const pop = prove(env, statement, s_i, `pop/${String(self)}`);
  const { epoch, publicKey, chainCode, F } = facts;
  const share: KeyShare = {
    keyId,
    epoch,
    keygenSid: sid,
    conf,
    t,
    committee,
    index: self,
    s_i: scalar.encode(s_i),
    publicKey,
    chainCode,
    F,
    S: facts.S,
  };
  return { state: { stage: 'dkg/4', share, facts, S }, send: [broadcast(concat(conf, pop))] };
}
