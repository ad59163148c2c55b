/** C-05 and C-20..C-25 of pair set-up, at signer 3 with signer 1 as the culprit. */
import assert from 'node:assert/strict';
import t from 'tap';
import { BASE_OT_DST } from '../../../core/tags.ts';
import { concat, u8 } from '../../../core/codec/bytes.ts';
import type { CheckId, RunMessage } from '../../../core/index.ts';
import * as baseOt from '../../../core/ot/base-ot.ts';
import * as pprf from '../../../core/ot/pprf.ts';
import { P2_BYTES, pairSid } from '../../../core/pair/rounds.ts';
import { negative } from '../../support/negative.ts';
import { seededRandom, sha256 } from '../../support/rng.ts';
import {
  arith,
  assertRefuses,
  assertReplayAborts,
  env,
  extend,
  flipByte,
  recordPairSetup,
  replaceAt,
  tamper,
  truncate,
  withPart,
} from '../../support/session.ts';

const SEED = 'checks/pair-setup';
const recording = recordPairSetup(SEED);
const setupSid = sha256(new TextEncoder().encode(SEED));
const blame = (check: CheckId) => ({ check, abortClass: 'blame', culprits: [1] }) as const;
const retry = (check: CheckId) => ({ check, abortClass: 'retry', culprits: [] }) as const;

/** Signer 3 with the secret part (or broadcast) of one round of signer 1 changed. */
function replaying(round: number, change: (bytes: Uint8Array) => Uint8Array) {
  const part = round <= 2 ? 'sealed' : 'open';
  const relay = tamper({ from: 1, round }, (m) => withPart(m, part, change));
  const replayed = recording.replay(3, relay);
  assert.equal(relay.hits, 1);
  return replayed;
}

const messageOf = (round: number): RunMessage => {
  const found = recording.sent.find((m) => m.from === 1 && m.round === round);
  assert.ok(found);
  return found;
};
const A1 = messageOf(1).sealed;
const P2 = messageOf(2).sealed;

void t.test('the recorded set-up gives both sides one pair, and replays to the same', async (t) => {
  const [own, other] = [recording.results.get(1), recording.results.get(3)];
  t.ok(own && other);
  t.same(own?.digest, other?.digest);
  t.same(own?.zeroSeed, other?.zeroSeed);
  t.same(own?.asSender.otid, other?.asReceiver.otid);
  const again = recording.replay(3, (message) => [message]);
  t.same(again.result?.digest, own?.digest);
  t.same([A1.length, P2.length], [8448, 5185]);
  // PENDING is durable before P3 leaves, ACTIVE before P4 (C-25).
  t.same(
    recording.holds.get(3)?.map(({ kind }) => kind),
    ['pair-pending', 'pair-active'],
  );
});

negative('C-05', 'blames every pair set-up message one byte shorter or longer, or empty', () => {
  for (const round of [1, 2, 3, 4]) {
    for (const change of [truncate, extend, () => new Uint8Array()]) {
      assertReplayAborts(replaying(round, change), blame('C-05'));
    }
  }
  for (const round of [1, 2]) {
    const relay = tamper({ from: 1, round }, (m) => withPart(m, 'open', extend));
    assertReplayAborts(recording.replay(3, relay), blame('C-05'));
  }
});

negative('C-20', 'blames one bad point at the first and at the last position', () => {
  const notOnCurve = concat(Uint8Array.of(2), new Uint8Array(31), Uint8Array.of(5));
  for (const offset of [0, -33]) {
    assertReplayAborts(
      replaying(1, (bytes) => replaceAt(bytes, offset, notOnCurve)),
      blame('C-20'),
    );
    assertReplayAborts(
      replaying(1, (bytes) => replaceAt(bytes, offset, Uint8Array.of(4))),
      blame('C-20'),
    );
  }
});

/** R_{i,c} = -HP(i, c, R_{i,1-c}), which makes M_{i,c} the identity (N-27). */
function cancelling(i: number, c: 0 | 1): Uint8Array {
  const psid = pairSid(sha256, setupSid, 'base-ot', 1, 3);
  const at = (branch: number): number => 33 * (2 * i + branch);
  const other = A1.slice(at(1 - c), at(1 - c) + 33);
  const HP = arith.point.hashToCurve(concat(psid, u8(i), u8(c), other), BASE_OT_DST);
  return replaceAt(A1, at(c), arith.point.encode(arith.point.neg(HP)));
}

negative('C-21', 'blames a receiver point that cancels its pad, at the first instance', () => {
  assertReplayAborts(
    replaying(1, () => cancelling(0, 0)),
    blame('C-21'),
  );
});

negative('C-21', 'blames a receiver point that cancels its pad, at the last instance', () => {
  assertReplayAborts(
    replaying(1, () => cancelling(127, 1)),
    blame('C-21'),
  );
});

void t.test(
  'repeated receiver points are accepted and give distinct keys (N-28, P-07)',
  async (t) => {
    const repeated = concat(...Array.from({ length: 128 }, () => A1.slice(0, 66)));
    const random = seededRandom('repeated');
    const psid = pairSid(sha256, setupSid, 'base-ot', 1, 3);
    const { keys } = baseOt.send({ ...env, rng: random.rng }, psid, repeated, 1, '');
    const all = Array.from({ length: 256 }, (_, k) =>
      Buffer.from(keys.slice(16 * k, 16 * (k + 1))).toString('hex'),
    );
    t.equal(new Set(all).size, 256);
  },
);

negative('C-22', 'blames a sender point that does not decode', () => {
  for (const change of [
    (bytes: Uint8Array) => replaceAt(bytes, 0, Uint8Array.of(4)),
    (bytes: Uint8Array) => replaceAt(bytes, 0, new Uint8Array(33)),
    (bytes: Uint8Array) => replaceAt(bytes, 1, new Uint8Array(32).fill(0xff)),
  ]) {
    assertReplayAborts(replaying(2, change), blame('C-22'));
  }
});

const PPRF = 33; // offset of the PPRF message in P2
negative('C-23', 'blames a changed digest or leaf sum of the first and the last group', () => {
  // tt and dg of group 0, tt and dg of group 31 (N-33..N-36)
  for (const offset of [96, 128, 5087, 5119]) {
    assertReplayAborts(
      replaying(2, (bytes) => flipByte(bytes, PPRF + offset)),
      blame('C-23'),
    );
  }
});

negative(
  'C-23',
  'blames a changed correction exactly when the choice bit uses it (N-29..N-32)',
  () => {
    // Delta is the complement of the choice bits, most significant bit first in a group.
    const delta = recording.results.get(3)?.asSender.delta ?? new Uint8Array();
    for (const group of [0, 31]) {
      for (const level of [1, 3]) {
        const choice = 1 - (((delta[group] ?? 0) >> (3 - level)) & 1);
        const offset = PPRF + 160 * group + 32 * (level - 1);
        const used = replaying(2, (bytes) => flipByte(bytes, offset + 16 * choice));
        assertReplayAborts(used, blame('C-23'));
        // The other one is the selective failure that the burn rule pays for; the digests of the
        // two sides still differ, so this set-up does not become ACTIVE either.
        const unused = replaying(2, (bytes) => flipByte(bytes, offset + 16 * (1 - choice)));
        assertReplayAborts(unused, retry('C-25'));
      }
    }
  },
);

negative('C-23', 'checks all groups of synthetic keys, first to last', () => {
  const random = seededRandom('pprf');
  const psid = random.bytes(32);
  const keys = random.bytes(4096);
  const choice = random.bytes(16);
  const { message, leaves } = pprf.puncture(env, psid, keys);
  const chosen = concat(
    ...Array.from({ length: 128 }, (_, i) => {
      const c = ((choice[i >> 3] ?? 0) >> (i & 7)) & 1;
      return keys.slice(16 * (2 * i + c), 16 * (2 * i + c + 1));
    }),
  );
  const rebuilding = (changed: Uint8Array) => pprf.rebuild(env, psid, chosen, choice, changed, 1);
  const rebuilt = rebuilding(message);
  for (let i = 0; i < 32; i++) {
    for (let x = 0; x < 16; x++) {
      const slot = 16 * (16 * i + x);
      const expected = x === rebuilt.delta[i] ? new Uint8Array(16) : leaves.slice(slot, slot + 16);
      assert.deepEqual(rebuilt.leaves.slice(slot, slot + 16), expected);
    }
    assertRefuses(() => rebuilding(flipByte(message, 160 * i + 159)), blame('C-23'));
  }
});

negative('C-05', 'blames a PPRF message that is one byte short or long (N-37)', () => {
  const random = seededRandom('pprf length');
  const [psid, keys, choice] = [random.bytes(32), random.bytes(2048), random.bytes(16)];
  const message = P2.slice(PPRF, PPRF + pprf.PPRF_BYTES);
  for (const change of [truncate, extend]) {
    assertRefuses(() => pprf.rebuild(env, psid, keys, choice, change(message), 1), blame('C-05'));
  }
});

negative('C-25', 'retries when the peer confirms or acknowledges another digest (N-90)', () => {
  for (const round of [3, 4]) {
    for (const offset of [0, 31]) {
      assertReplayAborts(
        replaying(round, (bytes) => flipByte(bytes, offset)),
        retry('C-25'),
      );
    }
  }
});

negative('C-25', 'retries when the relay changed a zero-share contribution', () => {
  assert.equal(P2.length, P2_BYTES);
  assertReplayAborts(
    replaying(2, (bytes) => flipByte(bytes, -1)),
    retry('C-25'),
  );
});
