/**
 * How a signer may be started (security.md §1.6): nothing that opens a debugger, writes the heap to
 * disk or logs TLS keys.
 * @module
 */

/** Node takes `_` for `-` in the names of its flags. */
const FORBIDDEN_FLAGS =
  /^--(inspect|heapsnapshot|heap-prof|cpu-prof|report|tls-keylog|trace-tls|diagnostic-dir|build-snapshot|snapshot-blob|abort-on-uncaught-exception|debug)/;

/** Code before ours, logs of what is sent, or TLS without verification. */
const FORBIDDEN_VARIABLES = [
  'NODE_OPTIONS',
  'NODE_V8_COVERAGE',
  'NODE_DEBUG',
  'NODE_DEBUG_NATIVE',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'SSLKEYLOGFILE',
  'GRPC_TRACE',
];

/** The process was started in a way that could give its secrets away. */
export class UnsafeStart extends Error {
  override readonly name = 'UnsafeStart';
}

/** Throws {@link UnsafeStart} naming the first flag or variable that is not allowed. */
export function refuseUnsafeStart(
  execArgv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): void {
  const flag = execArgv.find((each) => FORBIDDEN_FLAGS.test(each.replaceAll('_', '-')));
  if (flag !== undefined) throw new UnsafeStart(`a signer does not run with ${flag.split('=')[0]}`);
  for (const name of FORBIDDEN_VARIABLES) {
    if (env[name]) throw new UnsafeStart(`a signer does not run with ${name} set`);
  }
}
