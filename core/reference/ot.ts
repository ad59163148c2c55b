/**
 * The reference's OT-extension matrices (spec §5): plain bytes, keyed BLAKE3 per row and column.
 * @module
 */
import { blake3 } from '@noble/hashes/blake3.js';
import type { Columns, OtArith, Rows, ScalarVector } from '../arith.ts';
import { concat, u32 } from '../codec/bytes.ts';
import {
  BLOCK_BYTES,
  GROUP_BITS,
  GROUPS,
  LAMBDA_C,
  LANES,
  LEAVES,
  MASK_BYTES,
  NU,
} from '../params.ts';
import { transposeBits } from './bit-matrix.ts';
import * as gf128 from './gf128.ts';
import { q, readLittleEndian } from './integers.ts';
import { blindHandles, type Handles } from './handles.ts';

/** target ^= source & mask, in place. */
function xorMasked(target: Uint8Array, source: Uint8Array, mask: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) ^ ((source[i] ?? 0) & mask);
}

/** r_{i,x} = F_prg(leaf_{i,x}, i, x): one row (spec §1.5). */
function expandLeaf(KP: Uint8Array, leaves: Uint8Array, i: number, x: number, nrow: number) {
  const at = (i * LEAVES + x) * BLOCK_BYTES;
  const message = concat(leaves.subarray(at, at + BLOCK_BYTES), Uint8Array.of(i, x));
  return blake3(message, { key: KP, dkLen: nrow });
}

function receiverRows(KP: Uint8Array, leaves: Uint8Array, C: Uint8Array) {
  const nrow = C.length;
  const U = new Uint8Array(GROUPS * nrow);
  const V = new Uint8Array(LAMBDA_C * nrow);
  for (let i = 0; i < GROUPS; i++) {
    const U_i = U.subarray(i * nrow, (i + 1) * nrow);
    U_i.set(C);
    for (let x = 0; x < LEAVES; x++) {
      const row = expandLeaf(KP, leaves, i, x, nrow);
      xorMasked(U_i, row, 0xff);
      for (let b = 0; b < GROUP_BITS; b++) {
        const at = (GROUP_BITS * i + b) * nrow;
        xorMasked(V.subarray(at, at + nrow), row, -((x >> b) & 1));
      }
    }
  }
  return { U, V };
}

/** Every slot is expanded, the punctured one too: x XOR Delta_i = 0 masks it out of all rows. */
function senderRows(KP: Uint8Array, leaves: Uint8Array, delta: Uint8Array, U: Uint8Array) {
  const nrow = U.length / GROUPS;
  const W = new Uint8Array(LAMBDA_C * nrow);
  for (let i = 0; i < GROUPS; i++) {
    const Delta_i = delta[i] ?? 0;
    const rowOf = (b: number): Uint8Array =>
      W.subarray((GROUP_BITS * i + b) * nrow, (GROUP_BITS * i + b + 1) * nrow);
    for (let b = 0; b < GROUP_BITS; b++) {
      xorMasked(rowOf(b), U.subarray(i * nrow, (i + 1) * nrow), -((Delta_i >> b) & 1));
    }
    for (let x = 0; x < LEAVES; x++) {
      const row = expandLeaf(KP, leaves, i, x, nrow);
      for (let b = 0; b < GROUP_BITS; b++) xorMasked(rowOf(b), row, -(((x ^ Delta_i) >> b) & 1));
    }
  }
  return W;
}

/** h_0 || h_1 of all rows: the transposed hashes, transposed back. */
function hashRows(rows: Uint8Array, chi: Uint8Array, L: number): Uint8Array {
  const nrow = rows.length / LAMBDA_C;
  const columns = gf128.wordsOf(transposeBits(rows, LAMBDA_C, nrow, L + 8 * MASK_BYTES));
  const out = new Uint8Array(LAMBDA_C * NU * BLOCK_BYTES);
  for (let e = 0; e < NU; e++) {
    const chi_e = chi.slice((e * chi.length) / NU, ((e + 1) * chi.length) / NU);
    const T = gf128.bytesOf(gf128.hashColumns(columns, chi_e, L, e));
    const hashes = transposeBits(T, 128, BLOCK_BYTES, LAMBDA_C);
    for (let r = 0; r < LAMBDA_C; r++) {
      const hash = hashes.subarray(r * BLOCK_BYTES, (r + 1) * BLOCK_BYTES);
      out.set(hash, (r * NU + e) * BLOCK_BYTES);
    }
  }
  return out;
}

function hashRow(row: Uint8Array, chi: Uint8Array, L: number): Uint8Array {
  const half = chi.length / NU;
  return concat(
    gf128.hashRow(row, chi.slice(0, half), L, 0),
    gf128.hashRow(row, chi.slice(half), L, 1),
  );
}

/** F_out for every column: 3 scalars from one XOF call of 96 bytes. */
function hashColumns(KO: Uint8Array, columns: Uint8Array, mask?: Uint8Array): bigint[] {
  const scalars: bigint[] = [];
  for (let J = 0; J * BLOCK_BYTES < columns.length; J++) {
    const column = columns.slice(J * BLOCK_BYTES, (J + 1) * BLOCK_BYTES);
    if (mask !== undefined) xorMasked(column, mask, 0xff);
    const h = blake3(concat(column, u32(J)), { key: KO, dkLen: 32 * LANES });
    for (let c = 0; c < LANES; c++) {
      const value = readLittleEndian(h, 32 * c);
      scalars.push(value >= q ? value - q : value);
    }
  }
  return scalars;
}

export function referenceOt(vectors: Handles<ScalarVector, bigint[]>): OtArith {
  const rows = blindHandles<Rows, Uint8Array>();
  const columns = blindHandles<Columns, Uint8Array>();
  return {
    receiverRows: (KP, leaves, C) => {
      const { U, V } = receiverRows(KP, leaves, C);
      return { U, V: rows.wrap(V) };
    },
    senderRows: (KP, leaves, delta, U) => rows.wrap(senderRows(KP, leaves, delta, U)),
    hashRows: (handle, chi, L) => hashRows(rows.open(handle), chi, L),
    hashRow,
    transpose: (handle, L) => {
      const matrix = rows.open(handle);
      return columns.wrap(transposeBits(matrix, LAMBDA_C, matrix.length / LAMBDA_C, L));
    },
    hashColumns: (KO, handle, mask) => vectors.wrap(hashColumns(KO, columns.open(handle), mask)),
    columnBytes: (handle) => columns.open(handle).slice(),
  };
}
