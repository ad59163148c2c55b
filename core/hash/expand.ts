/**
 * The BLAKE3 layer of the PPRF and the Fiat-Shamir expansions (spec §1.5). The row, column and
 * gadget functions F_prg, F_out and F_gad live behind the arithmetic port.
 * @module
 */
import type { Arith, Theta } from '../arith.ts';
import { concat, u8, u32 } from '../codec/bytes.ts';
import { BLOCK_BYTES } from '../params.ts';

/** F_node(s, i, l, y): two 16-byte children. */
export function expandNode(
  arith: Arith,
  KN: Uint8Array,
  seed: Uint8Array,
  i: number,
  l: number,
  y: number,
): Uint8Array {
  return arith.blake3.keyed(KN, concat(seed, u8(i), u8(l), u8(y)), 2 * BLOCK_BYTES);
}

/** F_leaf(s, i, x): 32 bytes. */
export function hashLeaf(
  arith: Arith,
  KL: Uint8Array,
  seed: Uint8Array,
  i: number,
  x: number,
): Uint8Array {
  return arith.blake3.keyed(KL, concat(seed, u8(i), u8(x)), 32);
}

/** F_chi(0) || F_chi(1): the challenge blocks of both hashes for L data bits. */
export function challengeBlocks(arith: Arith, chiSeed: Uint8Array, L: number): Uint8Array {
  const KC = arith.blake3.deriveKey('ote/chi', chiSeed);
  const length = BLOCK_BYTES * Math.ceil(L / 128);
  return concat(arith.blake3.keyed(KC, u8(0), length), arith.blake3.keyed(KC, u8(1), length));
}

/** F_theta(m) for m < B. */
export function thetaWeights(arith: Arith, thetaSeed: Uint8Array, B: number): Theta[] {
  const KT = arith.blake3.deriveKey('rvole/theta', thetaSeed);
  return Array.from({ length: B }, (_, m) => {
    const h = arith.blake3.keyed(KT, u32(m), 64);
    return [littleEndian(arith, h.slice(0, 32)), littleEndian(arith, h.slice(32))] as const;
  });
}

/** int_le of 32 bytes mod q. */
function littleEndian(arith: Arith, bytes: Uint8Array): Theta[0] {
  return arith.scalar.reveal(arith.scalar.decode(bytes.reverse()).value);
}
