/**
 * Tagged SHA-256 with injective encoding (spec §1.4).
 * @module
 */
import { ascii, concat, u32 } from '../codec/bytes.ts';
import { TAG_PREFIX, type HsTag, type ThTag } from '../tags.ts';
import type { Sha256 } from '../types.ts';

/** PRE(tag) = T || T with T = SHA256(prefix || tag): one SHA-256 block. */
function prefixOf(sha256: Sha256, tag: string): Uint8Array {
  const T = sha256(ascii(TAG_PREFIX + tag));
  return concat(T, T);
}

/** ENC(x1..xr) = u32(len x1) || x1 || .. || u32(len xr) || xr. */
export function encodeParts(...parts: readonly Uint8Array[]): Uint8Array {
  return concat(...parts.flatMap((part) => [u32(part.length), part]));
}

/** The chunks of ENC without copying the parts together. */
function framed(parts: readonly Uint8Array[]): Uint8Array[] {
  return parts.flatMap((part) => [u32(part.length), part]);
}

/** TH(tag; x1..xr), 32 bytes. */
export function taggedHash(
  sha256: Sha256,
  tag: ThTag,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  return sha256(prefixOf(sha256, tag), ...framed(parts));
}

/** XOF(tag, m; x1..xr): m bytes. `tag` is any tag that TH never sees. */
export function taggedXof(
  sha256: Sha256,
  tag: string,
  length: number,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  const out = new Uint8Array(length);
  const head = prefixOf(sha256, tag);
  for (let c = 0; c * 32 < length; c++) {
    const block = sha256(head, ...framed(parts), u32(c));
    out.set(block.subarray(0, Math.min(32, length - c * 32)), c * 32);
  }
  return out;
}

/** The 48 bytes that HS(tag; x1..xr) reduces mod q: `arith.scalar.reduceWide` finishes it. */
export function wideHash(sha256: Sha256, tag: HsTag, ...parts: readonly Uint8Array[]): Uint8Array {
  return taggedXof(sha256, tag, 48, ...parts);
}
