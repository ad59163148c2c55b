/**
 * Signing, round 2 (spec §8.2 R2).
 *
 * In   com_j, broadcast; OT1 of direction i > j from every j, direct.
 * Out  R_i || salt_i || pk_i, broadcast; RV2 of direction i > j and per item Gu || Gv || psi to
 *      every j, direct, with their hash in the public part (spec §13.4).
 * Burns the pair with j when tau is wrong (C-37), before anything leaves.
 * @module
 */
import type { Scalar } from '../arith.ts';
import { concat } from '../codec/bytes.ts';
import { lagrange } from '../dkg/feldman.ts';
import { ensure } from '../errors.ts';
import { at, entryOf } from '../list.ts';
import { broadcast, type Inbox, type Outgoing } from '../run/protocol.ts';
import type { Env, PartyIndex } from '../types.ts';
import { directionSid, multiplySend } from '../vole/rvole.ts';
import { zeroShare } from '../zero/zero-shares.ts';
import { directionLabel, peersOf } from './round1.ts';
import type { AfterRound1, AfterRound2, ShareOfPair, SignSetup } from './state.ts';

/** sk_i = lambda_i s_i + zeta_i: one additive share of x per session. */
function additiveShare(env: Env, setup: SignSetup): Scalar {
  const { scalar } = env.arith;
  // Over the peers in P only: a pair outside of it would keep the zetas from cancelling.
  const seeds = new Map(peersOf(setup).map((j) => [j, entryOf(setup.pairs, j).zeroSeed] as const));
  const zeta_i = zeroShare(env, setup.self, seeds, setup.sid);
  const lambda_i = lagrange(env, setup.parties, setup.self);
  const s_i = scalar.decode(setup.key.s_i).value;
  return scalar.add(scalar.mul(lambda_i, s_i), zeta_i);
}

/** RVOLE Alice 2 towards j and the values that tie it to R_i and pk_i. */
function towards(
  env: Env,
  setup: SignSetup,
  own: AfterRound1,
  sk_i: Scalar,
  j: PartyIndex,
  ot1: Uint8Array,
): { readonly c: readonly ShareOfPair[]; readonly message: Outgoing } {
  const { scalar, point } = env.arith;
  const { sid, self: i } = setup;
  const { asSender } = entryOf(setup.pairs, j);
  const esid = directionSid(env.sha256, sid, asSender.otid, i, j);
  const inputs = own.r.map((r_m) => [r_m, sk_i] as const);
  const label = directionLabel(i, j);
  const { rv2, c } = multiplySend(env, esid, asSender, ot1, inputs, j, label);
  const chi = entryOf(own.bob, j).b;
  // Gu = c^u G, Gv = c^v G, psi_ij = phi_i - chi_ij
  const ties = c.map(([c_u, c_v], m) =>
    concat(
      point.encode(point.mulBase(c_u)),
      point.encode(point.mulBase(c_v)),
      scalar.encode(scalar.sub(at(own.phi, m), at(chi, m))),
    ),
  );
  const tie = concat(...ties);
  return { c, message: { to: j, open: env.sha256(tie), sealed: concat(rv2, tie) } };
}

export function signRound2(
  env: Env,
  setup: SignSetup,
  own: AfterRound1,
  inbox: Inbox,
): { state: AfterRound2; send: Outgoing[] } {
  const peers = peersOf(setup);
  const com = new Map(
    peers.map((j) => {
      const com_j = entryOf(inbox.broadcast, j);
      ensure('PAYLOAD_LENGTH', com_j.length === 32, [j]);
      ensure('PAYLOAD_LENGTH', entryOf(inbox.direct, j).open.length === 0, [j]);
      return [j, com_j] as const;
    }),
  );
  const sk_i = additiveShare(env, setup);
  const pk_i = env.arith.point.mulBase(sk_i);
  const towardsAll = peers.map(
    (j) => [j, towards(env, setup, own, sk_i, j, entryOf(inbox.direct, j).sealed)] as const,
  );
  const reveal = concat(own.encodedR, own.salt, env.arith.point.encode(pk_i));
  const c = new Map(towardsAll.map(([j, result]) => [j, result.c]));
  return {
    state: { stage: 'sign/2', own, sk_i, pk_i, c, com },
    send: [broadcast(reveal), ...towardsAll.map(([, result]) => result.message)],
  };
}
