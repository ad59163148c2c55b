/**
 * Runs code with numbered checks switched off: what an implementation without them would do. Works
 * only where the tests' module loader has replaced core/checks.ts (test/support/switch-off.mjs).
 */
import type { CheckId } from '../../core/index.ts';

const slot = globalThis as unknown as Record<
  symbol,
  ((id: string, ok: boolean) => boolean) | undefined
>;
const WATCHER = Symbol.for('trefoil.test.checks');

/** The result of `body` without these checks, and how often each of them would have failed. */
export function withoutChecks<T>(
  ids: readonly CheckId[],
  body: () => T,
): { readonly value: T; readonly suppressed: ReadonlyMap<CheckId, number> } {
  const suppressed = new Map<CheckId, number>(ids.map((id) => [id, 0]));
  slot[WATCHER] = (id, ok) => {
    const known = ids.find((each) => each === id);
    if (known === undefined) return ok;
    if (!ok) suppressed.set(known, (suppressed.get(known) ?? 0) + 1);
    return true;
  };
  try {
    return { value: body(), suppressed };
  } finally {
    slot[WATCHER] = undefined;
  }
}
