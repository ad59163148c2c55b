/**
 * Opens the client of a command, from client.yaml or from a running local cluster.
 * @module
 */
import { readFileSync } from 'node:fs';
import {
  type Client,
  type ClientConfig,
  connect,
  configOfCluster,
  connectOptions,
  parseConfig,
  standardModules,
} from '../client/index.ts';
import { NothingRunning, WrongUsage } from './failure.ts';
import { layoutOf, readIfPresent } from './local/layout.ts';

export const DEFAULT_DIR = '.trefoil/local';
const DEFAULT_CLIENT = 'demo';

export type ClientChoice = {
  /** client.yaml; excludes the other two. */
  readonly config?: string;
  /** Folder of a local cluster. */
  readonly dir?: string;
  /** The client of that cluster. */
  readonly client?: string;
};

const open = (config: ClientConfig): Client => connect(connectOptions(config), standardModules());

/** The configuration that the options name. */
function chooseConfig(
  { config, dir = DEFAULT_DIR, client = DEFAULT_CLIENT }: ClientChoice,
  env: NodeJS.ProcessEnv,
): ClientConfig {
  if (config !== undefined) {
    const text = readIfPresent(config);
    if (text === undefined) throw new WrongUsage(`there is no ${config}`);
    return parseConfig({ yaml: text, path: config, env });
  }
  const { clusterFile } = layoutOf(dir);
  const text = readIfPresent(clusterFile);
  if (text === undefined) {
    throw new NothingRunning(
      `no local cluster runs in ${dir}: start one with \`trefoil local\`, or name a client.yaml ` +
        'with --config',
    );
  }
  return configOfCluster({ text, path: clusterFile }, client);
}

export const openChosenClient = (choice: ClientChoice, env: NodeJS.ProcessEnv): Client =>
  open(chooseConfig(choice, env));

/** A client from a client.yaml that this program wrote itself. */
export const openClientFile = (path: string): Client =>
  open(parseConfig({ yaml: readFileSync(path, 'utf8'), path, env: {} }));
