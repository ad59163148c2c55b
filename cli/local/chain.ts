/**
 * The embedded EVM chain of a local cluster: anvil, from the optional package or from PATH.
 * @module
 */
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Runtime } from './environment.ts';
import { type LocalProcess, startProcess, waitReady } from './processes.ts';
import { makePrivateDirectory } from './layout.ts';

const KEEP = fileURLToPath(new URL('./keep.ts', import.meta.url));
const READY_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 2_000;
const PACKAGES = ['@foundry-rs/anvil-linux-amd64', '@foundry-rs/anvil-linux-arm64'];

/** anvil's own default; a chain id that no public network has. */
export const LOCAL_CHAIN_ID = 31_337;

/** What a person is told where there is no chain. */
export const WITHOUT_ANVIL =
  'anvil was not found (optional package @foundry-rs/anvil-linux-amd64, or on PATH): no chain here';

export type ChainOptions = {
  readonly anvil: string;
  readonly port: number;
  readonly dir: string;
  readonly stateFile: string;
  readonly logFile: string;
  readonly runtime: Runtime;
};

export type LocalChain = {
  readonly rpc: string;
  readonly chainId: number;
  readonly process: LocalProcess;
};

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function fromPackage(name: string): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return join(dirname(manifest), 'bin', 'anvil');
  } catch {
    return undefined;
  }
}

/** The path of an anvil that can run here, or undefined. `path` is the PATH to search. */
export function findAnvil(
  path: string,
  packages: readonly string[] = PACKAGES,
): string | undefined {
  const candidates = [
    ...packages.map(fromPackage),
    ...path.split(delimiter).map((dir) => (dir === '' ? undefined : join(dir, 'anvil'))),
  ];
  return candidates.find((candidate) => candidate !== undefined && isExecutable(candidate));
}

async function answers(rpc: string): Promise<boolean> {
  try {
    const response = await fetch(rpc, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * Starts anvil on 127.0.0.1, one block a transaction, with the state of the last run. `onStart` gets
 * the process before it is ready, so that it is stopped also when it never is.
 */
export async function startChain(
  options: ChainOptions,
  onStart: (process: LocalProcess) => void = () => undefined,
): Promise<LocalChain> {
  const { anvil, port, dir, stateFile, logFile, runtime } = options;
  makePrivateDirectory(dir);
  const rpc = `http://127.0.0.1:${port}`;
  const process = startProcess({
    name: 'anvil',
    nodeFlags: [],
    script: KEEP,
    args: [
      anvil,
      ...['--host', '127.0.0.1', '--port', String(port)],
      ...['--chain-id', String(LOCAL_CHAIN_ID)],
      ...['--state', stateFile],
      '--silent',
    ],
    runtime,
    logFile,
  });
  onStart(process);
  await waitReady(process, { isReady: () => answers(rpc), timeoutMs: READY_TIMEOUT_MS });
  return { rpc, chainId: LOCAL_CHAIN_ID, process };
}
