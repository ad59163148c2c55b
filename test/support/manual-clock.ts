/**
 * A clock that tests move by hand. Promise reactions run between two timers, as they do in life.
 */
import type { Clock } from '../../coordinator/ports.ts';

export type ManualClock = Clock & {
  /** Moves on, running what falls due in its order. */
  readonly advance: (ms: number) => Promise<void>;
  /** Time passes and no timer runs, as while a process is stopped. */
  readonly jump: (ms: number) => void;
  /** Timers that wait. */
  readonly pending: () => number;
};

const EPOCH_MS = 1_800_000_000_000;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function createManualClock(): ManualClock {
  let elapsedMs = 0;
  const timers = new Set<{ readonly dueMs: number; readonly action: () => void }>();
  const next = (untilMs: number) =>
    [...timers].filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  return {
    now: () => EPOCH_MS + elapsedMs,
    monotonicMs: () => elapsedMs,
    after: (ms, action) => {
      const timer = { dueMs: elapsedMs + Math.max(0, ms), action };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance: async (ms) => {
      await turn();
      const untilMs = elapsedMs + ms;
      for (let timer = next(untilMs); timer; timer = next(untilMs)) {
        timers.delete(timer);
        elapsedMs = Math.max(elapsedMs, timer.dueMs);
        timer.action();
        await turn();
      }
      elapsedMs = untilMs;
      await turn();
    },
    jump: (ms) => {
      elapsedMs += ms;
    },
    pending: () => timers.size,
  };
}
