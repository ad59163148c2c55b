/**
 * Flips bits of one message of signer 1 on its way to one receiver, and asserts that each flip is
 * refused by a check that may refuse it, or harmless.
 */
import assert from 'node:assert/strict';
import { ABORTS, type AbortClass, type CheckId, type PartyIndex } from '../../core/index.ts';
import type { Recording, Replayed } from './recorded.ts';
import type { SeededRandom } from './rng.ts';
import { flipBit, tamper, withPart, type Part, type Target } from './session.ts';

/** Messages up to this size are flipped in every bit, larger ones at seeded positions. */
const EVERY_BIT_BYTES = 1024;
const POSITIONS = process.env['TREFOIL_LONG'] === '1' ? 10_000 : 500;

export type Flips<R> = {
  readonly self: PartyIndex;
  readonly target: Target & { readonly round: number; readonly to: PartyIndex };
  readonly part: Part;
  /** Checks that may refuse a flip of this message (spec §15). */
  readonly allowed: readonly CheckId[];
  /** What a result is compared by. */
  readonly resultOf: (result: R) => readonly Uint8Array[];
};

/** Bit positions of a message of `bytes` bytes. */
function positionsOf(random: SeededRandom, bytes: number): number[] {
  const every = Array.from({ length: 8 * bytes }, (_, bit) => bit);
  if (bytes <= EVERY_BIT_BYTES) return every;
  const seeded = Array.from({ length: POSITIONS - 2 }, () => random.below(8 * bytes));
  return [0, ...seeded, 8 * bytes - 1];
}

/** Who may be blamed for what `from` sent: nobody else, and by class. */
const culpritsOf = (abortClass: AbortClass, from: PartyIndex): readonly PartyIndex[] =>
  abortClass === 'blame' || abortClass === 'burn' ? [from] : [];

/** What became of a changed message: the check that refused it, or no harm. */
export type Fate = CheckId | 'harmless';

export type Judged<R> = {
  readonly from: PartyIndex;
  readonly allowed: readonly CheckId[];
  readonly expected: R;
  readonly resultOf: (result: R) => readonly Uint8Array[];
  /** Names the case when an assertion fails. */
  readonly where: string;
};

/** Asserts that a replay was refused by an allowed check, blaming nobody else, or did no harm. */
export function assertRefusedOrHarmless<R>(
  { result, abort }: Replayed<R>,
  { from, allowed, expected, resultOf, where }: Judged<R>,
): Fate {
  if (abort === undefined) {
    assert.ok(result !== undefined, `${where}: the session still waits`);
    const same = resultOf(result).every((bytes, k) => {
      const other = resultOf(expected)[k];
      return other !== undefined && Buffer.compare(bytes, other) === 0;
    });
    assert.ok(same, `${where}: another result`);
    return 'harmless';
  }
  const { code, check, abortClass, culprits } = abort;
  assert.ok(allowed.includes(check), `${where}: ${abort.message}`);
  assert.equal(abortClass, ABORTS[code].abortClass);
  assert.deepEqual(culprits, culpritsOf(abortClass, from), where);
  return check;
}

/** How many flips each check refused, and how many changed nothing. */
export function assertFlipsRefused<R, H>(
  recording: Recording<R, H>,
  random: SeededRandom,
  { self, target, part, allowed, resultOf }: Flips<R>,
): Map<Fate, number> {
  const from = 1;
  const message = recording.sent.find(
    (m) => m.from === from && m.round === target.round && m.to === target.to,
  );
  const expected = recording.results.get(self);
  assert.ok(message && expected !== undefined);
  const seen = new Map<Fate, number>();
  for (const bit of positionsOf(random, message[part].length)) {
    const where = `${part} of round ${target.round}, bit ${bit}, seed ${random.seed}`;
    const relay = tamper({ from, ...target }, (m) =>
      withPart(m, part, (bytes) => flipBit(bytes, bit)),
    );
    const replayed = recording.replay(self, relay);
    assert.equal(relay.hits, 1, where);
    const judged = { from, allowed, expected, resultOf, where };
    const fate = assertRefusedOrHarmless(replayed, judged);
    seen.set(fate, (seen.get(fate) ?? 0) + 1);
  }
  return seen;
}

/** One line for the output of a test. */
export const tallyOf = (seen: ReadonlyMap<string, number>): string =>
  [...seen].map(([what, count]) => `${what}: ${count}`).join(', ');
