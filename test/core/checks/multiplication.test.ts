/** C-36..C-39: OT extension and multiplication, signer 1 cheating signer 3. */
import assert from 'node:assert/strict';
import t from 'tap';
import { concat } from '../../../core/codec/bytes.ts';
import type { CheckId } from '../../../core/index.ts';
import { multiplyFinish, multiplySend, multiplyStart } from '../../../core/vole/rvole.ts';
import { addingToCorrelation, guessingReceiver } from '../../adversary/multiplication.ts';
import { dealPair } from '../../support/dealer.ts';
import { negative } from '../../support/negative.ts';
import { seededRandom, sha256 } from '../../support/rng.ts';
import {
  arith,
  assertAborts,
  assertRefuses,
  env,
  extend,
  flipBit,
  flipByte,
  replaceAt,
  runSigning,
  signWorld,
  tamper,
  truncate,
  withPart,
  type SignOutcome,
} from '../../support/session.ts';

const blame = (check: CheckId) => ({ check, abortClass: 'blame', culprits: [1] }) as const;
const burn = (check: CheckId) => ({ check, abortClass: 'burn', culprits: [1] }) as const;
const world = signWorld({ seed: 'checks/multiplication' });

/** OT1 of B = 1: U, xhat, tau. */
const XHAT = 2688;
const TAU = XHAT + 32;

function sendingOt1(change: (bytes: Uint8Array) => Uint8Array): SignOutcome {
  const relay = tamper({ from: 1, round: 1, to: 3 }, (m) => withPart(m, 'sealed', change));
  const outcome = runSigning(world, { relay });
  assert.equal(relay.hits, 1);
  assert.equal(outcome.results.size, 0);
  return outcome;
}

negative(
  'C-36',
  'blames an OT message one byte shorter or longer, of another batch, or empty (N-45)',
  () => {
    const larger = (bytes: Uint8Array) => concat(bytes, new Uint8Array(1664));
    for (const change of [truncate, extend, larger, () => new Uint8Array()]) {
      assertAborts(sendingOt1(change), [3], blame('C-36'));
    }
  },
);

negative('C-37', 'burns the pair for any changed byte of U, xhat or tau (N-38..N-44)', () => {
  for (const offset of [0, 83, 503, 2687, XHAT, XHAT + 31, TAU, TAU + 31]) {
    const outcome = sendingOt1((bytes) => flipByte(bytes, offset));
    assertAborts(outcome, [3], burn('C-37'));
    // Nothing of the round that failed has left.
    assert.equal(outcome.sent.filter((m) => m.from === 3 && m.round === 2).length, 0);
    assert.deepEqual(outcome.checked.get(3), []);
  }
});

negative('C-37', 'burns for a changed bit of the last data block and of each mask block', () => {
  for (const bit of [415, 416, 416 + 127, 416 + 128, 416 + 255]) {
    for (const group of [0, 31]) {
      assertAborts(
        sendingOt1((bytes) => flipBit(bytes, 8 * 84 * group + bit)),
        [3],
        burn('C-37'),
      );
    }
  }
});

negative('C-37', 'burns for an OT message replayed from another session', () => {
  const older = signWorld({ seed: 'checks/multiplication' });
  const before = runSigning({ ...older, sid: older.random.bytes(32) });
  const replayed = before.sent.find((m) => m.from === 1 && m.round === 1 && m.to === 3);
  assert.ok(replayed);
  assertAborts(
    sendingOt1(() => replayed.sealed),
    [3],
    burn('C-37'),
  );
});

negative('C-37', 'burns for every wrong guess of four bits of Delta (N-46..N-52, P-01)', () => {
  const delta = world.pairs.get(3)?.get(1)?.asSender.delta;
  assert.ok(delta);
  for (const group of [0, 5, 31]) {
    const right = delta[group] ?? 0;
    for (const guess of [right ^ 1, right ^ 8, right ^ 15]) {
      const outcome = runSigning(world, { arith: { 1: guessingReceiver(arith, group, guess) } });
      assertAborts(outcome, [3], burn('C-37'));
      assert.equal(outcome.results.size, 0);
    }
    // The right guess passes: that is why one failure ends the generation.
    const lucky = runSigning(world, { arith: { 1: guessingReceiver(arith, group, right) } });
    assert.deepEqual(lucky.checked.get(3)?.slice(0, 1), [1]);
    assert.notEqual(lucky.aborts.get(3)?.check, 'C-37');
  }
});

/** At, eta, mu behind the echo in R2 of B = 1. */
const AT = 32;
const ETA = AT + 39_936;
const MU = ETA + 32;
const Q = Uint8Array.from(
  Buffer.from('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141', 'hex'),
);
const atOffset = (J: number, c: number): number => AT + 32 * (3 * J + c);

function sendingRv2(change: (bytes: Uint8Array) => Uint8Array): SignOutcome {
  const relay = tamper({ from: 1, round: 2, to: 3 }, (m) => withPart(m, 'sealed', change));
  const outcome = runSigning(world, { relay });
  assert.equal(relay.hits, 1);
  assert.equal(outcome.results.size, 0);
  return outcome;
}

negative(
  'C-38',
  'blames At and eta that are not canonical, first and last of each lane (N-66..N-70)',
  () => {
    const offsets = [0, 415].flatMap((J) => [0, 1, 2].map((c) => atOffset(J, c)));
    for (const offset of [...offsets, ETA]) {
      for (const field of [Q, new Uint8Array(32).fill(0xff)]) {
        assertAborts(
          sendingRv2((bytes) => replaceAt(bytes, offset, field)),
          [3],
          blame('C-38'),
        );
      }
    }
  },
);

negative('C-38', 'comes before beta is used: a wrong sum beside it does not burn', () => {
  const both = sendingRv2((bytes) => replaceAt(flipByte(bytes, MU), ETA, Q));
  assertAborts(both, [3], blame('C-38'));
});

void t.test('RV2 of another length is blamed before it is parsed', async (t) => {
  const { bob, rv2 } = multiplication('length');
  for (const wrong of [rv2.slice(32), truncate(rv2), extend(rv2), new Uint8Array()]) {
    t.throws(() => multiplyFinish(env, bob, wrong, 1), { name: 'ProtocolAbort', check: 'C-38' });
  }
});

/** One multiplication of 1 > 3 on dealt states, with Bob's choice bits scripted if given. */
function multiplication(seed: string, options: { alice?: typeof arith; beta?: Uint8Array } = {}) {
  const random = seededRandom(seed);
  const [one, three] = dealPair(random, 1, 3);
  const esid = random.bytes(32);
  const rng = (label: string, length: number): Uint8Array =>
    label === 'beta' ? (options.beta?.slice() ?? random.bytes(length)) : random.bytes(length);
  const bob = multiplyStart({ ...env, rng }, esid, three.asReceiver, 1, '');
  const inputs = [0, 1].map(() => arith.scalar.reduceWide(random.bytes(48)));
  const a = [inputs[0] ?? arith.scalar.fromUint(1), inputs[1] ?? arith.scalar.fromUint(1)] as const;
  const alice = { ...env, rng, arith: options.alice ?? arith };
  const { rv2, c } = multiplySend(alice, esid, one.asSender, bob.ot1, [a], 3, '');
  return { bob, rv2, a, c };
}

negative('C-38', 'blames RV2 one scalar short or long (N-72)', () => {
  const { bob, rv2 } = multiplication('scalar short');
  for (const wrong of [rv2.slice(32), concat(rv2, new Uint8Array(32))]) {
    assertRefuses(() => multiplyFinish(env, bob, wrong, 1), blame('C-38'));
  }
});

void t.test('both parties hold additive shares of both products (spec §6)', async (t) => {
  const { scalar } = arith;
  const { bob, rv2, a, c } = multiplication('shares');
  const d = multiplyFinish(env, bob, rv2, 1);
  for (const i of [0, 1] as const) {
    const [c_i, d_i, b] = [c[0]?.[i], d[0]?.[i], bob.b[0]];
    if (c_i === undefined || d_i === undefined || b === undefined) throw new Error('no share');
    t.same(scalar.encode(scalar.add(c_i, d_i)), scalar.encode(scalar.mul(a[i], b)));
  }
});

negative(
  'C-39',
  'burns the pair for a changed correlation, eta or mu (N-65, N-67, N-69, N-71)',
  () => {
    const offsets = [0, 415].flatMap((J) => [0, 1, 2].map((c) => atOffset(J, c) + 31));
    for (const offset of [...offsets, ETA + 31, MU, MU + 31]) {
      const outcome = sendingRv2((bytes) => flipByte(bytes, offset));
      assertAborts(outcome, [3], burn('C-39'));
      assert.equal(outcome.sent.filter((m) => m.from === 3 && m.round === 3).length, 0);
      assert.deepEqual(outcome.holds.get(3), []);
    }
  },
);

const LANES = [0, 415].flatMap((J) => [0, 1, 2].map((c) => ({ J, c })));

negative(
  'C-39',
  'burns for a consistent change where beta is 1, first and last of each lane',
  () => {
    const beta = new Uint8Array(52).fill(0xff);
    for (const { J, c } of LANES) {
      const outcome = runSigning(world, {
        arith: { 1: addingToCorrelation(arith, J, c) },
        scripted: { 3: { '1/3/beta': beta } },
      });
      assertAborts(outcome, [3], burn('C-39'));
      assert.equal(outcome.results.size, 0);
    }
  },
);

void t.test(
  'the same change where beta is 0 is the known leak and does no harm (§6.4)',
  async (t) => {
    const beta = new Uint8Array(52).fill(0xff);
    for (const { J, c } of LANES) {
      const scripted = { 3: { '1/3/beta': flipBit(beta, J) } };
      const attacked = runSigning(world, {
        arith: { 1: addingToCorrelation(arith, J, c) },
        scripted,
      });
      t.same(attacked.results.get(3), runSigning(world, { scripted }).results.get(3));
      t.equal(attacked.results.size, 2);
    }
  },
);

void t.test(
  'sessions, directions and batch entries share no stream (P-10, audit finding 5)',
  async (t) => {
    const random = seededRandom('separation');
    const [one, three] = dealPair(random, 1, 3);
    // A constant generator: only esid separates.
    const rng = (_label: string, length: number): Uint8Array => new Uint8Array(length).fill(7);
    const start = (esid: Uint8Array, state: typeof one.asReceiver) =>
      multiplyStart({ ...env, rng }, esid, state, 1, '').ot1;
    const esid = random.bytes(32);
    const there = start(esid, three.asReceiver);
    const again = start(sha256(esid), three.asReceiver);
    const back = start(esid, one.asReceiver);
    t.notSame(there.slice(0, 84), again.slice(0, 84));
    t.notSame(there.slice(0, 84), back.slice(0, 84));
    t.same(start(esid, three.asReceiver), there);
  },
);
