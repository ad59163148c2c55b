/** C-51: derivation of child keys. */
import assert from 'node:assert/strict';
import t from 'tap';
import { deriveChild, type Arith } from '../../../core/index.ts';
import { negative } from '../../support/negative.ts';
import {
  arith,
  assertAborts,
  assertRefuses,
  runSigning,
  signSetup,
  signWorld,
} from '../../support/session.ts';

const refused = { check: 'C-51', abortClass: 'retry', culprits: [] } as const;
const world = signWorld({ seed: 'checks/derivation' });
const { key } = signSetup(world, 1);

negative('C-51', 'refuses hardened and impossible indices at any depth (N-92)', () => {
  for (const index of [2 ** 31, 2 ** 32 - 1, 2 ** 32, -1, 0.5, Number.NaN]) {
    assertRefuses(() => deriveChild({ arith }, key, [index]), refused);
    assertRefuses(() => deriveChild({ arith }, key, [0, 1, index]), refused);
  }
});

negative('C-51', 'refuses a tweak that is not below q: the index is never skipped', () => {
  // Probability 2^-127 for a real index, so the decoder plays it.
  const decode: Arith['scalar']['decode'] = (bytes) => ({
    ...arith.scalar.decode(bytes),
    canonical: false,
  });
  const unlucky: Arith = { ...arith, scalar: { ...arith.scalar, decode } };
  assertRefuses(() => deriveChild({ arith: unlucky }, key, [0]), refused);
});

negative('C-51', 'refuses a child key that is the identity', () => {
  const parent = arith.point.decode(key.publicKey);
  assert.ok(parent);
  const cancelling: Arith = {
    ...arith,
    point: { ...arith.point, mulBase: () => arith.point.neg(parent) },
  };
  assertRefuses(() => deriveChild({ arith: cancelling }, key, [0]), refused);
});

negative('C-51', 'lets no share of a signature leave for a hardened path', () => {
  const [item] = world.items;
  assert.ok(item);
  const outcome = runSigning({ ...world, items: [{ ...item, path: [0, 2 ** 31] }] });
  assertAborts(outcome, [1, 3], refused);
  assert.ok(outcome.sent.every(({ round }) => round < 3));
});

void t.test('an empty path is the key itself, with no tweak', async (t) => {
  const child = deriveChild({ arith }, key, []);
  t.same(child.publicKey, key.publicKey);
  t.same(child.chainCode, key.chainCode);
  t.ok(arith.scalar.isZero(child.delta));
});
