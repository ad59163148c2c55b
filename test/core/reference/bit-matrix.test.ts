import t from 'tap';
import { bitAt } from '../../../core/codec/bytes.ts';
import { transposeBits } from '../../../core/reference/bit-matrix.ts';
import { randomOf } from '../../support/rng.ts';

t.test('bit r of row c is bit c of row r', (t) => {
  const random = randomOf(t);
  for (const [rows, stride, columns] of [
    [8, 1, 8],
    [128, 84, 416],
    [128, 16, 128],
    [16, 5, 33],
  ] as const) {
    const input = random.bytes(rows * stride);
    const out = transposeBits(input, rows, stride, columns);
    t.equal(out.length, (columns * rows) / 8);
    let wrong = 0;
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        if (bitAt(out, c * rows + r) !== bitAt(input, 8 * r * stride + c)) wrong += 1;
      }
    }
    t.equal(wrong, 0);
  }
  t.end();
});

t.test('transposing twice changes nothing', (t) => {
  const input = randomOf(t).bytes((128 * 128) / 8);
  t.same(transposeBits(transposeBits(input, 128, 16, 128), 128, 16, 128), input);
  t.end();
});
