/**
 * Negative tests of numbered checks. A body asserts what the check does: abort class, culprit,
 * refusal. It runs twice: as is, when it must pass and the check must have been seen to fail; and
 * with the check switched off, when it must fail. So a named test that does not depend on its
 * check is itself a failure.
 */
import type { CheckId } from '../../core/index.ts';
import t from 'tap';

type Body = () => void | Promise<void>;
type Watcher = (id: string, ok: boolean) => boolean;

const slot = globalThis as unknown as Record<symbol, Watcher | undefined>;
const WATCHER = Symbol.for('trefoil.test.checks');

/** Runs the body with a watcher in place of every check's decision. */
async function underWatch(watcher: Watcher, body: Body): Promise<Error | undefined> {
  slot[WATCHER] = watcher;
  try {
    await body();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    slot[WATCHER] = undefined;
  }
}

/** Declares the negative test of a check; docs/checks.md lists it under its name. */
export function negative(check: CheckId, name: string, body: Body): void {
  void t.test(`${check} ${name}`, async (t) => {
    let failed = 0;
    const error = await underWatch((id, ok) => {
      if (id === check && !ok) failed += 1;
      return ok;
    }, body);
    if (error !== undefined) throw error;
    t.ok(failed > 0, 'the check was reached and did not hold');

    const withoutCheck = await underWatch((id, ok) => id === check || ok, body);
    t.ok(withoutCheck !== undefined, 'fails when the check is switched off');
  });
}
