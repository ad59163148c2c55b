/**
 * The reference's scalars and points over @noble/curves and BigInt.
 * @module
 */
import { secp256k1, secp256k1_hasher } from '@noble/curves/secp256k1.js';
import type { Point, PointArith, PublicScalar, Scalar, ScalarArith } from '../arith.ts';
import { InvariantViolation } from '../errors.ts';
import { POINT_BYTES, SCALAR_BYTES } from '../params.ts';
import { blindHandles, type Handles } from './handles.ts';
import { inverse, mod, q, readBigEndian, writeScalar } from './integers.ts';

/** In BigInt nothing tells secret from public: every handle may serve as either. */
export type ScalarHandles = Handles<Scalar, bigint, PublicScalar>;

const Curve = secp256k1.Point;
type CurvePoint = InstanceType<typeof Curve>;

export function referenceScalars(handles: ScalarHandles): ScalarArith {
  const { wrap, open } = handles;
  return {
    reduceWide: (bytes) => wrap(mod(readBigEndian(bytes))),
    decode: (bytes) => {
      const value = readBigEndian(bytes);
      return { value: wrap(mod(value)), canonical: bytes.length === SCALAR_BYTES && value < q };
    },
    encode: (a) => {
      const bytes = new Uint8Array(SCALAR_BYTES);
      writeScalar(bytes, 0, open(a));
      return bytes;
    },
    fromUint: (n) => wrap(BigInt(n)),
    add: (a, b) => wrap(mod(open(a) + open(b))),
    sub: (a, b) => wrap(mod(open(a) - open(b))),
    mul: (a, b) => wrap(mod(open(a) * open(b))),
    neg: (a) => wrap(mod(-open(a))),
    isZero: (a) => open(a) === 0n,
    reveal: (a) => wrap(open(a)),
    inversePublic: (a) => {
      if (open(a) === 0n) throw new InvariantViolation('inverse of zero');
      return wrap(inverse(open(a)));
    },
  };
}

/** A point that is multiplied this often gets a table: making one costs about three uses. */
const USES_WORTH_A_TABLE = 4;
const TABLE_WINDOW_BITS = 4;

/**
 * k * P in noble's blinded ladder. Points that come again get a table: the 128 pads of a pair
 * set-up share Bpt (spec §4.2), the items of a batch share pk_j.
 */
function createMultiply(): (P: CurvePoint, k: bigint) => CurvePoint {
  const uses = new WeakMap<CurvePoint, number>();
  return (P, k) => {
    // noble refuses a zero multiplier; an honest zero (probability 2^-256) still has an answer.
    if (k === 0n || P.is0()) return Curve.ZERO;
    const count = (uses.get(P) ?? 0) + 1;
    uses.set(P, count);
    if (count === USES_WORTH_A_TABLE && P !== Curve.BASE) P.precompute(TABLE_WINDOW_BITS);
    return P.multiply(k);
  };
}

/** Length and prefix first: noble would also take the uncompressed form (C-17, N-02). */
function decodeCompressed(bytes: Uint8Array): CurvePoint | undefined {
  if (bytes.length !== POINT_BYTES || (bytes[0] !== 2 && bytes[0] !== 3)) return undefined;
  try {
    return Curve.fromBytes(bytes);
  } catch {
    return undefined;
  }
}

export function referencePoints(scalars: ScalarHandles): PointArith {
  const { wrap, open } = blindHandles<Point, CurvePoint>();
  const multiply = createMultiply();
  return {
    decode: (bytes) => {
      const P = decodeCompressed(bytes);
      return P === undefined ? undefined : wrap(P);
    },
    encode: (P) => {
      const point = open(P);
      if (point.is0()) throw new InvariantViolation('the identity has no encoding');
      return point.toBytes(true);
    },
    isIdentity: (P) => open(P).is0(),
    equal: (P, Q) => open(P).equals(open(Q)),
    add: (P, Q) => wrap(open(P).add(open(Q))),
    neg: (P) => wrap(open(P).negate()),
    mulBase: (k) => wrap(multiply(Curve.BASE, scalars.open(k))),
    mul: (k, P) => wrap(multiply(open(P), scalars.open(k))),
    mulPublic: (k, P) => wrap(open(P).multiplyUnsafe(scalars.open(k))),
    lincombPublic: (a, b, P) =>
      wrap(Curve.BASE.mulAddUnsafe(scalars.open(a), open(P), scalars.open(b))),
    select: (bit, P, Q) => wrap(bit === 1 ? open(Q) : open(P)),
    hashToCurve: (message, dst) =>
      wrap(Curve.fromAffine(secp256k1_hasher.hashToCurve(message, { DST: dst }).toAffine())),
    gammaHolds: (chi, R, d, Gamma) => {
      const left = multiply(open(R), scalars.open(chi));
      return left.equals(multiply(Curve.BASE, scalars.open(d)).add(open(Gamma)));
    },
  };
}
