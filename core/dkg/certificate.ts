/**
 * R4 of all members makes the transferable key certificate (spec §7): C-33, C-34 and, for whoever
 * holds a certificate, the consistency of its public parts.
 * @module
 */
import { Reader } from '../codec/decode.ts';
import { ensure, InvalidInput } from '../errors.ts';
import { at, entryOf } from '../list.ts';
import { POINT_BYTES } from '../params.ts';
import type { PartyIndex, PublicEnv } from '../types.ts';
import { PROOF_BYTES, verify } from '../zkp/schnorr.ts';
import { confirmation, type KeyFacts } from './confirmation.ts';
import { evaluateInExponent } from './feldman.ts';

/** conf || pop. */
export const R4_BYTES = 32 + PROOF_BYTES;

/** C-33 and C-34 on one member's R4 payload. */
export function checkRound4(
  env: PublicEnv,
  conf: Uint8Array,
  i: PartyIndex,
  S_i: Uint8Array,
  payload: Uint8Array,
): void {
  const reader = new Reader(env.arith, payload, R4_BYTES, i);
  ensure('CONFIRMATION_MISMATCH', env.arith.equal(reader.bytes(32), conf));
  const statement = { tag: 'dkg/pop', ctx32: conf, i, kidx: 0, X: S_i } as const;
  ensure('POSSESSION_INVALID', verify(env, statement, reader.bytes(PROOF_BYTES)), [i]);
}

/** F has t points with F_0 = pk, S_x = sum x^m F_m for every member; InvalidInput names the part. */
function checkFacts(env: PublicEnv, facts: KeyFacts): void {
  const { point } = env.arith;
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
 * Throws ProtocolAbort (C-33, C-34) or InvalidInput.
 */
export function verifyKeyConfirmation(
  env: PublicEnv,
  facts: KeyFacts & { readonly round4: ReadonlyMap<PartyIndex, Uint8Array> },
): Uint8Array {
  checkFacts(env, facts);
  const conf = confirmation(env.sha256, facts);
  facts.committee.forEach(({ index }, k) => {
    if (!facts.round4.has(index)) throw new InvalidInput('r4', `none of ${String(index)}`);
    checkRound4(env, conf, index, at(facts.S, k), entryOf(facts.round4, index));
  });
  return conf;
}
