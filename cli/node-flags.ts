/**
 * The flags of node under which signers and coordinators run.
 * @module
 */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** From here on the permission model covers the network too. */
const NETWORK_PERMISSION_MAJOR = 25;
const ROOT = new URL('../', import.meta.url);

/** Where the program's own files are. */
const programRoot = (): string => fileURLToPath(ROOT);

export const scriptOf = (role: 'signer' | 'coordinator'): string =>
  fileURLToPath(new URL(`${role}/main.ts`, ROOT));

export type SignerFiles = {
  /** Files and directories that the signer reads: configuration, keys, roster. */
  readonly readable: readonly string[];
  readonly dataDir: string;
};

/** The path itself and where it leads: the permission model compares real paths. */
function withRealPath(path: string): string[] {
  try {
    const real = realpathSync(path);
    return real === path ? [path] : [path, real];
  } catch {
    return [path];
  }
}

/**
 * A signer's flags: files by allow-list, no child processes, workers, addons or inspector; no
 * inspector on SIGUSR1; TLS 1.3 only. The list is a seat belt, not a sandbox: node:sqlite is not
 * covered by it.
 */
export function signerNodeFlags({ readable, dataDir }: SignerFiles, nodeVersion: string): string[] {
  const major = Number.parseInt(nodeVersion, 10);
  // Named apart from the root that holds it: it may be a link to somewhere else.
  const packages = join(programRoot(), 'node_modules');
  const reads = [programRoot(), packages, dataDir, ...readable].flatMap(withRealPath);
  return [
    '--permission',
    ...[...new Set(reads)].map((path) => `--allow-fs-read=${path}`),
    ...withRealPath(dataDir).map((path) => `--allow-fs-write=${path}`),
    ...(major >= NETWORK_PERMISSION_MAJOR ? ['--allow-net'] : []),
    '--disable-sigusr1',
    '--tls-min-v1.3',
  ];
}

export const coordinatorNodeFlags = (): string[] => ['--disable-sigusr1', '--tls-min-v1.3'];
