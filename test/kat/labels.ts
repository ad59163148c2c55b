/**
 * Inputs of the vectors (spec §21): bytes and scalars derived from labels.
 */
import type { Arith, Scalar } from '../../core/arith.ts';
import { concat, u16, u32 } from '../../core/codec/bytes.ts';
import { createReferenceArith } from '../../core/reference.ts';
import type { Env, Rng } from '../../core/types.ts';
import { sha256 } from '../support/rng.ts';

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

/** KAT(label, m). */
export function kat(label: string, length: number): Uint8Array {
  const name = utf8(label);
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, c) =>
    sha256(utf8('trefoil-kat'), u16(name.length), name, u32(c)),
  );
  return concat(...blocks).slice(0, length);
}

/** KS(label) = int_be(KAT(label, 48)) mod q. */
export function ks(arith: Arith, label: string): Scalar {
  return arith.scalar.reduceWide(kat(label, 48));
}

/** A generator that gives KAT(prefix || label). */
export const scripted =
  (prefix: string): Rng =>
  (label, length) =>
    kat(prefix + label, length);

/** One arithmetic for all vectors: handles of one instance fit together. */
export const arith: Arith = createReferenceArith();

/** The environment of vectors whose labels start with `prefix`. */
export const envOf = (prefix: string): Env => ({ arith, sha256, rng: scripted(prefix) });

/** The same bytes with one byte changed. */
export function flipped(bytes: Uint8Array, offset: number): Uint8Array {
  const copy = bytes.slice();
  copy[offset] = (copy[offset] ?? 0) ^ 1;
  return copy;
}
