/**
 * Reproducible randomness for tests: SHA-256 in counter mode over a seed. A test that fails prints
 * its seed; TREFOIL_TEST_SEED repeats it.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Test } from 'tap';
import type { Draw, Rng, Sha256 } from '../../core/index.ts';

export const sha256: Sha256 = (...chunks) => {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return new Uint8Array(hash.digest());
};

export type SeededRandom = {
  readonly seed: string;
  /** The next `length` bytes. */
  readonly bytes: (length: number) => Uint8Array;
  /** A uniform integer in 0..bound - 1; bound below 2^32. */
  readonly below: (bound: number) => number;
  /** A uniform element of a list. */
  readonly pick: <T>(list: readonly T[]) => T;
  /** {@link bytes} as what round functions take. Labels are ignored. */
  readonly rng: Rng;
  /** {@link bytes} as what a session run takes. Labels and transcript are ignored. */
  readonly draw: Draw;
};

/** The seed of this run: TREFOIL_TEST_SEED or a fresh one. */
export function freshSeed(): string {
  return process.env['TREFOIL_TEST_SEED'] ?? randomBytes(8).toString('hex');
}

export function seededRandom(seed: string): SeededRandom {
  const encoder = new TextEncoder();
  let counter = 0;
  const bytes = (length: number): Uint8Array => {
    const out = new Uint8Array(length);
    for (let offset = 0; offset < length; offset += 32) {
      const block = sha256(encoder.encode(`trefoil-test/${seed}/${String(counter++)}`));
      out.set(block.subarray(0, Math.min(32, length - offset)), offset);
    }
    return out;
  };
  const below = (bound: number): number => {
    const wide = bytes(8);
    const value = new DataView(wide.buffer).getBigUint64(0);
    return Number(value % BigInt(bound));
  };
  return {
    seed,
    bytes,
    below,
    pick: (list) => {
      const chosen = list[below(list.length)];
      if (chosen === undefined) throw new Error('pick from an empty list');
      return chosen;
    },
    rng: (_label, length) => bytes(length),
    draw: (_label, length) => bytes(length),
  };
}

/** Randomness of one test; its seed is printed when the test fails. */
export function randomOf(t: Test, seed = freshSeed()): SeededRandom {
  t.teardown(() => {
    if (!t.passing()) t.comment(`TREFOIL_TEST_SEED=${seed}`);
  });
  return seededRandom(seed);
}
