/**
 * One run per request, however many calls wait for it.
 * @module
 */
import { whileNotAborted } from '../../wire/deadline.ts';
import { TrefoilError } from '../../wire/status.ts';

export type RunLimits = {
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly signal: AbortSignal;
};

export type SharedRuns<T> = {
  /**
   * Joins the run of `id`, or starts one with the caller's limits. A run ends early when all its
   * callers have left. A caller whose time outlasts a run that failed for lack of time or signers
   * starts the next one.
   */
  readonly run: (
    id: string,
    limits: RunLimits,
    start: (limits: RunLimits) => Promise<T>,
  ) => Promise<T>;
  readonly has: (id: string) => boolean;
  readonly count: () => number;
};

type Run<T> = {
  readonly ended: Promise<T>;
  readonly controller: AbortController;
  readonly deadline: number;
  waiting: number;
};

export function createSharedRuns<T>(): SharedRuns<T> {
  const runs = new Map<string, Run<T>>();

  const begin = (
    id: string,
    { deadline }: RunLimits,
    start: (limits: RunLimits) => Promise<T>,
  ): Run<T> => {
    const controller = new AbortController();
    const ended = start({ deadline, signal: controller.signal });
    const run: Run<T> = { ended, controller, deadline, waiting: 0 };
    runs.set(id, run);
    // Its callers hear of a failure; everybody may have left before it.
    ended
      .catch(() => undefined)
      .finally(() => {
        forget(id, run);
      });
    return run;
  };

  const forget = (id: string, run: Run<T>): void => {
    if (runs.get(id) === run) runs.delete(id);
  };

  const join = async (id: string, run: Run<T>, signal: AbortSignal): Promise<T> => {
    run.waiting += 1;
    try {
      return await whileNotAborted(run.ended, signal);
    } finally {
      run.waiting -= 1;
      if (run.waiting === 0) {
        // Forgotten first: a caller that comes now must not join what is being given up.
        forget(id, run);
        run.controller.abort();
      }
    }
  };

  return {
    run: async (id, limits, start) => {
      for (;;) {
        const found = runs.get(id);
        if (!found) return join(id, begin(id, limits, start), limits.signal);
        try {
          return await join(id, found, limits.signal);
        } catch (error) {
          const ranOutOfTime = found.deadline < limits.deadline && isForLackOfTime(error);
          if (!ranOutOfTime || limits.signal.aborted) throw error;
        }
      }
    },
    has: (id) => runs.has(id),
    count: () => runs.size,
  };
}

const isForLackOfTime = (error: unknown): boolean =>
  error instanceof TrefoilError &&
  (error.code === 'UNAVAILABLE' ||
    error.code === 'DEADLINE_EXCEEDED' ||
    error.code === 'CANCELLED');
