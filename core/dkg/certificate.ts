/**
 * R4 of all members makes the transferable key certificate (spec §7): C-33, C-34 and, for whoever
 * holds a certificate, the consistency of its public parts.
 * @module
 */
import { holds } from '../checks.ts';
import { Reader } from '../codec/decode.ts';
import { ensure, InvalidInput } from '../errors.ts';
import { at, entryOf } from '../list.ts';
import { POINT_BYTES } from '../params.ts';
import type { PartyIndex, PublicEnv } from '../types.ts';
import { PROOF_BYTES, verify } from '../zkp/schnorr.ts';
import { confirmation, type KeyFacts } from './confirmation.ts';
import { checkCommittee, evaluateInExponent } from './feldman.ts';

/** conf || pop. */
export const R4_BYTES = 32 + PROOF_BYTES;

/** One member's R4 payload and the point its share belongs to. */
export type Round4 = {
  readonly i: PartyIndex;
  readonly S_i: Uint8Array;
  readonly payload: Uint8Array;
};

/**
 * C-33 for all members, then C-34 for each: proofs over another conf would fail as well, and a
 * split view must not blame its victims.
 */
export function checkRound4(env: PublicEnv, conf: Uint8Array, members: readonly Round4[]): void {
  const proofs = members.map(({ i, S_i, payload }) => {
    const reader = new Reader(env.arith, payload, R4_BYTES, i);
    ensure('CONFIRMATION_MISMATCH', env.arith.equal(reader.bytes(32), conf));
    return { i, S_i, pop: reader.bytes(PROOF_BYTES) };
  });
  for (const { i, S_i, pop } of proofs) {
    const statement = { tag: 'dkg/pop', ctx32: conf, i, kidx: 0, X: S_i } as const;
    ensure('POSSESSION_INVALID', verify(env, statement, pop), [i]);
  }
}

/** F has t points with F_0 = pk, S_x = sum x^m F_m for every member; InvalidInput names the part. */
function checkFacts(env: PublicEnv, facts: KeyFacts): void {
  const { point } = env.arith;
  checkCommittee(facts.t, facts.committee);
  const sameLength = (list: readonly Uint8Array[], count: number, field: string): void => {
    const valid = list.length === count && list.every((P) => P.length === POINT_BYTES);
    if (!valid) throw new InvalidInput(field, `expected ${String(count)} points of 33 bytes`);
  };
  sameLength(facts.F, facts.t, 'F');
  sameLength(facts.S, facts.committee.length, 'S');
  const F = facts.F.map((bytes, m) => {
    const F_m = point.decode(bytes);
    if (F_m === undefined) throw new InvalidInput(`F[${String(m)}]`, 'not a point');
    return F_m;
  });
  if (!env.arith.equal(at(facts.F, 0), facts.publicKey)) throw new InvalidInput('F[0]', 'not pk');
  facts.committee.forEach(({ index }, k) => {
    const S_x = point.decode(at(facts.S, k));
    const consistent = S_x !== undefined && point.equal(S_x, evaluateInExponent(env, F, index));
    if (!consistent) throw new InvalidInput(`S[${String(k)}]`, 'not on the polynomial');
  });
}

/**
 * Verifies everything of a certificate but its envelope signatures, ctx and sid. Returns conf.
 * Throws ProtocolAbort (C-33, C-34) or InvalidInput (C-35 and inconsistent parts).
 */
export function verifyKeyConfirmation(
  env: PublicEnv,
  facts: KeyFacts & { readonly round4: ReadonlyMap<PartyIndex, Uint8Array> },
): Uint8Array {
  checkFacts(env, facts);
  const conf = confirmation(env.sha256, facts);
  const members = facts.committee.map(({ index: i }, k) => {
    // C-35: a key is what all n members confirmed.
    if (!holds('C-35', facts.round4.has(i))) throw new InvalidInput('r4', `none of ${String(i)}`);
    return { i, S_i: at(facts.S, k), payload: entryOf(facts.round4, i) };
  });
  checkRound4(env, conf, members);
  return conf;
}
