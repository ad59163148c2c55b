/**
 * The numbered checks of spec §15. Each is decided in the code through `holds` or `present`, so
 * that a reader finds it by its number and the tests (test/support/negative.ts) can prove that the
 * test named for a check fails without it: their module loader replaces this file. Nothing here can
 * be switched.
 * @module
 */

/** `C-01` .. `C-64`. */
export type CheckId = `C-${number}`;

/** Whether the numbered check is satisfied; `ok` is its condition. */
export function holds(_id: CheckId, ok: boolean): boolean {
  return ok;
}

/** {@link holds} for a check that asks whether decoding gave a value. */
export function present<T>(id: CheckId, value: T | undefined): value is T {
  return holds(id, value !== undefined);
}
