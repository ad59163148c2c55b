import t from 'tap';
import { bitAt } from '../../../core/codec/bytes.ts';
import { extendReceiver, extendSender, ot1Bytes, packDelta } from '../../../core/ot/extension.ts';
import { arith, hexOf } from '../../support/arith.ts';
import { dealPair } from '../../support/dealer.ts';
import { randomOf, sha256 } from '../../support/rng.ts';

const BOB = 2;

t.test('columns correlate: w_J = v_J XOR beta_J Delta', (t) => {
  const random = randomOf(t);
  const env = { arith, sha256, rng: random.rng };
  const [alice, bob] = dealPair(random, 1, BOB);
  for (const B of [1, 2]) {
    const esid = random.bytes(32);
    const extended = extendReceiver(env, esid, bob.asReceiver.leaves, B, '');
    t.equal(extended.ot1.length, ot1Bytes(B));
    t.equal(ot1Bytes(B), 1664 * B + 1088);
    const w = arith.ot.columnBytes(extendSender(env, esid, alice.asSender, extended.ot1, B, BOB));
    const v = arith.ot.columnBytes(extended.columns);
    const Delta = packDelta(alice.asSender.delta);
    t.equal(w.length, 16 * 416 * B);
    for (let J = 0; J < 416 * B; J++) {
      const mask = bitAt(extended.beta, J) === 1 ? 0xff : 0;
      const expected = v
        .slice(16 * J, 16 * (J + 1))
        .map((byte, k) => byte ^ ((Delta[k] ?? 0) & mask));
      if (hexOf(expected) !== hexOf(w.slice(16 * J, 16 * (J + 1)))) t.fail(`column ${J}`);
    }
  }
  t.end();
});

t.test('Delta is packed with bit b of nibble i at position 4 i + b', (t) => {
  const delta = randomOf(t)
    .bytes(32)
    .map((byte) => byte & 15);
  const packed = packDelta(delta);
  t.equal(packed.length, 16);
  delta.forEach((nibble, i) => {
    for (const b of [0, 1, 2, 3]) t.equal(bitAt(packed, 4 * i + b), (nibble >> b) & 1);
  });
  t.end();
});

t.test('choices and mask are drawn afresh under their own labels', (t) => {
  const random = randomOf(t);
  const [, bob] = dealPair(random, 1, BOB);
  const drawn: string[] = [];
  const rng = (label: string, length: number): Uint8Array => {
    drawn.push(`${label}:${length}`);
    return random.bytes(length);
  };
  const runs = [0, 1].map(() =>
    extendReceiver({ arith, sha256, rng }, random.bytes(32), bob.asReceiver.leaves, 2, '1/2/'),
  );
  t.same(drawn.slice(0, 2), ['1/2/beta:104', '1/2/mask:32']);
  t.not(hexOf(runs[0]?.beta ?? new Uint8Array()), hexOf(runs[1]?.beta ?? new Uint8Array()));
  t.end();
});

t.test('one generator under two session ids gives unrelated messages', (t) => {
  const [, bob] = dealPair(randomOf(t), 1, BOB);
  const rng = (_: string, length: number): Uint8Array => new Uint8Array(length).fill(7);
  const [a, b] = [1, 2].map((byte) => {
    const esid = new Uint8Array(32).fill(byte);
    return extendReceiver({ arith, sha256, rng }, esid, bob.asReceiver.leaves, 1, '').ot1;
  });
  let equal = 0;
  a?.forEach((byte, k) => (equal += byte === b?.[k] ? 1 : 0));
  // 2 752 bytes agree by chance in about 11 places.
  t.ok(equal < 50, `${equal} bytes agree`);
  t.end();
});
