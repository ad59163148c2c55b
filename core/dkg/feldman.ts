/**
 * Feldman commitments (spec §3.4) and Lagrange coefficients (spec §1.1).
 * @module
 */
import type { Point, Scalar } from '../arith.ts';
import { InvalidInput, InvariantViolation } from '../errors.ts';
import { at } from '../list.ts';
import { MAX_PARTY } from '../params.ts';
import type { Identity, PartyIndex, PublicEnv } from '../types.ts';

/** 2 <= t <= n <= 255 and members ascending in 1..255 (spec §1.2). Throws InvalidInput. */
export function checkCommittee(t: number, committee: readonly Identity[]): void {
  const ascending = committee.every(({ index }, k) => {
    const previous = k === 0 ? 0 : at(committee, k - 1).index;
    return Number.isInteger(index) && index > previous && index <= MAX_PARTY;
  });
  if (!ascending) throw new InvalidInput('committee', 'not ascending in 1..255');
  const valid = Number.isInteger(t) && t >= 2 && t <= committee.length;
  if (!valid) throw new InvalidInput('t', 'not in 2..n');
}

/** f(x) = sum_m a_m x^m by Horner; the coefficients are secret. */
export function evaluate(env: PublicEnv, a: readonly Scalar[], x: PartyIndex): Scalar {
  const { scalar } = env.arith;
  const X = scalar.fromUint(x);
  return a.reduceRight((sum, a_m) => scalar.add(scalar.mul(sum, X), a_m), scalar.fromUint(0));
}

/** sum_m x^m F_m by Horner, x at most 8 bits; public inputs. */
export function evaluateInExponent(env: PublicEnv, F: readonly Point[], x: PartyIndex): Point {
  const { scalar, point } = env.arith;
  const X = scalar.fromUint(x);
  return F.slice(0, -1).reduceRight(
    (sum, F_m) => point.add(point.isIdentity(sum) ? sum : point.mulPublic(X, sum), F_m),
    at(F, F.length - 1),
  );
}

/** lambda_i = prod_{j in P, j != i} j / (j - i) mod q. */
export function lagrange(env: PublicEnv, parties: readonly PartyIndex[], i: PartyIndex): Scalar {
  const { scalar } = env.arith;
  const distinct = new Set(parties).size === parties.length;
  if (!distinct || !parties.includes(i)) throw new InvariantViolation('not a set with this party');
  let numerator: Scalar = scalar.fromUint(1);
  let denominator: Scalar = scalar.fromUint(1);
  for (const j of parties) {
    if (j === i) continue;
    numerator = scalar.mul(numerator, scalar.fromUint(j));
    const difference = scalar.sub(scalar.fromUint(j), scalar.fromUint(i));
    denominator = scalar.mul(denominator, difference);
  }
  return scalar.mul(numerator, scalar.inversePublic(scalar.reveal(denominator)));
}
