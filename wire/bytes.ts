/**
 * Big-endian integers, concatenation, hex and comparison of public bytes.
 * @module
 */
import { createHash, timingSafeEqual } from 'node:crypto';

export { concat, u16, u32, u8 } from '../core/index.ts';

/** Text as UTF-8. */
export function utf8(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

/** Equality of public bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

/** The bytes of lower-case hex text of exactly `length` bytes, else undefined. */
export function fromHex(text: string, length: number): Uint8Array | undefined {
  if (text.length !== 2 * length || !/^[0-9a-f]*$/.test(text)) return undefined;
  return new Uint8Array(Buffer.from(text, 'hex'));
}

/** SHA-256 of the concatenation of the chunks: core's `Sha256` over the platform's hash. */
export function sha256(...chunks: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return new Uint8Array(hash.digest());
}
