/**
 * Flips bits of one message of signer 1 on its way to one receiver, and asserts that each flip is
 * refused by a check that may refuse it, or harmless.
 */
import assert from 'node:assert/strict';
import { ABORTS, type CheckId, type PartyIndex, type RunMessage } from '../../core/index.ts';
import type { Recording } from './recorded.ts';
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
export function positionsOf(random: SeededRandom, bytes: number): number[] {
  const every = Array.from({ length: 8 * bytes }, (_, bit) => bit);
  if (bytes <= EVERY_BIT_BYTES) return every;
  const seeded = Array.from({ length: POSITIONS - 2 }, () => random.below(8 * bytes));
  return [0, ...seeded, 8 * bytes - 1];
}

const CULPRITS: Readonly<Record<string, readonly PartyIndex[]>> = { blame: [1], burn: [1] };

/** How many flips each check refused; `harmless` counts flips that changed nothing. */
export function assertFlipsRefused<R, H>(
  recording: Recording<R, H>,
  random: SeededRandom,
  { self, target, part, allowed, resultOf }: Flips<R>,
): Map<CheckId | 'harmless', number> {
  const isTargeted = (m: RunMessage): boolean =>
    m.from === 1 && m.round === target.round && m.to === target.to;
  const message = recording.sent.find(isTargeted);
  const expected = recording.results.get(self);
  assert.ok(message && expected);
  const seen = new Map<CheckId | 'harmless', number>();
  for (const bit of positionsOf(random, message[part].length)) {
    const where = `${part} of round ${target.round}, bit ${bit}, seed ${random.seed}`;
    const relay = tamper({ from: 1, ...target }, (m) =>
      withPart(m, part, (bytes) => flipBit(bytes, bit)),
    );
    const { result, abort } = recording.replay(self, relay);
    assert.equal(relay.hits, 1, where);
    if (abort === undefined) {
      assert.ok(result, `${where}: the session still waits`);
      const same = resultOf(result).every((bytes, k) => {
        const other = resultOf(expected)[k];
        return other !== undefined && Buffer.compare(bytes, other) === 0;
      });
      assert.ok(same, `${where}: another result`);
      seen.set('harmless', (seen.get('harmless') ?? 0) + 1);
      continue;
    }
    const { code, check, abortClass, culprits } = abort;
    assert.ok(allowed.includes(check), `${where}: ${abort.message}`);
    assert.equal(abortClass, ABORTS[code].abortClass);
    assert.deepEqual(culprits, CULPRITS[abortClass] ?? [], where);
    seen.set(check, (seen.get(check) ?? 0) + 1);
  }
  return seen;
}

/** One line for the output of a test. */
export const tallyOf = (seen: ReadonlyMap<string, number>): string =>
  [...seen].map(([what, count]) => `${what}: ${count}`).join(', ');
