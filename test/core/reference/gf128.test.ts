import t from 'tap';
import { concat } from '../../../core/codec/bytes.ts';
import { bytesOf, hashColumns, hashRow, multiply, wordsOf } from '../../../core/reference/gf128.ts';
import { transposeBits } from '../../../core/reference/bit-matrix.ts';
import { bytesOf as fromHex, hexOf } from '../../support/arith.ts';
import { randomOf } from '../../support/rng.ts';

/** Bit t of a block is the coefficient of x^t. */
const polynomialOf = (block: Uint8Array): bigint => BigInt(`0x${hexOf(block.slice().reverse())}`);

/** Schoolbook multiplication modulo x^128 + x^7 + x^2 + x + 1. */
function naive(a: bigint, b: bigint): bigint {
  let product = 0n;
  for (let t = 0n; t < 128n; t++) if (((a >> t) & 1n) === 1n) product ^= b << t;
  for (let t = 254n; t >= 128n; t--) {
    if (((product >> t) & 1n) === 1n) product ^= ((1n << 128n) | 0x87n) << (t - 128n);
  }
  return product;
}

/** Q_e XOR sum_m D_m * chi_{e,m}, as spec §5 writes it. */
function naiveHash(row: Uint8Array, chi: Uint8Array, L: number, e: number): bigint {
  let hash = polynomialOf(row.slice(L / 8 + 16 * e, L / 8 + 16 * (e + 1)));
  for (let m = 0; 128 * m < L; m++) {
    const D = concat(row.slice(16 * m, Math.min(16 * (m + 1), L / 8)), new Uint8Array(16));
    const chi_m = polynomialOf(chi.slice(16 * m, 16 * (m + 1)));
    hash ^= naive(polynomialOf(D.slice(0, 16)), chi_m);
  }
  return hash;
}

t.test('products are those of schoolbook multiplication', (t) => {
  const random = randomOf(t);
  const edges = ['00'.repeat(16), `01${'00'.repeat(15)}`, `${'00'.repeat(15)}80`, 'ff'.repeat(16)];
  const blocks = [...edges.map(fromHex), random.bytes(16), random.bytes(16)];
  for (const a of blocks) {
    for (const b of blocks) {
      t.equal(polynomialOf(multiply(a, b)), naive(polynomialOf(a), polynomialOf(b)));
    }
  }
  t.end();
});

t.test('words are little-endian', (t) => {
  t.same([...wordsOf(fromHex('0100000000000080'))], [1, 0x8000_0000]);
  t.same(bytesOf(Uint32Array.of(1, 0x8000_0000)), fromHex('0100000000000080'));
  t.end();
});

t.test('row hashes and transposed hashes are the formula of the specification', (t) => {
  const random = randomOf(t);
  const L = 416;
  const nrow = L / 8 + 32;
  const chi = random.bytes(16 * 4);
  const rows = Array.from({ length: 128 }, () => random.bytes(nrow));
  const columns = wordsOf(transposeBits(concat(...rows), 128, nrow, L + 256));
  for (const e of [0, 1]) {
    const T = bytesOf(hashColumns(columns, chi, L, e));
    const transposed = transposeBits(T, 128, 16, 128);
    rows.forEach((row, r) => {
      const hash = hashRow(row, chi, L, e);
      const same = hexOf(hash) === hexOf(transposed.slice(16 * r, 16 * (r + 1)));
      const right = r > 3 || polynomialOf(hash) === naiveHash(row, chi, L, e);
      if (!same || !right) t.fail(`row ${r}, hash ${e}`);
    });
  }
  t.pass('256 hashes');
  t.end();
});
