/**
 * `trefoil signer run` and `trefoil signer init`.
 * @module
 */
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { type SignerConfig, parseConfig } from '../../signer/config.ts';
import { awsFiles } from '../local/members.ts';
import { makePrivateDirectory, readIfPresent } from '../local/layout.ts';
import { scriptOf, signerNodeFlags } from '../node-flags.ts';
import type { Session } from '../context.ts';
import { refuseNodeOptions, runRole } from '../run-role.ts';
import { WrongUsage } from '../failure.ts';

type ListenOptions = { readonly listenGrpc?: string; readonly listenHttp?: string };
type SignerOptions = ListenOptions & { readonly config: string };

/** The flags of `run` that set addresses, as the role's own `main.ts` takes them. */
export const listenArguments = ({ listenGrpc, listenHttp }: ListenOptions): string[] => [
  ...(listenGrpc === undefined ? [] : ['--listen-grpc', listenGrpc]),
  ...(listenHttp === undefined ? [] : ['--listen-http', listenHttp]),
];

/** Node's flags for the signer that a configuration file describes. */
function flagsOfConfig(file: string, env: NodeJS.ProcessEnv): string[] {
  const config = readConfig(file, env);
  makePrivateDirectory(config.dataDir);
  const { sealer } = config;
  const readable = [
    resolve(file),
    ...Object.values(config.tls),
    // Not the file alone: before the first roster it does not exist, and a new one replaces it.
    dirname(config.roster),
    ...(config.previousRoster === undefined ? [] : [config.previousRoster]),
    ...config.operatorKeys,
    ...config.clients.flatMap(({ stampKeys }) => stampKeys),
    ...(sealer.provider === 'file' ? [sealer.passphraseFile] : awsFiles(env)),
  ];
  return signerNodeFlags({ readable, dataDir: config.dataDir }, process.versions.node);
}

function readConfig(path: string, env: NodeJS.ProcessEnv): SignerConfig {
  const yaml = readIfPresent(path);
  if (yaml === undefined) throw new WrongUsage(`there is no ${path}`);
  return parseConfig({ yaml, path, env });
}

export function addSignerCommand(program: Command, { context, exitWith }: Session): void {
  const { env } = context;
  const signer = program.command('signer').description('one signer process');

  signer
    .command('run')
    .description('run a signer until it is stopped')
    .requiredOption('--config <file>', 'signer.yaml')
    .option('--listen-grpc <host:port>', 'where the coordinator reaches it')
    .option('--listen-http <host:port>', 'where probes and metrics are')
    .action(async (options: SignerOptions) => {
      refuseNodeOptions(env);
      exitWith(
        await runRole({
          nodeFlags: flagsOfConfig(options.config, env),
          script: scriptOf('signer'),
          args: ['run', '--config', resolve(options.config), ...listenArguments(options)],
        }),
      );
    });

  signer
    .command('init')
    .description('make the identity of a signer, sealed, and print its public key as JSON')
    .requiredOption('--config <file>', 'signer.yaml')
    .action(async (options: { config: string }) => {
      refuseNodeOptions(env);
      exitWith(
        await runRole({
          nodeFlags: flagsOfConfig(options.config, env),
          script: scriptOf('signer'),
          args: ['init', '--config', resolve(options.config)],
        }),
      );
    });
}
