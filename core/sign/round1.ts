/**
 * Signing, round 1 (DKLs23, https://eprint.iacr.org/2023/765; spec §8.2 R1).
 *
 * Out  com_i, broadcast; OT1 of direction j > i to every j, direct.
 * @module
 */
import { concat } from '../codec/bytes.ts';
import { commit, type Committed } from '../hash/commitment.ts';
import { drawNonZero } from '../hash/draw.ts';
import { entryOf } from '../list.ts';
import { broadcast, type Outgoing } from '../run/protocol.ts';
import type { Env, PartyIndex } from '../types.ts';
import { directionSid, multiplyStart } from '../vole/rvole.ts';
import type { AfterRound1, SignSetup } from './state.ts';

export const peersOf = (setup: SignSetup): PartyIndex[] =>
  setup.parties.filter((j) => j !== setup.self);

/** What com_i commits to: R_{i,0} || .. || R_{i,B-1}. */
export const nonceCommitment = (sid: Uint8Array, i: PartyIndex, R: Uint8Array): Committed => ({
  tag: 'sign/commit',
  sid,
  i,
  values: [R],
});

/** Labels of draws of direction a > b. */
export const directionLabel = (a: PartyIndex, b: PartyIndex): string =>
  `${String(a)}/${String(b)}/`;

export function signRound1(env: Env, setup: SignSetup): { state: AfterRound1; send: Outgoing[] } {
  const { sid, self: i, items } = setup;
  const { point } = env.arith;
  // r_{i,m}, phi_{i,m} <- Z_q*; R_{i,m} = r_{i,m} G
  const r = items.map((_, m) => drawNonZero(env, `r/${String(i)}/${String(m)}`));
  const phi = items.map((_, m) => drawNonZero(env, `phi/${String(i)}/${String(m)}`));
  const R = r.map((r_m) => point.mulBase(r_m));
  const encodedR = concat(...R.map((R_m) => point.encode(R_m)));
  const salt = env.rng(`salt/${String(i)}`, 32);
  const com = commit(env.sha256, nonceCommitment(sid, i, encodedR), salt);

  // RVOLE Bob 1 of direction j > i
  const bob = new Map(
    peersOf(setup).map((j) => {
      const { asReceiver } = entryOf(setup.pairs, j);
      const esid = directionSid(env.sha256, sid, asReceiver.otid, j, i);
      const label = directionLabel(j, i);
      return [j, multiplyStart(env, esid, asReceiver, items.length, label)] as const;
    }),
  );
  const direct = [...bob].map(([j, { ot1 }]) => ({ to: j, open: new Uint8Array(), sealed: ot1 }));
  const state = { stage: 'sign/1', r, phi, R, encodedR, salt, bob } as const;
  return { state, send: [broadcast(com), ...direct] };
}
