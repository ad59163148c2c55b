/**
 * Scalars from the session's generator (spec §1.7): 48 bytes mod q.
 * @module
 */
import type { Scalar } from '../arith.ts';
import type { Env } from '../types.ts';

/** Uniform scalar; bias below 2^-127. */
export function drawScalar(env: Env, label: string): Scalar {
  const wide = env.rng(label, 48);
  const scalar = env.arith.scalar.reduceWide(wide);
  wide.fill(0);
  return scalar;
}

/** Uniform non-zero scalar: resampled while zero. */
export function drawNonZero(env: Env, label: string): Scalar {
  for (;;) {
    const scalar = drawScalar(env, label);
    if (!env.arith.scalar.isZero(scalar)) return scalar;
  }
}
