/**
 * The folder of a local cluster: where every file of it is, and how files are written there.
 *
 * Directories are 0700 and files 0600: the folder holds private keys of every role.
 * @module
 */
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/** Files that every process with a TLS identity has. */
export type IdentityPaths = {
  readonly dir: string;
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  readonly operatorKey: string;
};

export type SignerPaths = IdentityPaths & {
  readonly config: string;
  readonly dataDir: string;
  readonly passphrase: string;
  readonly roster: string;
  readonly log: string;
  /** The public stamp key of a client, as this signer's own operator keeps it. */
  readonly clientKey: (clientId: string) => string;
};

export type CoordinatorPaths = IdentityPaths & {
  readonly config: string;
  readonly database: string;
  readonly roster: string;
  readonly log: string;
};

export type ClientPaths = IdentityPaths & {
  readonly config: string;
  readonly stampKey: string;
  readonly stampPublicKey: string;
};

export type LocalLayout = {
  readonly root: string;
  /** Held by an exclusive SQLite transaction while a cluster runs here. */
  readonly lock: string;
  /** What this folder is: cluster name, number of signers, sealer, ports. */
  readonly state: string;
  /** Process ids of the last start, to wait for what is still ending. */
  readonly processes: string;
  readonly clusterFile: string;
  readonly ca: {
    readonly dir: string;
    readonly cert: string;
    readonly key: string;
    readonly operatorKey: string;
    readonly operatorPublicKey: string;
    readonly roster: string;
  };
  readonly signer: (index: number) => SignerPaths;
  readonly coordinator: CoordinatorPaths;
  readonly client: (id: string) => ClientPaths;
  readonly chain: { readonly dir: string; readonly state: string; readonly log: string };
};

const identityPaths = (dir: string): IdentityPaths => ({
  dir,
  cert: join(dir, 'tls.cert.pem'),
  key: join(dir, 'tls.key.pem'),
  ca: join(dir, 'ca.cert.pem'),
  operatorKey: join(dir, 'operator.pub.pem'),
});

const signerPaths = (dir: string): SignerPaths => ({
  ...identityPaths(dir),
  config: join(dir, 'signer.yaml'),
  dataDir: join(dir, 'data'),
  passphrase: join(dir, 'passphrase'),
  roster: join(dir, 'roster.json'),
  log: join(dir, 'signer.log'),
  clientKey: (clientId) => join(dir, 'clients', `${clientId}.pub.pem`),
});

/** Every path of the local cluster whose folder is `root`. Makes nothing. */
export function layoutOf(root: string): LocalLayout {
  const at = (...parts: string[]): string => join(resolve(root), ...parts);
  return {
    root: at(),
    lock: at('lock'),
    state: at('local.json'),
    processes: at('processes.json'),
    clusterFile: at('cluster.json'),
    ca: {
      dir: at('ca'),
      cert: at('ca', 'ca.cert.pem'),
      key: at('ca', 'ca.key.pem'),
      operatorKey: at('ca', 'operator.key.pem'),
      operatorPublicKey: at('ca', 'operator.pub.pem'),
      roster: at('ca', 'roster.json'),
    },
    signer: (index) => signerPaths(at(`signer-${index}`)),
    coordinator: {
      ...identityPaths(at('coordinator')),
      config: at('coordinator', 'coordinator.yaml'),
      database: at('coordinator', 'data', 'coordinator.db'),
      roster: at('coordinator', 'roster.json'),
      log: at('coordinator', 'coordinator.log'),
    },
    client: (id) => ({
      ...identityPaths(at('clients', id)),
      config: at('clients', id, 'client.yaml'),
      stampKey: at('clients', id, 'stamp.key.pem'),
      stampPublicKey: at('clients', id, 'stamp.pub.pem'),
    }),
    chain: {
      dir: at('chain'),
      state: at('chain', 'state.json'),
      log: at('chain', 'anvil.log'),
    },
  };
}

/** Makes `dir` and its missing parents, readable by their owner only. */
export function makePrivateDirectory(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: DIRECTORY_MODE });
  chmodSync(dir, DIRECTORY_MODE);
}

/**
 * Writes a file that only its owner can read. A reader sees the old content or the whole new one,
 * also when the writer is killed half-way.
 */
export function writePrivateFile(path: string, content: string): void {
  makePrivateDirectory(dirname(path));
  const partial = `${path}.partial`;
  writeFileSync(partial, content, { mode: FILE_MODE });
  // The mode of writeFileSync counts only where it creates the file.
  chmodSync(partial, FILE_MODE);
  renameSync(partial, path);
}

/** The text of `path`, or undefined where there is no such file. */
export function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** `path` as cluster.json gives it: relative to the cluster's folder. */
export const relativeTo = (root: string, path: string): string => relative(root, path);
