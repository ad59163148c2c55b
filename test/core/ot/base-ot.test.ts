import t from 'tap';
import { bitAt, concat } from '../../../core/codec/bytes.ts';
import { A1_BYTES, B1_BYTES, finish, receive, send } from '../../../core/ot/base-ot.ts';
import { assertAborts } from '../../support/aborts.ts';
import { arith, hexOf } from '../../support/arith.ts';
import { freshSeed, seededRandom, sha256 } from '../../support/rng.ts';

const seed = freshSeed();
const random = seededRandom(seed);
const env = { arith, sha256, rng: random.rng };
const [ALICE, BOB] = [1, 2];
const psid = random.bytes(32);
const receiver = receive(env, psid, 'ot/1/2/');
const sender = send(env, psid, receiver.A1, ALICE, 'ot/1/2/');
const chosen = finish(env, receiver, sender.Bpt, BOB);

const keyOf = (i: number, c: number): string =>
  hexOf(sender.keys.slice(16 * (2 * i + c), 16 * (2 * i + c + 1)));

t.comment(`TREFOIL_TEST_SEED=${seed}`);

t.test('messages have the lengths of the specification', (t) => {
  t.equal(receiver.A1.length, A1_BYTES);
  t.equal(A1_BYTES, 8448);
  t.equal(sender.Bpt.length, B1_BYTES);
  t.equal(sender.keys.length, 4096);
  t.equal(chosen.length, 2048);
  t.end();
});

t.test('the receiver has the key of its choice and not the other, for both bits', (t) => {
  const bits = Array.from({ length: 128 }, (_, i) => bitAt(receiver.choice, i));
  t.same(new Set(bits), new Set([0, 1]));
  bits.forEach((c, i) => {
    const key = hexOf(chosen.slice(16 * i, 16 * (i + 1)));
    if (key !== keyOf(i, c) || key === keyOf(i, 1 - c)) t.fail(`instance ${i}, choice ${c}`);
  });
  t.end();
});

t.test('all 256 keys and all 256 points are distinct', (t) => {
  const keys = Array.from({ length: 256 }, (_, k) => keyOf(k >> 1, k & 1));
  const points = keys.map((_, k) => hexOf(receiver.A1.slice(33 * k, 33 * (k + 1))));
  t.equal(new Set(keys).size, 256);
  t.equal(new Set(points).size, 256);
  t.end();
});

t.test('the encodings of a pair do not depend on the choice bit', (t) => {
  // Parity of y and the low bit of x, for each place in the pair: 5 sigma around one half.
  for (const c of [0, 1]) {
    const chosenHere = Array.from({ length: 128 }, (_, i) => i).filter(
      (i) => bitAt(receiver.choice, i) === c,
    );
    const tolerance = 2.5 * Math.sqrt(chosenHere.length);
    for (const place of [0, 1]) {
      for (const offset of [0, 32]) {
        const odd = chosenHere.filter(
          (i) => ((receiver.A1[66 * i + 33 * place + offset] ?? 0) & 1) === 1,
        ).length;
        const off = Math.abs(odd - chosenHere.length / 2);
        t.ok(off <= tolerance, `choice ${c}, place ${place}: ${odd} of ${chosenHere.length}`);
      }
    }
  }
  t.end();
});

t.test('another session id gives other keys', (t) => {
  const other = { ...receiver, psid: random.bytes(32) };
  const keys = finish(env, other, sender.Bpt, BOB);
  t.not(hexOf(keys.slice(0, 16)), hexOf(chosen.slice(0, 16)));
  t.end();
});

t.test('malformed points blame the party that sent them', (t) => {
  const bad = new Uint8Array(33);
  const first = concat(bad, receiver.A1.slice(33));
  const last = concat(receiver.A1.slice(0, -33), bad);
  for (const A1 of [first, last]) {
    assertAborts(() => send(env, psid, A1, ALICE, ''), { check: 'C-20', culprits: [ALICE] });
  }
  const short = receiver.A1.slice(33);
  assertAborts(() => send(env, psid, short, ALICE, ''), { check: 'C-05', culprits: [ALICE] });
  assertAborts(() => finish(env, receiver, bad, BOB), { check: 'C-22', culprits: [BOB] });
  t.end();
});
