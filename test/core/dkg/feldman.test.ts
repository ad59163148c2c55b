import fc from 'fast-check';
import t from 'tap';
import {
  checkCommittee,
  evaluate,
  evaluateInExponent,
  lagrange,
} from '../../../core/dkg/feldman.ts';
import { InvalidInput, InvariantViolation } from '../../../core/errors.ts';
import type { Identity } from '../../../core/types.ts';
import { arith, modQ, Q, scalarOf, valueOf } from '../../support/arith.ts';
import { sha256 } from '../../support/rng.ts';

const env = { arith, sha256 };
const { point } = arith;
const coefficients = fc.array(fc.bigInt({ min: 0n, max: Q - 1n }), { minLength: 1, maxLength: 5 });
const index = fc.integer({ min: 1, max: 255 });

const f = (a: readonly bigint[], x: number): bigint =>
  modQ(a.reduceRight((sum, a_m) => sum * BigInt(x) + a_m, 0n));

const members = (...indices: readonly number[]): Identity[] =>
  indices.map((i) => ({ index: i, identityKey: new Uint8Array(32) }));

t.test('a polynomial is evaluated at an index', (t) => {
  fc.assert(
    fc.property(coefficients, index, (a, x) => {
      return valueOf(evaluate(env, a.map(scalarOf), x)) === f(a, x);
    }),
  );
  t.end();
});

t.test('evaluation in the exponent gives the point of the share', (t) => {
  const nonZero = fc.array(fc.bigInt({ min: 1n, max: Q - 1n }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(nonZero, index, (a, x) => {
      const F = a.map((a_m) => point.mulBase(scalarOf(a_m)));
      const expected = point.mulBase(scalarOf(f(a, x)));
      return point.equal(evaluateInExponent(env, F, x), expected);
    }),
    { numRuns: 20 },
  );
  t.end();
});

t.test('a sum that passes through the identity goes on', (t) => {
  // 2 * 3 - 6 = 0, then + 5.
  const F = [5n, Q - 6n, 3n].map((a_m) => point.mulBase(scalarOf(a_m)));
  t.ok(point.equal(evaluateInExponent(env, F, 2), point.mulBase(scalarOf(5n))));
  t.ok(point.isIdentity(evaluateInExponent(env, F.slice(1), 2)));
  t.end();
});

t.test('any t shares interpolate to the secret, consecutive or not', (t) => {
  fc.assert(
    fc.property(coefficients, fc.uniqueArray(index, { minLength: 5, maxLength: 7 }), (a, P) => {
      const parties = P.sort((i, j) => i - j);
      const terms = parties.map((i) => valueOf(lagrange(env, parties, i)) * f(a, i));
      return modQ(terms.reduce((sum, term) => sum + term)) === a[0];
    }),
  );
  t.end();
});

t.test('a party twice or missing is our own bug', (t) => {
  for (const parties of [[1, 1, 2], [1, 2, 2], [2, 3], []]) {
    t.throws(() => lagrange(env, parties, 1), InvariantViolation);
  }
  t.end();
});

t.test('a committee ascends within 1..255 and 2 <= t <= n', (t) => {
  checkCommittee(2, members(1, 2));
  checkCommittee(2, members(1, 255));
  checkCommittee(3, members(2, 3, 7));
  for (const [threshold, committee] of [
    [1, members(1, 2)],
    [3, members(1, 2)],
    [2.5, members(1, 2, 3)],
    [Number.NaN, members(1, 2)],
    [2, members(2, 1)],
    [2, members(1, 1, 2)],
    [2, members(0, 1)],
    [2, members(1, 256)],
    [2, members(1, 1.5)],
    [2, members()],
  ] as const) {
    t.throws(() => {
      checkCommittee(threshold, committee);
    }, InvalidInput);
  }
  t.end();
});
