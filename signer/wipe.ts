/**
 * Overwriting secrets that are needed no more (C-62). What JavaScript does not promise about copies
 * stands in SECURITY.md.
 * @module
 */
import { holds } from '../core/index.ts';

/** Overwrites a secret; the caller owns the array. */
export function wipe(secret: Uint8Array): void {
  let bits = 0;
  for (const byte of secret) bits |= byte;
  if (!holds('C-62', bits === 0)) secret.fill(0);
}
