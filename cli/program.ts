/**
 * The `trefoil` command: nouns, verbs, options.
 * @module
 */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';
import { addCoordinatorCommand } from './commands/coordinator.ts';
import { addLocalCommand } from './commands/local.ts';
import { addRequestCommand } from './commands/request.ts';
import { addSignCommand } from './commands/sign.ts';
import { addSignerCommand } from './commands/signer.ts';
import { addWalletCommand } from './commands/wallet.ts';
import type { Context, Session } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { failureOf, renderFailure } from './failure.ts';
import { createOutput } from './output.ts';

const manifestSchema = z.object({ version: z.string() });

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return manifestSchema.parse(JSON.parse(manifest)).version;
}

function createProgram(context: Context, exitWith: (code: number) => void): Command {
  const program = new Command('trefoil')
    .description('Threshold wallets: signers that hold shares, a coordinator, a local cluster.')
    .version(version(), '--version', 'print the version')
    .option('--json', 'print one JSON object instead of text')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.streams.stdout.write(text),
      writeErr: (text) => context.streams.stderr.write(text),
    })
    .helpCommand(false)
    .showHelpAfterError('(--help shows what there is)');
  const session: Session = {
    context,
    output: () => createOutput({ json: isJson(program) }, context.streams),
    exitWith,
  };
  addLocalCommand(program, session);
  addWalletCommand(program, session);
  addSignCommand(program, session);
  addRequestCommand(program, session);
  addSignerCommand(program, session);
  addCoordinatorCommand(program, session);
  return program;
}

const isJson = (program: Command): boolean => program.opts<{ json?: true }>().json === true;

/** Runs the command; resolves to its exit code. `args` are those after the program's name. */
export async function runCommand(args: readonly string[], context: Context): Promise<number> {
  let code: number = EXIT.done;
  const program = createProgram(context, (other) => {
    code = other;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    const failure = failureOf(error);
    context.streams.stderr.write(renderFailure(failure, isJson(program)));
    return failure.exitCode;
  }
}
