/**
 * The environment that the processes of a local cluster get.
 * @module
 */

/**
 * What may pass from the caller's environment. NODE_OPTIONS stays behind (it can load code into a
 * signer or open its inspector), and so does TREFOIL_*, which would set one value for all three
 * signers.
 */
const PASSED = new Set([
  'HOME',
  'LANG',
  'NODE_ENV',
  'NODE_EXTRA_CA_CERTS',
  'PATH',
  'SSL_CERT_DIR',
  'SSL_CERT_FILE',
  'TMPDIR',
  'TZ',
]);
/** The settings of the AWS SDK: endpoint, region, credentials. */
const PASSED_PREFIX = 'AWS_';

export type Environment = Readonly<Record<string, string>>;

/** How a process of the cluster is run. */
export type Runtime = {
  /** The program that runs node, and its arguments before those of node. */
  readonly node: readonly [command: string, ...args: string[]];
  readonly env: Environment;
};

export function childEnvironment(source: NodeJS.ProcessEnv): Environment {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(source)) {
    if (value === undefined) continue;
    if (PASSED.has(name) || name.startsWith(PASSED_PREFIX)) kept[name] = value;
  }
  return kept;
}
