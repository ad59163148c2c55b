import t from 'tap';
import { drawNonZero, drawScalar } from '../../../core/hash/draw.ts';
import { arith, bigEndian, Q, valueOf } from '../../support/arith.ts';
import { sha256 } from '../../support/rng.ts';

/** A generator that gives prepared values and notes what was asked. */
function scriptedEnv(values: readonly bigint[]) {
  const asked: string[] = [];
  const given = values.map((value) => bigEndian(value, 48));
  const rng = (label: string, length: number): Uint8Array => {
    asked.push(`${label}:${length}`);
    return given[asked.length - 1] ?? new Uint8Array(length);
  };
  return { env: { arith, sha256, rng }, asked, given };
}

t.test('a scalar is 48 bytes mod q, and the bytes are wiped', (t) => {
  const { env, asked, given } = scriptedEnv([2n ** 384n - 1n]);
  t.equal(valueOf(drawScalar(env, 'r/1/0')), (2n ** 384n - 1n) % Q);
  t.same(asked, ['r/1/0:48']);
  t.ok(given[0]?.every((byte) => byte === 0));
  t.end();
});

t.test('zero is drawn again where it is not allowed', (t) => {
  const { env, asked } = scriptedEnv([0n, Q, Q << 100n, 5n]);
  t.equal(valueOf(drawNonZero(env, 'a')), 5n);
  t.equal(asked.length, 4);
  t.equal(valueOf(drawScalar(scriptedEnv([Q]).env, 'ah')), 0n);
  t.end();
});
