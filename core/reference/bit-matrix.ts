/**
 * Bit-matrix transposition; a bit is addressed LSB first (spec §1.3).
 * @module
 */

/**
 * Transposes `rows` bit rows of `stride` bytes, taking the first `columns` bits of each: row c of
 * the result has rows/8 bytes and its bit r is bit c of input row r. Data-independent.
 */
export function transposeBits(
  input: Uint8Array,
  rows: number,
  stride: number,
  columns: number,
): Uint8Array {
  const width = rows / 8;
  const out = new Uint8Array(columns * width);
  for (let r = 0; r < rows; r++) {
    const base = r * stride;
    const byte = r >> 3;
    const shift = r & 7;
    for (let c = 0; c < columns; c++) {
      const bit = ((input[base + (c >> 3)] ?? 0) >> (c & 7)) & 1;
      const at = c * width + byte;
      out[at] = (out[at] ?? 0) | (bit << shift);
    }
  }
  return out;
}
