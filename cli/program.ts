/**
 * The `trefoil` command: nouns, verbs, options.
 * @module
 */
import { Command } from 'commander';
import { addCoordinatorCommand } from './commands/coordinator.ts';
import { addLocalCommand } from './commands/local.ts';
import { addRequestCommand } from './commands/request.ts';
import { addSignCommand } from './commands/sign.ts';
import { addSignerCommand } from './commands/signer.ts';
import { addWalletCommand } from './commands/wallet.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { failureOf, renderFailure } from './failure.ts';
import { type Output, createOutput } from './output.ts';

/** What a command's action gets besides its own arguments. */
export type Session = {
  readonly context: Context;
  /** Made when the options are known. */
  readonly output: () => Output;
  /** The exit code of a command that did not fail but has another one than 0. */
  readonly exitWith: (code: number) => void;
};

function createProgram(context: Context, exitWith: (code: number) => void): Command {
  const program = new Command('trefoil')
    .description('Threshold wallets: signers that hold shares, a coordinator, a local cluster.')
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
  let code: ExitCode | number = EXIT.done;
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
