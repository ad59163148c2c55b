/**
 * Deadlines: absolute, in epoch milliseconds, carried from the caller through every step.
 * @module
 */
import { DEADLINES } from './limits.ts';
import { TrefoilError } from './status.ts';

/** Wall clock in epoch milliseconds. */
export type Clock = { readonly now: () => number };

/** The deadline that a server honours: the caller's up to the maximum; without one, standard. */
export function boundedDeadline(callers: Date | number, nowMs: number): number {
  const wanted = typeof callers === 'number' ? callers : callers.getTime();
  if (!Number.isFinite(wanted)) return nowMs + DEADLINES.standard;
  return Math.min(wanted, nowMs + DEADLINES.max);
}

/** Milliseconds that are left, never negative. */
export function remainingMs(deadline: number, nowMs: number): number {
  return Math.max(0, deadline - nowMs);
}

/** A signal that aborts at the deadline with DEADLINE_PASSED, or with the parent. */
export function deadlineSignal(
  deadline: number,
  clock: Clock,
  parent?: AbortSignal,
): { readonly signal: AbortSignal; readonly cancel: () => void } {
  const controller = new AbortController();
  const expire = (): void => {
    controller.abort(new TrefoilError('DEADLINE_PASSED', 'the deadline passed'));
  };
  const onParent = (): void => {
    controller.abort(parent?.reason);
  };
  const timer = setTimeout(expire, remainingMs(deadline, clock.now()));
  if (parent?.aborted === true) onParent();
  parent?.addEventListener('abort', onParent, { once: true });
  const cancel = (): void => {
    clearTimeout(timer);
    parent?.removeEventListener('abort', onParent);
  };
  return { signal: controller.signal, cancel };
}

/** Settles as the work does, or rejects with the signal's reason if that comes first. */
export async function whileNotAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    const { reason } = signal as { readonly reason: unknown };
    const gaveUp = new TrefoilError('CALL_CANCELLED', 'the call was given up');
    reject(reason instanceof Error ? reason : gaveUp);
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
