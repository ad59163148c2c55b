/**
 * The `trefoil` command as a process of its own, as people run it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { until } from './until.ts';
import { testRuntime } from './runtime.ts';

const ENTRY = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

export type CliProcess = {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The exit code; undefined when a signal ended it. */
  readonly exited: Promise<number | undefined>;
  /** Waits until standard output matches; throws with standard error when the command ends first. */
  readonly waitFor: (pattern: RegExp) => Promise<void>;
};

const START_DEADLINE_MS = 90_000;

/** Starts the command; it is killed with the test if it still runs. */
export function startCli(
  t: Test,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): CliProcess {
  const runtime = testRuntime(env);
  const [command, ...prefix] = runtime.node;
  const child = spawn(command, [...prefix, ENTRY, ...args], {
    env: runtime.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  let hasEnded = false;
  const exited = new Promise<number | undefined>((resolve) => {
    child.once('close', (code) => {
      hasEnded = true;
      resolve(code ?? undefined);
    });
  });
  t.teardown(() => child.kill('SIGKILL'));
  const waitFor = async (pattern: RegExp): Promise<void> => {
    await until(
      `${String(pattern)} in the output of trefoil ${args.join(' ')}`,
      () => {
        const matches = pattern.test(stdout);
        if (!matches && hasEnded) throw new Error(`trefoil ${args.join(' ')} ended:\n${stderr}`);
        return matches;
      },
      START_DEADLINE_MS,
    );
  };
  return { child, stdout: () => stdout, stderr: () => stderr, exited, waitFor };
}

export type CliResult = {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs the command to its end. */
export async function runCli(
  t: Test,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<CliResult> {
  const { exited, stdout, stderr } = startCli(t, args, env);
  const code = await exited;
  return { code, stdout: stdout(), stderr: stderr() };
}
