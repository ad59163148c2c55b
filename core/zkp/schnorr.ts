/**
 * Schnorr proof of knowledge of x with X = xG, made non-interactive by Fiat-Shamir (spec §3.2).
 * @module
 */
import type { Point, PublicScalar, Scalar } from '../arith.ts';
import { concat, u16 } from '../codec/bytes.ts';
import { wideHash } from '../hash/transcript.ts';
import { drawNonZero } from '../hash/draw.ts';
import { POINT_BYTES, SCALAR_BYTES } from '../params.ts';
import type { Env, PartyIndex, PublicEnv } from '../types.ts';

/** enc A || z. */
export const PROOF_BYTES = POINT_BYTES + SCALAR_BYTES;

/** What a proof is bound to: its use, its context, its party and its slot. */
export type Statement = {
  readonly tag: 'dkg/pok' | 'dkg/pop';
  readonly ctx32: Uint8Array;
  readonly i: PartyIndex;
  readonly kidx: number;
  readonly X: Uint8Array;
};

/** e = HS(tag; ctx32, u16 i, u16 kidx, enc X, enc A). */
function challenge(env: PublicEnv, statement: Statement, A: Uint8Array): PublicScalar {
  const { tag, ctx32, i, kidx, X } = statement;
  const wide = wideHash(env.sha256, tag, ctx32, u16(i), u16(kidx), X, A);
  return env.arith.scalar.reveal(env.arith.scalar.reduceWide(wide));
}

/** A = aG, z = a + e*x; `label` names the draw of a. Returns enc A || z, 65 bytes. */
export function prove(env: Env, statement: Statement, x: Scalar, label: string): Uint8Array {
  const { scalar, point } = env.arith;
  const a = drawNonZero(env, label);
  const A = point.encode(point.mulBase(a));
  const z = scalar.add(a, scalar.mul(challenge(env, statement, A), x));
  return concat(A, scalar.encode(z));
}

/** zG == A + eX, with A and z canonical; public inputs only. */
export function verify(env: PublicEnv, statement: Statement, proof: Uint8Array): boolean {
  const { scalar, point } = env.arith;
  if (proof.length !== PROOF_BYTES) return false;
  const encodedA = proof.slice(0, POINT_BYTES);
  const A = point.decode(encodedA);
  const X = point.decode(statement.X);
  const z = scalar.decode(proof.slice(POINT_BYTES));
  if (A === undefined || X === undefined || !z.canonical) return false;
  const e = challenge(env, statement, encodedA);
  const minusE = scalar.reveal(scalar.neg(e));
  const expected: Point = point.lincombPublic(scalar.reveal(z.value), minusE, X);
  return point.equal(expected, A);
}
