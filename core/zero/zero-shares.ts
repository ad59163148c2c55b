/**
 * Zero shares from pairwise seeds (spec §3.3): sum_i zeta_i = 0, bound to sid and with it to key,
 * signers and request.
 * @module
 */
import type { Scalar } from '../arith.ts';
import { wideHash } from '../hash/transcript.ts';
import type { PartyIndex, PublicEnv } from '../types.ts';

/** zeta_i = sum_{j < i} Z_ji - sum_{j > i} Z_ij with Z = HS("zero/prf"; seed, sid). */
export function zeroShare(
  env: PublicEnv,
  i: PartyIndex,
  seeds: ReadonlyMap<PartyIndex, Uint8Array>,
  sid: Uint8Array,
): Scalar {
  const { scalar } = env.arith;
  let zeta: Scalar = scalar.fromUint(0);
  for (const [j, seed] of seeds) {
    const Z = scalar.reduceWide(wideHash(env.sha256, 'zero/prf', seed, sid));
    zeta = j < i ? scalar.add(zeta, Z) : scalar.sub(zeta, Z);
  }
  return zeta;
}
