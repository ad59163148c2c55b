/**
 * `trefoil coordinator run`.
 * @module
 */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { coordinatorNodeFlags, scriptOf } from '../node-flags.ts';
import type { Session } from '../context.ts';
import { runRole } from '../run-role.ts';
import { listenArguments } from './signer.ts';

type CoordinatorOptions = {
  readonly config: string;
  readonly listenGrpc?: string;
  readonly listenHttp?: string;
};

export function addCoordinatorCommand(program: Command, { exitWith }: Session): void {
  const coordinator = program.command('coordinator').description('one coordinator process');

  coordinator
    .command('run')
    .description('run a coordinator until it is stopped')
    .requiredOption('--config <file>', 'coordinator.yaml')
    .option('--listen-grpc <host:port>', 'where clients reach it')
    .option('--listen-http <host:port>', 'where probes and metrics are')
    .action(async (options: CoordinatorOptions) => {
      exitWith(
        await runRole({
          nodeFlags: coordinatorNodeFlags(),
          script: scriptOf('coordinator'),
          args: ['--config', resolve(options.config), ...listenArguments(options)],
        }),
      );
    });
}
