/**
 * Signing, round 3 of direct signing (spec §8.2 R3, §8.3).
 *
 * In   R_j || salt_j || pk_j, broadcast; RV2 of direction j > i and ties from every j, direct.
 * Out  (u'_i, w_i) per item, broadcast. The ledger row is durable before it leaves (C-49).
 * Burns the pair with j when mu or a Gamma check fails (C-39, C-41, C-42).
 * @module
 */
import type { Point, Scalar } from '../arith.ts';
import { concat } from '../codec/bytes.ts';
import { ensure } from '../errors.ts';
import { opens } from '../hash/commitment.ts';
import { at, entryOf } from '../list.ts';
import { broadcast, type Inbox, type Outgoing } from '../run/protocol.ts';
import type { Env, PartyIndex } from '../types.ts';
import { multiplyFinish } from '../vole/rvole.ts';
import { finishItem } from './finish.ts';
import { decodeMultiplied, decodeReveal, type Reveal, type Tie } from './messages.ts';
import { nonceCommitment, peersOf } from './round1.ts';
import type { AfterRound2, AfterRound3, ShareOfPair, SignSetup } from './state.ts';

/** What came of the multiplication with one peer. */
type WithPeer = {
  readonly reveal: Reveal;
  readonly psi: readonly Scalar[];
  readonly d: readonly ShareOfPair[];
};

/** Steps 3 to 5 with peer j: RV2, then the ties of both inputs to R_j and pk_j. */
function checkPeer(
  env: Env,
  setup: SignSetup,
  state: AfterRound2,
  j: PartyIndex,
  reveal: Reveal,
  inbox: Inbox,
): WithPeer {
  const { point } = env.arith;
  const B = setup.items.length;
  const { rv2, ties } = decodeMultiplied(env, entryOf(inbox.direct, j), B, j);
  const multiplication = entryOf(state.own.bob, j);
  const d = multiplyFinish(env, multiplication, rv2, j); // step 3: C-38, C-39
  const each = (check: (m: number, tie: Tie, chi: Scalar, d_m: ShareOfPair) => boolean): boolean =>
    // Every item is evaluated: only the verdict is public, not where it failed (spec §14).
    ties.map((tie, m) => check(m, tie, at(multiplication.b, m), at(d, m))).every(Boolean);
  const gammaU = each((m, { Gu }, chi, [d_u]) => point.gammaHolds(chi, at(reveal.R, m), d_u, Gu));
  ensure('GAMMA_U_MISMATCH', gammaU, [j]); // step 4
  const gammaV = each((_, { Gv }, chi, [, d_v]) => point.gammaHolds(chi, reveal.pk_j, d_v, Gv));
  ensure('GAMMA_V_MISMATCH', gammaV, [j]); // step 5
  return { reveal, d, psi: ties.map(({ psi }) => psi) };
}

/** Steps 1 (the run compared the echoes) and 2: every nonce commitment opens. */
function openReveals(
  env: Env,
  setup: SignSetup,
  state: AfterRound2,
  inbox: Inbox,
): Map<PartyIndex, Reveal> {
  return new Map(
    peersOf(setup).map((j) => {
      const payload = entryOf(inbox.broadcast, j);
      const reveal = decodeReveal(env.arith, payload, setup.items.length, j);
      const what = nonceCommitment(setup.sid, j, reveal.encodedR);
      const opened = opens(env, entryOf(state.com, j), what, reveal.salt);
      ensure('NONCE_COMMITMENT_NOT_OPENED', opened, [j]);
      return [j, reveal] as const;
    }),
  );
}

/** u_{i,m} and v_{i,m}: additive shares of r_tot * phi and x * phi. */
function shares(
  env: Env,
  state: AfterRound2,
  m: number,
  peers: ReadonlyMap<PartyIndex, WithPeer>,
): { readonly u: Scalar; readonly v: Scalar } {
  const { scalar } = env.arith;
  let Psi = at(state.own.phi, m); // Psi_i = phi_i + sum psi_ji
  for (const { psi } of peers.values()) Psi = scalar.add(Psi, at(psi, m));
  let u = scalar.mul(at(state.own.r, m), Psi);
  let v = scalar.mul(state.sk_i, Psi);
  for (const [j, { d }] of peers) {
    const [c_u, c_v] = at(entryOf(state.c, j), m);
    const [d_u, d_v] = at(d, m);
    u = scalar.add(u, scalar.add(c_u, d_u));
    v = scalar.add(v, scalar.add(c_v, d_v));
  }
  return { u, v };
}

export function signRound3(
  env: Env,
  setup: SignSetup,
  state: AfterRound2,
  inbox: Inbox,
): { state: AfterRound3; send: Outgoing[] } {
  const { point, scalar } = env.arith;
  const reveals = openReveals(env, setup, state, inbox);
  const peers = new Map<PartyIndex, WithPeer>();
  for (const [j, reveal] of reveals) {
    peers.set(j, checkPeer(env, setup, state, j, reveal, inbox));
  }

  // Step 6: sum pk_j == pk
  const pk = [...reveals.values()].reduce((sum, { pk_j }) => point.add(sum, pk_j), state.pk_i);
  const matches = !point.isIdentity(pk) && env.arith.equal(point.encode(pk), setup.key.publicKey);
  ensure('KEY_SUM_MISMATCH', matches);

  // Step 7: R_m = sum R_{j,m} != O
  const R = state.own.R.map((R_m, m): Point => {
    const sum = [...reveals.values()].reduce((acc, { R: R_j }) => point.add(acc, at(R_j, m)), R_m);
    ensure('NONCE_POINT_IDENTITY', !point.isIdentity(sum));
    return sum;
  });

  const partials = R.map((R_m, m) => {
    const { u, v } = shares(env, state, m, peers);
    const { rho, rx, h, delta } = finishItem(env, setup.sid, setup.key, at(setup.items, m), m, R_m);
    const phi = at(state.own.phi, m);
    // u' = u + rho phi, w = (h + rx delta) phi + rx v
    const u_ = scalar.add(u, scalar.mul(rho, phi));
    const tweak = scalar.add(h, scalar.mul(rx, delta));
    const w = scalar.add(scalar.mul(tweak, phi), scalar.mul(rx, v));
    return concat(scalar.encode(u_), scalar.encode(w));
  });
  const own = concat(...partials);
  return { state: { stage: 'sign/3', R, own }, send: [broadcast(own)] };
}
