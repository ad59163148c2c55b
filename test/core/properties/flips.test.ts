/**
 * Every flipped bit of every message of key generation and signing up to 1 kB, and 500 seeded
 * positions of each larger one, is refused by a check that may refuse it, or harmless.
 */
import t from 'tap';
import type { CheckId, DkgHold, Signature } from '../../../core/index.ts';
import { assertFlipsRefused, tallyOf, type Flips } from '../../support/flips.ts';
import { randomOf } from '../../support/rng.ts';
import { dkgWorld, recordKeyGeneration, recordSigning, signWorld } from '../../support/session.ts';

type Case = Pick<Flips<never>, 'target' | 'part'> & {
  readonly allowed: readonly CheckId[];
  /** Refused by at least one flip each: what the message is checked by. */
  readonly seen?: readonly CheckId[];
};

const SIGN: readonly Case[] = [
  { target: { round: 1, to: 0 }, part: 'open', allowed: ['C-15'] },
  { target: { round: 1, to: 3 }, part: 'sealed', allowed: ['C-37'] },
  { target: { round: 2, to: 0 }, part: 'open', allowed: ['C-15', 'C-17', 'C-40', 'C-42'] },
  { target: { round: 2, to: 3 }, part: 'open', allowed: ['C-05'] },
  {
    target: { round: 2, to: 3 },
    part: 'sealed',
    allowed: ['C-15', 'C-38', 'C-39', 'C-05'],
    seen: ['C-39'],
  },
  {
    target: { round: 3, to: 0 },
    part: 'open',
    allowed: ['C-18', 'C-45', 'C-46'],
    seen: ['C-46'],
  },
];

for (const { target, part, allowed, seen = allowed } of SIGN) {
  const name = `signing, ${part} part of round ${target.round} to ${target.to}`;
  void t.test(`${name}: every flip is refused or harmless`, async (t) => {
    const random = randomOf(t);
    const world = signWorld({ seed: random.seed });
    const recording = recordSigning(world);
    const resultOf = (signatures: readonly Signature[]) =>
      signatures.flatMap(({ r, s, recid }) => [r, s, Uint8Array.of(recid)]);
    const counts = assertFlipsRefused(recording, random, {
      self: 3,
      target,
      part,
      allowed,
      resultOf,
    });
    t.comment(tallyOf(counts));
    for (const check of seen) t.ok(counts.has(check), check);
  });
}

const DKG: readonly Case[] = [
  { target: { round: 1, to: 0 }, part: 'open', allowed: ['C-15'] },
  { target: { round: 2, to: 0 }, part: 'open', allowed: ['C-15', 'C-27', 'C-29'] },
  {
    target: { round: 3, to: 2 },
    part: 'sealed',
    allowed: ['C-15', 'C-18', 'C-31'],
    seen: ['C-15', 'C-31'],
  },
  { target: { round: 4, to: 0 }, part: 'open', allowed: ['C-33', 'C-34'] },
];

for (const { target, part, allowed, seen = allowed } of DKG) {
  const name = `key generation, ${part} part of round ${target.round}`;
  void t.test(`${name}: every flip is refused or harmless`, async (t) => {
    const random = randomOf(t);
    const world = dkgWorld({ seed: random.seed });
    const recording = recordKeyGeneration(world);
    const resultOf = ({ share }: DkgHold) => [share.conf, share.s_i];
    const counts = assertFlipsRefused(recording, random, {
      self: 2,
      target,
      part,
      allowed,
      resultOf,
    });
    t.comment(tallyOf(counts));
    for (const check of seen) t.ok(counts.has(check), check);
  });
}
