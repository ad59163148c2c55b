/**
 * How tests run real processes: tap puts its own NODE_OPTIONS into every child, even with an
 * environment of its own, and no signer starts under NODE_OPTIONS.
 */
import { type Runtime, childEnvironment } from '../../cli/local/environment.ts';

/** `env -u NODE_OPTIONS node`, which becomes node under the same process id. */
const NODE_WITHOUT_OPTIONS = ['env', '-u', 'NODE_OPTIONS', process.execPath] as const;

/** The runtime of a local cluster under test; `extra` adds to the environment. */
export const testRuntime = (extra: NodeJS.ProcessEnv = {}): Runtime => ({
  node: NODE_WITHOUT_OPTIONS,
  env: childEnvironment({ ...process.env, ...extra }),
});
