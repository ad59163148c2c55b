import { blake3 } from '@noble/hashes/blake3.js';
import t from 'tap';
import { bitAt, concat, u32 } from '../../../core/codec/bytes.ts';
import { challengeBlocks } from '../../../core/hash/expand.ts';
import { packDelta } from '../../../core/ot/extension.ts';
import { arith, hexOf, integerOf, modQ, valueOf } from '../../support/arith.ts';
import { dealPair } from '../../support/dealer.ts';
import { randomOf } from '../../support/rng.ts';

const { ot, vole, scalar } = arith;
const L = 416;
const NROW = L / 8 + 32;

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, k) => byte ^ (b[k] ?? 0));

t.test('rows of both sides are the formulas of the specification', (t) => {
  const random = randomOf(t);
  const [alice, bob] = dealPair(random, 1, 2);
  const { delta, leaves } = alice.asSender;
  const KP = random.bytes(32);
  const C = random.bytes(NROW);
  const { U, V } = ot.receiverRows(KP, bob.asReceiver.leaves, C);
  const W = ot.senderRows(KP, leaves, delta, U);

  const row = (i: number, x: number): Uint8Array => {
    const seed = bob.asReceiver.leaves.slice(16 * (16 * i + x), 16 * (16 * i + x + 1));
    return blake3(concat(seed, Uint8Array.of(i, x)), { key: KP, dkLen: NROW });
  };
  for (const i of [0, 17, 31]) {
    const all = Array.from({ length: 16 }, (_, x) => row(i, x)).reduce(xor);
    t.same(U.slice(i * NROW, (i + 1) * NROW), xor(C, all));
  }

  // w_J = v_J XOR beta_J * Delta: the columns show V and W.
  const [v, w] = [V, W].map((rows) => ot.columnBytes(ot.transpose(rows, L)));
  const Delta = packDelta(delta);
  for (let J = 0; J < L; J++) {
    const v_J = (v ?? C).slice(16 * J, 16 * (J + 1));
    const w_J = (w ?? C).slice(16 * J, 16 * (J + 1));
    const expected = bitAt(C, J) === 1 ? xor(v_J, Delta) : v_J;
    if (hexOf(w_J) !== hexOf(expected)) t.fail(`column ${J}`);
  }
  t.end();
});

t.test('row hashes are linear: h(W_r) = h(V_r) XOR Delta_r h(C)', (t) => {
  const random = randomOf(t);
  const [alice, bob] = dealPair(random, 1, 2);
  const { delta, leaves } = alice.asSender;
  const C = random.bytes(NROW);
  const KP = random.bytes(32);
  const chi = challengeBlocks(arith, random.bytes(32), L);
  const { U, V } = ot.receiverRows(KP, bob.asReceiver.leaves, C);
  const ofV = ot.hashRows(V, chi, L);
  const ofW = ot.hashRows(ot.senderRows(KP, leaves, delta, U), chi, L);
  const ofC = ot.hashRow(C, chi, L);
  for (let r = 0; r < 128; r++) {
    const Delta_r = ((delta[r >> 2] ?? 0) >> (r & 3)) & 1;
    const h = ofV.slice(32 * r, 32 * (r + 1));
    const expected = Delta_r === 1 ? xor(h, ofC) : h;
    if (hexOf(ofW.slice(32 * r, 32 * (r + 1))) !== hexOf(expected)) t.fail(`row ${r}`);
  }
  t.end();
});

t.test('columns are hashed with their index, and shifted by the mask', (t) => {
  const random = randomOf(t);
  const [, bob] = dealPair(random, 1, 2);
  const KO = random.bytes(32);
  const { V } = ot.receiverRows(random.bytes(32), bob.asReceiver.leaves, random.bytes(NROW));
  const columns = ot.transpose(V, L);
  const bytes = ot.columnBytes(columns);
  const mask = random.bytes(16);
  const unit = scalar.fromUint(1);
  const zero = scalar.fromUint(0);
  for (const shift of [undefined, mask]) {
    const vector = ot.hashColumns(KO, columns, shift);
    for (const J of [0, 1, 415]) {
      // A gadget vector with a single one reads a single scalar out of the vector.
      const g = Array.from({ length: 416 }, (_, j) => (j === J ? unit : zero));
      const column = bytes.slice(16 * J, 16 * (J + 1));
      const input = concat(shift === undefined ? column : xor(column, mask), u32(J));
      const h = blake3(input, { key: KO, dkLen: 96 });
      for (const lane of [0, 1, 2]) {
        const part = h.slice(32 * lane, 32 * (lane + 1)).reverse();
        t.equal(valueOf(vole.gadgetSum(g, vector, 0, lane)), modQ(integerOf(part)));
      }
    }
  }
  t.end();
});
