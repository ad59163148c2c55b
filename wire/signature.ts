/**
 * ECDSA verification at clients and coordinators, with a library of its own: nothing of the signers'
 * arithmetic.
 * @module
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import type { Signature } from '../core/index.ts';
import { sameBytes } from './bytes.ts';

const SCALAR_BYTES = 32;

/**
 * True where (r, s) is a signature of the 32-byte digest by the public key (33 bytes), s is low,
 * and the recovery id leads back to that key. Public inputs.
 */
export function isSignatureBy(
  publicKey: Uint8Array,
  digest: Uint8Array,
  { r, s, recid }: Signature,
): boolean {
  if (r.length !== SCALAR_BYTES || s.length !== SCALAR_BYTES) return false;
  if (!Number.isInteger(recid) || recid < 0 || recid > 3) return false;
  try {
    const compact = Uint8Array.of(...r, ...s);
    const verified = secp256k1.verify(compact, digest, publicKey, { prehash: false, lowS: true });
    const recovered = secp256k1.recoverPublicKey(Uint8Array.of(recid, ...compact), digest, {
      prehash: false,
    });
    return verified && sameBytes(recovered, publicKey);
  } catch {
    // The library throws for r or s out of range and for a recovery id without a point.
    return false;
  }
}
