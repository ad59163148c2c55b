/**
 * Runs a signer or coordinator as a child of the command: the right flags of node, signals passed
 * on, its exit code returned.
 * @module
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
const SIGNAL_EXIT_BASE = 128;

/** Something in the environment or the command line could reach into a signer. */
class UnsafeRuntime extends Error {
  override readonly name = 'UnsafeRuntime';
}

/**
 * Throws where NODE_OPTIONS is set: it can load code into the process or open its inspector, and it
 * would do so before the process could object.
 */
export function refuseNodeOptions(env: NodeJS.ProcessEnv): void {
  const value = env['NODE_OPTIONS'];
  if (value !== undefined && value !== '') {
    throw new UnsafeRuntime('NODE_OPTIONS is set: a signer does not start under it; unset it');
  }
}

export type RoleCommand = {
  readonly nodeFlags: readonly string[];
  readonly script: string;
  readonly args: readonly string[];
};

/** Resolves to the exit code; 128 + n when signal n ended the process. */
export function runRole({ nodeFlags, script, args }: RoleCommand): Promise<number> {
  const child = spawn(process.execPath, [...nodeFlags, script, ...args], { stdio: 'inherit' });
  const forwards = SIGNALS.map((signal) => {
    const forward = (): void => {
      // Ctrl-C in a terminal reaches the child by itself.
      const fromTerminal = process.stdin.isTTY && (signal === 'SIGINT' || signal === 'SIGQUIT');
      if (!fromTerminal) child.kill(signal);
    };
    process.on(signal, forward);
    return { signal, forward };
  });
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve(signal === null ? (code ?? 1) : SIGNAL_EXIT_BASE + constants.signals[signal]);
    });
  }).finally(() => {
    for (const { signal, forward } of forwards) process.off(signal, forward);
  });
}
