/**
 * Module-loader hook of the tests: replaces core/checks.ts, so that a test can watch a numbered
 * check being decided and switch it off (test/support/negative.ts). Production has no such hook:
 * it never loads this file.
 */
import { registerHooks } from 'node:module';

const SWITCHABLE = `
const watcher = () => globalThis[Symbol.for('trefoil.test.checks')];
export function holds(id, ok) { return watcher()?.(id, ok) ?? ok; }
export function present(id, value) { return holds(id, value !== undefined); }
`;

registerHooks({
  load: (url, context, nextLoad) =>
    url.endsWith('/core/checks.ts')
      ? { format: 'module', source: SWITCHABLE, shortCircuit: true }
      : nextLoad(url, context),
});
