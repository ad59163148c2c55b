/**
 * Polls a condition instead of sleeping.
 */
import { setTimeout as wait } from 'node:timers/promises';

/** Resolves once the condition holds; rejects, naming it, after the deadline. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not in ${timeoutMs} ms: ${what}`);
    await wait(5);
  }
}
