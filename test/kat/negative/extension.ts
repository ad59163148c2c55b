/** N-38 to N-52: OT1 of the multiplication with B = 1. */
import { concat } from '../../../core/codec/bytes.ts';
import { challengeBlocks } from '../../../core/hash/expand.ts';
import { taggedHash } from '../../../core/hash/transcript.ts';
import { extendSender } from '../../../core/ot/extension.ts';
import { extendedOts, rowBytes } from '../../../core/params.ts';
import { sha256 } from '../../support/rng.ts';
import { arith, flipped, hex, kat } from '../labels.ts';
import { splitOt1, type Direction } from '../rvole.ts';
import { leaf } from '../tree.ts';
import type { Case } from './vector.ts';

const BOB = 3;
const FIELDS = ['U', 'xhat', 'tau'] as const;
type Field = (typeof FIELDS)[number];

/** Alice's side on an OT1. */
function check({ bob, alice }: Direction, ot1: Uint8Array): void {
  extendSender({ arith, sha256 }, bob.esid, alice, ot1, bob.B, BOB);
}

const FLIPS: readonly (readonly [Field, number])[] = [
  ['U', 0],
  ['U', 2687],
  ['U', 503],
  ['xhat', 0],
  ['xhat', 31],
  ['tau', 0],
  ['tau', 31],
];

function flip(honest: Direction, field: Field, offset: number): Case {
  const parts = splitOt1(honest.bob.ot1).map((part, k) =>
    FIELDS[k] === field ? flipped(part, offset) : part,
  );
  return {
    check: 'C-37',
    where: `rvole B=1 vector, byte of ${field} at offset ^= 1`,
    target: 'rvole/0',
    op: 'flip OT1 field',
    input: { field, offset },
    run: () => {
      check(honest, concat(...parts));
    },
  };
}

function truncated(honest: Direction): Case {
  const [U, xhat, tau] = splitOt1(honest.bob.ot1);
  const shorter = U.slice(0, -1);
  return {
    check: 'C-36',
    where: 'rvole B=1 vector, U truncated by one byte',
    target: 'rvole/0',
    op: 'truncate U',
    input: { field: 'U', length: shorter.length },
    run: () => {
      check(honest, concat(shorter, xhat, tau));
    },
  };
}

const xorInto = (target: Uint8Array, at: number, source: Uint8Array): void => {
  source.forEach((byte, k) => (target[at + k] = (target[at + k] ?? 0) ^ byte));
};

/**
 * A receiver that uses C XOR e_0 in one group and answers the check as if Delta of that group were
 * `guess`: row r of the group then hashes to h(V_r) XOR guess_r * h(e_0), h_e(e_0) = chi_{e,0}.
 */
function cheat({ bob }: Direction, leaves: Uint8Array, group: number, guess: number) {
  const { ot, blake3 } = arith;
  const L = extendedOts(bob.B);
  const C = concat(bob.beta, kat('rv1/mask', 32));
  const { U, V } = ot.receiverRows(blake3.deriveKey('ote/prg', bob.esid), leaves, C);
  xorInto(U, group * rowBytes(bob.B), Uint8Array.of(1));
  const chi = challengeBlocks(arith, taggedHash(sha256, 'ote/chi-seed', bob.esid, U), L);
  const ofUnit = concat(chi.slice(0, 16), chi.slice(chi.length / 2, chi.length / 2 + 16));
  const hashes = ot.hashRows(V, chi, L);
  for (const b of [0, 1, 2, 3]) {
    if (((guess >> b) & 1) === 1) xorInto(hashes, 32 * (4 * group + b), ofUnit);
  }
  const tau = taggedHash(sha256, 'ote/tau', bob.esid, hashes);
  return { U, xhat: ot.hashRow(C, chi, L), tau };
}

const GUESSES = [
  [5, 0],
  [5, 12],
  [5, 13],
  [5, 15],
  [20, 0],
  [20, 1],
  [20, 15],
] as const;

function guessed(honest: Direction, leaves: Uint8Array, group: number, guess: number): Case {
  const { U, xhat, tau } = cheat(honest, leaves, group, guess);
  const isRight = honest.alice.delta[group] === guess;
  const text = `receiver uses C^e0 in group ${group} and builds tau for the guess Delta_${group}`;
  return {
    check: 'C-37',
    where: `rvole B=1 vector, ${text} = ${guess}`,
    ...(isRight && { note: 'right guess: passes, 4 bits known' }),
    target: 'rvole/0',
    op: 'guess',
    input: { group, guess, U: leaf(U), xhat: hex(xhat), tau: hex(tau) },
    run: () => {
      check(honest, concat(U, xhat, tau));
    },
  };
}

export const extensionCases = (honest: Direction, leaves: Uint8Array): Case[] => [
  ...FLIPS.map(([field, offset]) => flip(honest, field, offset)),
  truncated(honest),
  ...GUESSES.map(([group, guess]) => guessed(honest, leaves, group, guess)),
];
