/**
 * Starts the signers and the coordinator of a local cluster.
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { coordinatorNodeFlags, scriptOf, signerNodeFlags } from '../node-flags.ts';
import { makePrivateDirectory, type LocalLayout } from './layout.ts';
import type { Runtime } from './environment.ts';
import { type Listen, listenOn, signerListen } from './configs.ts';
import { type LocalProcess, startProcess } from './processes.ts';
import type { LocalState } from './state.ts';

export type Member = {
  readonly listen: Listen;
  readonly process: LocalProcess;
};

/** The SDK's own files, where the credentials of a profile are. */
export function awsFiles(env: NodeJS.ProcessEnv): string[] {
  const home = env['HOME'];
  return [
    env['AWS_CONFIG_FILE'],
    env['AWS_SHARED_CREDENTIALS_FILE'],
    env['AWS_WEB_IDENTITY_TOKEN_FILE'],
    env['AWS_CA_BUNDLE'],
    home === undefined ? undefined : join(home, '.aws'),
  ].filter((path): path is string => path !== undefined && path !== '' && existsSync(path));
}

/** Flags of node for signer `index`: it reads its own folder and writes its own data only. */
export function signerFlags(layout: LocalLayout, index: number, { env }: Runtime): string[] {
  const { dir, dataDir } = layout.signer(index);
  makePrivateDirectory(dataDir);
  return signerNodeFlags({ readable: [dir, ...awsFiles(env)], dataDir }, process.versions.node);
}

export function startSigner(
  layout: LocalLayout,
  state: LocalState,
  index: number,
  runtime: Runtime,
): Member {
  const { config, log } = layout.signer(index);
  const started = startProcess({
    name: `signer ${index}`,
    nodeFlags: signerFlags(layout, index, runtime),
    script: scriptOf('signer'),
    args: ['run', '--config', config],
    runtime,
    logFile: log,
  });
  return { listen: signerListen(state, index), process: started };
}

export function startCoordinator(layout: LocalLayout, state: LocalState, runtime: Runtime): Member {
  const { config, log } = layout.coordinator;
  const started = startProcess({
    name: 'coordinator',
    nodeFlags: coordinatorNodeFlags(),
    script: scriptOf('coordinator'),
    args: ['--config', config],
    runtime,
    logFile: log,
  });
  return { listen: listenOn(state.ports.coordinator), process: started };
}
