/**
 * Recent failures of signers, forgotten by half every few seconds: they steer the choice of a
 * quorum and nothing else.
 * @module
 */
import type { Clock } from '../ports.ts';

export type Failures = {
  /** Counts one failure of each. */
  readonly note: (signers: Iterable<number>) => void;
  /** A success forgets what was counted. */
  readonly clear: (signers: Iterable<number>) => void;
  /** Decayed count; 0 is none. */
  readonly of: (signer: number) => number;
};

export function createFailures(
  { halfLifeMs }: { readonly halfLifeMs: number },
  { clock }: { readonly clock: Clock },
): Failures {
  const counted = new Map<number, { readonly count: number; readonly at: number }>();
  const of = (signer: number): number => {
    const entry = counted.get(signer);
    return entry ? entry.count * 2 ** ((entry.at - clock.monotonicMs()) / halfLifeMs) : 0;
  };
  return {
    note: (signers) => {
      const at = clock.monotonicMs();
      for (const signer of signers) counted.set(signer, { count: of(signer) + 1, at });
    },
    clear: (signers) => {
      for (const signer of signers) counted.delete(signer);
    },
    of,
  };
}
