/**
 * The linear universal hash of the extension check over GF(2^128), polynomial basis,
 * x^128 = x^7 + x^2 + x + 1, bit t of a block = coefficient of x^t (spec §5).
 *
 * Rows are hashed in the transposed domain: the powers p_{e,J} are public, so every memory index
 * is public and the secret bits are only XORed.
 * @module
 */

const WORDS = 4;

/** Multiplies a block of four little-endian 32-bit words by x in place. */
function timesX(block: Uint32Array): void {
  const carry = (block[3] ?? 0) >>> 31;
  for (let w = WORDS - 1; w > 0; w--) {
    block[w] = ((block[w] ?? 0) << 1) | ((block[w - 1] ?? 0) >>> 31);
  }
  block[0] = ((block[0] ?? 0) << 1) ^ (carry === 1 ? 0x87 : 0);
}

/** Little-endian words of bytes; the length is a multiple of 4. */
export function wordsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true));
}

/** Bytes of little-endian words. */
export function bytesOf(words: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  words.forEach((word, i) => {
    view.setUint32(4 * i, word, true);
  });
  return bytes;
}

/** Calls `visit` with J and p_{e,J} = chi_{e, J div 128} * x^(J mod 128) for J = 0..L-1. */
function forEachPower(
  chi: Uint32Array,
  L: number,
  visit: (J: number, power: Uint32Array) => void,
): void {
  for (let block = 0; block * 128 < L; block++) {
    const power = chi.slice(block * WORDS, (block + 1) * WORDS);
    const end = Math.min(L, (block + 1) * 128);
    for (let J = block * 128; J < end; J++) {
      visit(J, power);
      timesX(power);
    }
  }
}

/** a * b; both 16 bytes. */
export function multiply(a: Uint8Array, b: Uint8Array): Uint8Array {
  const product = new Uint32Array(WORDS);
  forEachPower(wordsOf(b), 128, (J, power) => {
    const mask = -(((a[J >> 3] ?? 0) >> (J & 7)) & 1);
    for (let w = 0; w < WORDS; w++) product[w] = (product[w] ?? 0) ^ ((power[w] ?? 0) & mask);
  });
  return bytesOf(product);
}

/** h_e of a single row of L data bits followed by the mask blocks; 16 bytes. */
export function hashRow(row: Uint8Array, chi: Uint8Array, L: number, e: number): Uint8Array {
  const hash = wordsOf(row.slice(L / 8 + 16 * e, L / 8 + 16 * (e + 1)));
  forEachPower(wordsOf(chi), L, (J, power) => {
    const mask = -(((row[J >> 3] ?? 0) >> (J & 7)) & 1);
    for (let w = 0; w < WORDS; w++) hash[w] = (hash[w] ?? 0) ^ ((power[w] ?? 0) & mask);
  });
  return bytesOf(hash);
}

/**
 * Bit b of h_e of all 128 rows is T_e[b] = XOR of column_J over the J whose power has bit b, XOR
 * the mask column L + 128e + b. `columns` holds L + 256 columns of four words. Returns the 128
 * vectors T_e[0..127], four words each.
 */
export function hashColumns(
  columns: Uint32Array,
  chi: Uint8Array,
  L: number,
  e: number,
): Uint32Array {
  const start = (L + 128 * e) * WORDS;
  const T = columns.slice(start, start + 128 * WORDS);
  forEachPower(wordsOf(chi), L, (J, power) => {
    const [c0, c1, c2, c3] = columns.subarray(J * WORDS, (J + 1) * WORDS) as unknown as Column;
    for (let b = 0; b < 128; b++) {
      if ((((power[b >> 5] ?? 0) >>> (b & 31)) & 1) === 0) continue;
      const at = b * WORDS;
      T[at] = (T[at] ?? 0) ^ c0;
      T[at + 1] = (T[at + 1] ?? 0) ^ c1;
      T[at + 2] = (T[at + 2] ?? 0) ^ c2;
      T[at + 3] = (T[at + 3] ?? 0) ^ c3;
    }
  });
  return T;
}

type Column = [number, number, number, number];
