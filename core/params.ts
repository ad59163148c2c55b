/**
 * Protocol constants of the suite (spec §1.2). They are not negotiable: SUITE is bound into every
 * context, so two builds with other numbers never share a session id.
 * @module
 */

/** Bits of the group order q. */
export const KAPPA = 256;
/** Computational security = base OTs per direction = width of a column in bits. */
export const LAMBDA_C = 128;
/** Statistical security of the multiplication encoding in bits. */
export const LAMBDA_S = 80;
/** Extended OTs per multiplication: kappa + 2 * lambda_s. */
export const XI = 416;
/** Inputs of one multiplication: r_i and sk_i. */
export const ELL = 2;
/** Scalars per extended OT: two inputs and one check lane. */
export const LANES = 3;
/** SoftSpoken degree: bits of Delta per group. */
export const GROUP_BITS = 4;
/** Groups of base OTs. */
export const GROUPS = 32;
/** Leaves per group. */
export const LEAVES = 16;
/** Independent GF(2^128) hashes of the extension check. */
export const NU = 2;
/** Largest batch: multiplications per session and direction. */
export const MAX_BATCH = 64;
/** Bytes of one seed, leaf, column or GF(2^128) block. */
export const BLOCK_BYTES = 16;
/** Bytes of all leaves of one direction: 32 groups of 16 leaves of 16 bytes. */
export const LEAVES_BYTES = GROUPS * LEAVES * BLOCK_BYTES;
/** Bytes of an encoded scalar. */
export const SCALAR_BYTES = 32;
/** Bytes of a compressed point. */
export const POINT_BYTES = 33;
/** Bytes of the check mask: 128 * nu bits. */
export const MASK_BYTES = (LAMBDA_C * NU) / 8;
/** Largest roster index; an index is also a Shamir x-coordinate. */
export const MAX_PARTY = 255;
/** Non-hardened BIP-32 indices are below this. */
export const HARDENED = 0x8000_0000;

/** Bound into every context (spec §1.2); its components are the numbers above. */
export const SUITE = 'trefoil-dkls23/secp256k1/sha256-blake3/sso-k4-nu2/xi416/v1';

/** Extended OTs of a batch of `B` multiplications: L. */
export function extendedOts(B: number): number {
  return XI * B;
}

/** Bytes of one extension row for a batch of `B`: L bits of data and 128 * nu bits of mask. */
export function rowBytes(B: number): number {
  return (XI * B) / 8 + MASK_BYTES;
}
