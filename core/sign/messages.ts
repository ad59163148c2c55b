/**
 * Payloads of signing after round 1, without their echo (spec §8.1).
 * @module
 */
import type { Arith, Point, Scalar } from '../arith.ts';
import { Reader } from '../codec/decode.ts';
import { ensure } from '../errors.ts';
import { POINT_BYTES, SCALAR_BYTES } from '../params.ts';
import type { Direct } from '../run/protocol.ts';
import type { PartyIndex, PublicEnv } from '../types.ts';
import { rv2Bytes } from '../vole/rvole.ts';

/** R2 broadcast: R_{j,0..B-1} || salt_j || pk_j. */
export type Reveal = {
  readonly R: readonly Point[];
  readonly encodedR: Uint8Array;
  readonly salt: Uint8Array;
  readonly pk_j: Point;
};

/** Exactly B points (C-40 names the count, C-05 the length). */
export function decodeReveal(
  arith: Arith,
  payload: Uint8Array,
  B: number,
  from: PartyIndex,
): Reveal {
  const length = POINT_BYTES * B + 32 + POINT_BYTES;
  const reader = new Reader(arith, payload, length, from);
  const encodedR = reader.bytes(POINT_BYTES * B);
  const R = new Reader(arith, encodedR, POINT_BYTES * B, from).points(B);
  return { R, encodedR, salt: reader.bytes(32), pk_j: reader.point() };
}

/** Gu || Gv || psi of one item; psi is secret. */
export type Tie = { readonly Gu: Point; readonly Gv: Point; readonly psi: Scalar };
const TIE_BYTES = 2 * POINT_BYTES + SCALAR_BYTES;

/** R2 direct: RV2 and one tie per item. The public part is the hash of the ties. */
export function decodeMultiplied(
  env: PublicEnv,
  message: Direct,
  B: number,
  from: PartyIndex,
): { readonly rv2: Uint8Array; readonly ties: readonly Tie[] } {
  const { open, sealed } = message;
  const length = rv2Bytes(B) + TIE_BYTES * B;
  const reader = new Reader(env.arith, sealed, length, from);
  const rv2 = reader.bytes(rv2Bytes(B));
  const tieHash = env.sha256(sealed.subarray(rv2Bytes(B)));
  ensure('PAYLOAD_LENGTH', open.length === 32 && env.arith.equal(open, tieHash), [from]);
  const ties = Array.from({ length: B }, () => ({
    Gu: reader.point(),
    Gv: reader.point(),
    psi: reader.scalar(),
  }));
  return { rv2, ties };
}

/** u'_{j,m} and w_{j,m} of one item; public. */
export type Partial = { readonly u: Scalar; readonly w: Scalar };

/** R3 broadcast: u' || w per item. */
export function decodePartials(
  arith: Arith,
  payload: Uint8Array,
  B: number,
  from: PartyIndex,
): Partial[] {
  const reader = new Reader(arith, payload, 2 * SCALAR_BYTES * B, from);
  return Array.from({ length: B }, () => ({ u: reader.scalar(), w: reader.scalar() }));
}
