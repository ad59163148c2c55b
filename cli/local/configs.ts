/**
 * The configuration files of a local cluster, written anew at every start from its state: ports and
 * sealers may have changed, and nobody edits them (a person copies one as an example).
 * @module
 */
import { relative } from 'node:path';
import { stringify } from 'yaml';
import { signerIndices } from './credentials.ts';
import { type IdentityPaths, type LocalLayout, writePrivateFile } from './layout.ts';
import type { LocalState } from './state.ts';

const HOST = '127.0.0.1';
const HEADER = '# Written by `trefoil local` at every start; changes are lost.\n';

export const COORDINATOR_NAME = 'local';
/** The client that the local cluster's own demonstration uses. */
export const DEMO_CLIENT = 'demo';

export type Listen = { readonly grpc: string; readonly http: string };

export const listenOn = (ports: { grpc: number; http: number }): Listen => ({
  grpc: `${HOST}:${ports.grpc}`,
  http: `${HOST}:${ports.http}`,
});

/** Paths in a configuration file are relative to its folder, so that the cluster can be moved. */
function relativeIdentity(paths: IdentityPaths): {
  tls: { cert: string; key: string; ca: string };
  operatorKeys: string[];
} {
  const at = (path: string): string => relative(paths.dir, path);
  return {
    tls: { cert: at(paths.cert), key: at(paths.key), ca: at(paths.ca) },
    operatorKeys: [at(paths.operatorKey)],
  };
}

const portsOf = (state: LocalState, index: number): { grpc: number; http: number } => {
  const ports = state.ports.signers[index - 1];
  if (ports === undefined) throw new Error(`no ports for signer ${index}`);
  return ports;
};

export const signerListen = (state: LocalState, index: number): Listen =>
  listenOn(portsOf(state, index));

function sealerOf(layout: LocalLayout, state: LocalState, index: number): object {
  const { sealer } = state;
  if (sealer.provider === 'file') {
    const { dir, passphrase } = layout.signer(index);
    return { provider: 'file', passphraseFile: relative(dir, passphrase) };
  }
  const keyId = sealer.keyIds[index - 1];
  if (keyId === undefined) throw new Error(`no KMS key for signer ${index}`);
  return { provider: 'aws-kms', keyId };
}

/** The content of signer.yaml. */
function signerConfig(layout: LocalLayout, state: LocalState, index: number): object {
  const paths = layout.signer(index);
  const at = (path: string): string => relative(paths.dir, path);
  return {
    cluster: state.cluster,
    index,
    dataDir: at(paths.dataDir),
    listen: signerListen(state, index),
    roster: at(paths.roster),
    ...relativeIdentity(paths),
    clients: [
      {
        id: DEMO_CLIENT,
        stampKeys: [at(paths.clientKey(DEMO_CLIENT))],
        grants: [
          { action: 'create' },
          { action: 'sign', wallets: ['*'], purposes: ['evm', 'raw'] },
        ],
      },
    ],
    sealer: sealerOf(layout, state, index),
    // There is no operator to ask on a developer's machine.
    cureBurnsAutomatically: true,
    log: { level: 'info' },
  };
}

/** The content of coordinator.yaml. */
function coordinatorConfig(layout: LocalLayout, state: LocalState): object {
  const paths = layout.coordinator;
  return {
    cluster: state.cluster,
    name: COORDINATOR_NAME,
    listen: listenOn(state.ports.coordinator),
    roster: relative(paths.dir, paths.roster),
    ...relativeIdentity(paths),
    database: { path: relative(paths.dir, paths.database) },
    authorization: { 'client/*': ['WalletService', 'AdminService/GetCluster', 'ServerReflection'] },
    log: { level: 'info' },
  };
}

/** The content of client.yaml of one client. */
function clientConfig(layout: LocalLayout, state: LocalState, id: string): object {
  const paths = layout.client(id);
  return {
    endpoint: listenOn(state.ports.coordinator).grpc,
    cluster: state.cluster,
    coordinator: COORDINATOR_NAME,
    ...relativeIdentity(paths),
    stampKey: relative(paths.dir, paths.stampKey),
  };
}

const write = (path: string, content: object): void => {
  writePrivateFile(path, HEADER + stringify(content));
};

/** Writes signer.yaml of every signer, coordinator.yaml and client.yaml. */
export function writeConfigs(layout: LocalLayout, state: LocalState): void {
  for (const index of signerIndices(state.signerCount)) {
    write(layout.signer(index).config, signerConfig(layout, state, index));
  }
  write(layout.coordinator.config, coordinatorConfig(layout, state));
  write(layout.client(DEMO_CLIENT).config, clientConfig(layout, state, DEMO_CLIENT));
}
