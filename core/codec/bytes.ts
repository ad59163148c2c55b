/**
 * Fixed-width encodings (spec §1.1, §1.3): big-endian integers, concatenation, bits LSB first.
 * @module
 */
import { InvariantViolation } from '../errors.ts';

/** An encoding that wrapped around would be one encoding of two values. */
function inRange(x: number, limit: number): number {
  if (!Number.isInteger(x) || x < 0 || x > limit) throw new InvariantViolation('integer width');
  return x;
}

export function u8(x: number): Uint8Array {
  return Uint8Array.of(inRange(x, 0xff));
}

export function u16(x: number): Uint8Array {
  inRange(x, 0xffff);
  return Uint8Array.of(x >>> 8, x);
}

export function u32(x: number): Uint8Array {
  inRange(x, 0xffff_ffff);
  return Uint8Array.of(x >>> 24, x >>> 16, x >>> 8, x);
}

export function u64(x: bigint): Uint8Array {
  if (x !== BigInt.asUintN(64, x)) throw new InvariantViolation('integer width');
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, x);
  return bytes;
}

/** Concatenation into a new array. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** ASCII text as bytes; tags, labels and names only. */
export function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Bit j of a bit string, LSB first (spec §1.3). */
export function bitAt(bytes: Uint8Array, j: number): 0 | 1 {
  return (((bytes[j >> 3] ?? 0) >> (j & 7)) & 1) as 0 | 1;
}

/** Equality of public bytes; variable time. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Splits bytes into `count` parts of `size` bytes (views, not copies). */
export function chunks(bytes: Uint8Array, size: number, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

/** Lower-case hex of public bytes: for map keys and names. */
export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}
