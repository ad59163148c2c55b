/**
 * The options of every command that talks to a coordinator.
 * @module
 */
import type { Command } from 'commander';
import type { Client } from '../../client/index.ts';
import { wholeNumber } from '../arguments.ts';
import { type ClientChoice, openChosenClient } from '../open-client.ts';

const LONGEST_TIMEOUT_MS = 600_000;

export type ClientOptions = ClientChoice & { readonly timeoutMs?: number };

export const withClientOptions = (command: Command): Command =>
  command
    .option('--config <file>', 'client.yaml; without it, the local cluster is called')
    .option('--dir <folder>', 'folder of the local cluster (default: .trefoil/local)')
    .option('--client <id>', 'client of the local cluster (default: demo)')
    .option('--timeout-ms <ms>', 'how long a call may take', wholeNumber(1, LONGEST_TIMEOUT_MS));

/** Runs `use` with the client that the options name, and closes it. */
export async function withClient<T>(
  options: ClientOptions,
  env: NodeJS.ProcessEnv,
  use: (client: Client, time: { timeoutMs?: number }) => Promise<T>,
): Promise<T> {
  const client = openChosenClient(options, env);
  const { timeoutMs } = options;
  try {
    return await use(client, timeoutMs === undefined ? {} : { timeoutMs });
  } finally {
    client.close();
  }
}
