/**
 * BigInt arithmetic mod q and its encodings: the oracle's scalars. Variable time by nature
 * (spec §14): a stand-in until a constant-time kernel takes the port.
 * @module
 */

/** Order of secp256k1. */
export const q = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

export function mod(a: bigint): bigint {
  const r = a % q;
  return r < 0n ? r + q : r;
}

/** Big-endian bytes of any multiple of 8. */
export function readBigEndian(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let value = 0n;
  for (let i = 0; i < bytes.length; i += 8) value = (value << 64n) | view.getBigUint64(i);
  return value;
}

/** 32 little-endian bytes at an offset: what BLAKE3 output is read as (spec §1.5). */
export function readLittleEndian(bytes: Uint8Array, offset: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, 32);
  return (
    (view.getBigUint64(24, true) << 192n) |
    (view.getBigUint64(16, true) << 128n) |
    (view.getBigUint64(8, true) << 64n) |
    view.getBigUint64(0, true)
  );
}

/** Writes 32 big-endian bytes at an offset. */
export function writeScalar(out: Uint8Array, offset: number, value: bigint): void {
  const view = new DataView(out.buffer, out.byteOffset + offset, 32);
  view.setBigUint64(0, value >> 192n);
  view.setBigUint64(8, BigInt.asUintN(64, value >> 128n));
  view.setBigUint64(16, BigInt.asUintN(64, value >> 64n));
  view.setBigUint64(24, BigInt.asUintN(64, value));
}

/** a^-1 mod q by the extended Euclidean algorithm; a is not zero. */
export function inverse(a: bigint): bigint {
  let [r0, r1] = [q, mod(a)];
  let [s0, s1] = [0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [s0, s1] = [s1, s0 - quotient * s1];
  }
  return mod(s0);
}
