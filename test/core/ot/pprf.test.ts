import t from 'tap';
import { bitAt, concat } from '../../../core/codec/bytes.ts';
import { PPRF_BYTES, puncture, rebuild } from '../../../core/ot/pprf.ts';
import { arith, hexOf } from '../../support/arith.ts';
import { randomOf, sha256 } from '../../support/rng.ts';

const env = { arith, sha256 };
const BOB = 2;

/** Alice's keys for her choice bits. */
function choose(baseKeys: Uint8Array, choice: Uint8Array): Uint8Array {
  const keys = Array.from({ length: 128 }, (_, i) => {
    const at = 16 * (2 * i + bitAt(choice, i));
    return baseKeys.slice(at, at + 16);
  });
  return concat(...keys);
}

t.test('Alice gets every leaf but one, at each of the 16 positions', (t) => {
  const random = randomOf(t);
  const psid = random.bytes(32);
  const baseKeys = random.bytes(4096);
  const bob = puncture(env, psid, baseKeys);
  t.equal(bob.message.length, PPRF_BYTES);
  t.equal(PPRF_BYTES, 5120);
  for (let pattern = 0; pattern < 16; pattern++) {
    // The same four choice bits for each of the 32 groups, LSB first.
    const choice = new Uint8Array(16).fill(pattern | (pattern << 4));
    const alice = rebuild(env, psid, choose(baseKeys, choice), choice, bob.message, BOB);
    // Delta is the complement of the bits; the first OT of a group is the most significant.
    const reversed = [0, 1, 2, 3].reduce((x, l) => 2 * x + ((pattern >> l) & 1), 0);
    t.ok(
      alice.delta.every((x) => x === 15 - reversed),
      `choice bits ${pattern}`,
    );
    for (let k = 0; k < 512; k++) {
      const mine = hexOf(alice.leaves.slice(16 * k, 16 * (k + 1)));
      const his = hexOf(bob.leaves.slice(16 * k, 16 * (k + 1)));
      const expected = k % 16 === 15 - reversed ? '00'.repeat(16) : his;
      if (mine !== expected) t.fail(`leaf ${k}`);
    }
  }
  t.end();
});

t.test('groups puncture independently', (t) => {
  const random = randomOf(t);
  const [psid, baseKeys, choice] = [random.bytes(32), random.bytes(4096), random.bytes(16)];
  const { message } = puncture(env, psid, baseKeys);
  const { delta } = rebuild(env, psid, choose(baseKeys, choice), choice, message, BOB);
  delta.forEach((x, i) => {
    const bits = [0, 1, 2, 3].map((l) => 1 - bitAt(choice, 4 * i + l));
    t.equal(
      x,
      bits.reduce((sum, bit) => 2 * sum + bit, 0),
    );
  });
  t.end();
});

t.test('leaves are all distinct and depend on the session', (t) => {
  const random = randomOf(t);
  const baseKeys = random.bytes(4096);
  const sets = [random.bytes(32), random.bytes(32)].map((psid) => {
    const { leaves } = puncture(env, psid, baseKeys);
    return Array.from({ length: 512 }, (_, k) => hexOf(leaves.slice(16 * k, 16 * (k + 1))));
  });
  t.equal(new Set(sets.flat()).size, 1024);
  t.end();
});
