/**
 * The reference arithmetic with BigInt in and out, for tests.
 */
import type { PublicScalar, Scalar } from '../../core/arith.ts';
import { createReferenceArith } from '../../core/reference.ts';

export const arith = createReferenceArith();

/** Order of secp256k1, written out a second time. */
export const Q = 2n ** 256n - 432420386565659656852420866394968145599n;

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

/** Big-endian bytes of a non-negative integer. */
export function bigEndian(value: bigint, length: number): Uint8Array {
  return bytesOf(value.toString(16).padStart(2 * length, '0'));
}

export const integerOf = (bytes: Uint8Array): bigint => BigInt(`0x${hexOf(bytes) || '0'}`);

export const modQ = (value: bigint): bigint => ((value % Q) + Q) % Q;

export function scalarOf(value: bigint): PublicScalar {
  return arith.scalar.reveal(arith.scalar.decode(bigEndian(modQ(value), 32)).value);
}

export const valueOf = (scalar: Scalar): bigint => integerOf(arith.scalar.encode(scalar));
