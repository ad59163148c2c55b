/**
 * Public, non-hardened BIP-32 derivation from a signer's own record (spec §9, C-51).
 * @module
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import type { PublicScalar } from '../arith.ts';
import { concat, u32 } from '../codec/bytes.ts';
import { ensure, InvariantViolation } from '../errors.ts';
import { HARDENED } from '../params.ts';
import type { PublicEnv } from '../types.ts';

/** A public key (33 bytes) with its chain code (32 bytes). */
export type ExtendedKey = { readonly publicKey: Uint8Array; readonly chainCode: Uint8Array };

/** A child key and delta, the sum of its tweaks: child private key = x + delta. */
export type ChildKey = ExtendedKey & { readonly delta: PublicScalar };

/** Child at a path of indices below 2^31; an invalid index or tweak is an error, never skipped. */
export function deriveChild(
  env: Pick<PublicEnv, 'arith'>,
  parent: ExtendedKey,
  path: readonly number[],
): ChildKey {
  const { scalar, point } = env.arith;
  let P = point.decode(parent.publicKey);
  if (P === undefined) throw new InvariantViolation('parent public key');
  let { publicKey, chainCode } = parent;
  let delta = scalar.fromUint(0);
  for (const index of path) {
    ensure('DERIVATION_INVALID', Number.isInteger(index) && index >= 0 && index < HARDENED);
    const I = hmac(sha512, chainCode, concat(publicKey, u32(index)));
    const { value, canonical } = scalar.decode(I.slice(0, 32));
    const d = scalar.reveal(value);
    P = point.add(P, point.mulBase(d));
    ensure('DERIVATION_INVALID', canonical && !point.isIdentity(P));
    delta = scalar.reveal(scalar.add(delta, d));
    publicKey = point.encode(P);
    chainCode = I.slice(32);
  }
  return { publicKey, chainCode, delta };
}
