/** Attack programs on base OT and the extension: what broke other implementations fails here. */
import assert from 'node:assert/strict';
import t from 'tap';
import { bitAt } from '../../core/codec/bytes.ts';
import { taggedHash } from '../../core/hash/transcript.ts';
import * as baseOt from '../../core/ot/base-ot.ts';
import { randomOf } from '../support/rng.ts';
import { arith, env, runSigning, signWorld } from '../support/session.ts';
import { guessingReceiver } from './multiplication.ts';

const PAIRS = process.env['TREFOIL_LONG'] === '1' ? 10_000 : 512;
const { point } = arith;

void t.test('choice bits do not show in the receiver message (P-05)', async (t) => {
  // What a sender could see without the discrete logarithm: prefixes and bits of both encodings.
  const random = randomOf(t);
  const counts = [new Map<number, number>(), new Map<number, number>()] as const;
  const totals = [0, 0];
  for (let made = 0; made < PAIRS; made += 128) {
    const { choice, A1 } = baseOt.receive({ ...env, rng: random.rng }, random.bytes(32), '');
    for (let i = 0; i < 128; i++) {
      const c = bitAt(choice, i);
      totals[c] = (totals[c] ?? 0) + 1;
      const pair = A1.subarray(66 * i, 66 * (i + 1));
      for (let bit = 0; bit < 8 * 66; bit++) {
        if (bitAt(pair, bit) === 1) counts[c].set(bit, (counts[c].get(bit) ?? 0) + 1);
      }
    }
  }
  // Per position, the difference of two frequencies in standard deviations.
  const deviations = Array.from({ length: 8 * 66 }, (_, bit) => {
    const [n0 = 1, n1 = 1] = totals;
    const [k0, k1] = [counts[0].get(bit) ?? 0, counts[1].get(bit) ?? 0];
    const p = (k0 + k1) / (n0 + n1);
    const sigma = Math.sqrt(p * (1 - p) * (1 / n0 + 1 / n1));
    return sigma === 0 ? 0 : Math.abs(k0 / n0 - k1 / n1) / sigma;
  });
  // Of 528 positions the largest is above 5.5 with probability about 2 in 100 000.
  t.ok(Math.max(...deviations) < 5.5, `${Math.max(...deviations)}`);
});

void t.test('no pad follows from what was sent, and none of the other branch (P-06)', async (t) => {
  const random = randomOf(t);
  const own = { ...env, rng: random.rng };
  const psid = random.bytes(32);
  const receiver = baseOt.receive(own, psid, '');
  const { Bpt, keys } = baseOt.send(own, psid, receiver.A1, 1, '');
  const received = baseOt.finish(env, receiver, Bpt, 3);
  const B = point.decode(Bpt);
  assert.ok(B);
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  let candidates = 0;
  for (let i = 0; i < 128; i++) {
    const [c, a_i] = [bitAt(receiver.choice, i), receiver.a[i]];
    assert.ok(a_i);
    const keyOf = (branch: number): string => hex(keys.slice(16 * (2 * i + branch)).slice(0, 16));
    t.equal(hex(received.slice(16 * i, 16 * (i + 1))), keyOf(c));
    const pair = [0, 1].map((k) => receiver.A1.slice(33 * (2 * i + k), 33 * (2 * i + k + 1)));
    const [R_0, R_1] = pair.map((bytes) => point.decode(bytes));
    assert.ok(R_0 && R_1);
    const points = [B, R_0, R_1, point.mul(a_i, R_0), point.mul(a_i, R_1), point.mul(a_i, B)];
    const sums = points.flatMap((P, k) => points.slice(k + 1).map((Q) => point.add(P, Q)));
    // What each side's messages, and the receiver's scalar, give without b.
    for (const candidate of [...points, ...sums]) {
      if (point.isIdentity(candidate)) continue;
      candidates += 1;
      const parts = [Uint8Array.of(i), Uint8Array.of(1 - c), ...pair, Bpt, point.encode(candidate)];
      const guess = taggedHash(env.sha256, 'base-ot/key', psid, ...parts).slice(0, 16);
      assert.notEqual(hex(guess), keyOf(1 - c));
    }
  }
  t.ok(candidates > 128 * 6);
});

void t.test(
  'selective failure reads Delta four bits at a time, unless one failure burns (P-01)',
  async (t) => {
    const random = randomOf(t);
    const world = signWorld({ seed: random.seed });
    const delta = world.pairs.get(3)?.get(1)?.asSender.delta ?? new Uint8Array(32);
    const attack = (burns: boolean, group: number): number | undefined => {
      for (let guess = 0; guess < 16; guess++) {
        // A fresh session each time: nothing but the burn rule keeps the generation from use.
        const session = { ...world, sid: random.bytes(32) };
        const cheating = guessingReceiver(arith, group, guess);
        const { aborts } = runSigning(session, { arith: { 1: cheating } });
        const abort = aborts.get(3);
        if (abort === undefined) return guess;
        assert.equal(abort.check, 'C-37');
        assert.deepEqual([abort.abortClass, abort.culprits], ['burn', [1]]);
        if (burns) return undefined;
      }
      return undefined;
    };
    const group = delta.findIndex((nibble) => nibble > 3 && nibble < 9);
    assert.ok(group >= 0, 'a nibble that takes a few guesses');
    t.equal(attack(false, group), delta[group], 'succeeds without the burn rule');
    t.equal(attack(true, group), undefined, 'ends at the first failure with it');
  },
);
