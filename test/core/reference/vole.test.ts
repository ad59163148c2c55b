import t from 'tap';
import type { ScalarVector } from '../../../core/arith.ts';
import { bitAt, concat } from '../../../core/codec/bytes.ts';
import { arith, bigEndian, integerOf, modQ, Q, scalarOf, valueOf } from '../../support/arith.ts';
import { dealPair } from '../../support/dealer.ts';
import { randomOf, type SeededRandom } from '../../support/rng.ts';

const { ot, vole, scalar } = arith;
const XI = 416;
const B = 2;
const L = XI * B;
const [zero, one] = [scalar.fromUint(0), scalar.fromUint(1)];

const wordsOf = (bytes: Uint8Array): bigint[] =>
  Array.from({ length: bytes.length / 32 }, (_, k) => integerOf(bytes.slice(32 * k, 32 * (k + 1))));

/** A vector of pseudorandom scalars. */
function vectorOf(random: SeededRandom): ScalarVector {
  const [, bob] = dealPair(random, 1, 2);
  const C = random.bytes(52 * B + 32);
  const { V } = ot.receiverRows(random.bytes(32), bob.asReceiver.leaves, C);
  return ot.hashColumns(random.bytes(32), ot.transpose(V, L));
}

/** What a vector holds, by lane: unit weights pick a lane. */
function lanesOf(vector: ScalarVector): readonly [bigint[], bigint[], bigint[]] {
  const folded = (theta_0: typeof one, theta_1: typeof one): bigint[] =>
    wordsOf(
      vole.fold(
        vector,
        Array.from({ length: B }, () => [theta_0, theta_1] as const),
      ),
    );
  const lane2 = folded(zero, zero);
  const less2 = (sums: bigint[]): bigint[] => sums.map((sum, J) => modQ(sum - (lane2[J] ?? 0n)));
  return [less2(folded(one, zero)), less2(folded(zero, one)), lane2];
}

const at = (list: readonly bigint[], index: number): bigint => list[index] ?? 0n;

t.test('the gadget has 416 distinct scalars that depend on the key', (t) => {
  const random = randomOf(t);
  const [g, other] = [vole.gadget(random.bytes(32)), vole.gadget(random.bytes(32))];
  t.equal(g.length, XI);
  t.equal(new Set([...g, ...other].map(valueOf)).size, 2 * XI);
  t.end();
});

t.test('gadget sums run over the 416 positions of their item and lane', (t) => {
  const random = randomOf(t);
  const g = vole.gadget(random.bytes(32));
  const weights = g.map(valueOf);
  const vector = vectorOf(random);
  const lanes = lanesOf(vector);
  const beta = random.bytes(L / 8);
  for (let m = 0; m < B; m++) {
    const bits = weights.map((g_j, j) => g_j * BigInt(bitAt(beta, XI * m + j)));
    t.equal(valueOf(vole.gadgetBits(g, beta, m)), modQ(bits.reduce((a, b) => a + b)));
    lanes.forEach((lane, c) => {
      const terms = weights.map((g_j, j) => g_j * at(lane, XI * m + j));
      t.equal(valueOf(vole.gadgetSum(g, vector, m, c)), modQ(terms.reduce((a, b) => a + b)));
    });
  }
  t.end();
});

t.test('a correction is alpha0 - alpha1 + input, in order J then lane', (t) => {
  const random = randomOf(t);
  const [alpha0, alpha1] = [vectorOf(random), vectorOf(random)];
  const inputs = [
    [5n, Q - 1n, 0n],
    [7n, 1n, 2n],
  ];
  const At = wordsOf(
    vole.correlate(
      alpha0,
      alpha1,
      inputs.map((lanes) => lanes.map(scalarOf)),
    ),
  );
  const [lanes0, lanes1] = [lanesOf(alpha0), lanesOf(alpha1)];
  t.equal(At.length, 3 * L);
  At.forEach((word, k) => {
    const [J, c] = [Math.floor(k / 3), k % 3];
    const input = at(inputs[Math.floor(J / XI)] ?? [], c);
    const expected = modQ(at(lanes0[c] ?? [], J) - at(lanes1[c] ?? [], J) + input);
    if (word !== expected) t.fail(`J = ${J}, lane ${c}`);
  });
  t.end();
});

t.test('the receiver adds a correction where its bit is one', (t) => {
  const random = randomOf(t);
  const vector = vectorOf(random);
  const beta = random.bytes(L / 8);
  const words = Array.from({ length: 3 * L }, () => modQ(integerOf(random.bytes(32))));
  const At = concat(...words.map((word) => bigEndian(word, 32)));
  const [before, after] = [lanesOf(vector), lanesOf(vole.receive(vector, beta, At))];
  for (let J = 0; J < L; J++) {
    for (const c of [0, 1, 2]) {
      const added = BigInt(bitAt(beta, J)) * at(words, 3 * J + c);
      if (at(after[c] ?? [], J) !== modQ(at(before[c] ?? [], J) + added)) t.fail(`${J}, ${c}`);
    }
  }
  t.end();
});

t.test('folding weighs the lanes and subtracts eta where the bit is one', (t) => {
  const random = randomOf(t);
  const vector = vectorOf(random);
  const [lane0, lane1, lane2] = lanesOf(vector);
  const thetas = [
    [3n, Q - 2n],
    [11n, 13n],
  ] as const;
  const eta = [17n, 19n];
  const beta = random.bytes(L / 8);
  const weights = thetas.map(([a, b]) => [scalarOf(a), scalarOf(b)] as const);
  const folded = wordsOf(vole.fold(vector, weights, { beta, eta: eta.map(scalarOf) }));
  t.equal(folded.length, L);
  folded.forEach((word, J) => {
    const m = Math.floor(J / XI);
    const [theta_0, theta_1] = thetas[m] ?? [0n, 0n];
    const sum = at(lane2, J) + theta_0 * at(lane0, J) + theta_1 * at(lane1, J);
    if (word !== modQ(sum - BigInt(bitAt(beta, J)) * at(eta, m))) t.fail(`J = ${J}`);
  });
  t.end();
});

t.test('one word that is not below q is found wherever it stands', (t) => {
  const words = Array.from({ length: 9 }, () => Q - 1n);
  const encode = (list: readonly bigint[]): Uint8Array =>
    concat(...list.map((word) => bigEndian(word, 32)));
  t.ok(vole.allCanonical(encode(words)));
  for (const position of [0, 4, 8]) {
    t.notOk(vole.allCanonical(encode(words.map((word, k) => (k === position ? Q : word)))));
  }
  t.end();
});
