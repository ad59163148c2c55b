/**
 * The processes of a local cluster: started with a log file each, watched, stopped with SIGTERM and
 * then SIGKILL. None is restarted by itself: a test or a person who kills one wants to see that.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makePrivateDirectory } from './layout.ts';
import type { Runtime } from './environment.ts';

const STOP_GRACE_MS = 8_000;
const LOG_MODE = 0o600;
const LOG_TAIL_LINES = 12;
const POLL_MS = 40;
const PROBE_TIMEOUT_MS = 2_000;

const PARENT_WATCH = fileURLToPath(new URL('./parent-watch.ts', import.meta.url));

export type ProcessOptions = {
  /** How messages call it: `signer 1`, `coordinator`, `anvil`. */
  readonly name: string;
  /** Flags of node itself, before the script. */
  readonly nodeFlags: readonly string[];
  readonly script: string;
  readonly args: readonly string[];
  readonly runtime: Runtime;
  readonly logFile: string;
};

/** How a process ended. */
export type ProcessEnd = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type LocalProcess = {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  readonly ended: Promise<ProcessEnd>;
  readonly hasEnded: () => boolean;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** SIGTERM, and SIGKILL when that was not enough in time. Resolves when the process is gone. */
  readonly stop: () => Promise<void>;
};

/** A process of the cluster ended, or was not ready in time. */
export class ProcessFailed extends Error {
  readonly process: string;
  readonly logFile: string;

  constructor(process: { name: string; logFile: string }, what: string) {
    super(`${process.name} ${what}\n${logTail(process.logFile)}(log: ${process.logFile})`);
    this.name = 'ProcessFailed';
    this.process = process.name;
    this.logFile = process.logFile;
  }
}

function logTail(path: string): string {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES);
  return lines.map((line) => `  ${line}\n`).join('');
}

function describeEnd({ code, signal }: ProcessEnd): string {
  return signal === null ? `ended with exit code ${code ?? 'unknown'}` : `was ended by ${signal}`;
}

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve({ code, signal });
    });
    child.once('error', () => {
      resolve({ code: null, signal: null });
    });
  });
}

export function startProcess(
  options: ProcessOptions,
  { stopGraceMs = STOP_GRACE_MS }: { stopGraceMs?: number } = {},
): LocalProcess {
  const { name, nodeFlags, script, args, runtime, logFile } = options;
  const [command, ...prefix] = runtime.node;
  makePrivateDirectory(dirname(logFile));
  const log = openSync(logFile, 'a', LOG_MODE);
  const child = spawn(
    command,
    [...prefix, ...nodeFlags, `--import=${PARENT_WATCH}`, script, ...args],
    // A group of its own: Ctrl-C reaches the cluster's process only, which then stops the rest in
    // order. Standard input is the pipe that parent-watch.ts listens on.
    { stdio: ['pipe', log, log], env: runtime.env, detached: true },
  );
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot start ${name}: ${command} did not run`);

  let gone = false;
  const ended = endOf(child).then((end) => {
    gone = true;
    return end;
  });
  // A pipe whose reader died reports it here; `ended` tells the same.
  child.stdin?.on('error', () => undefined);

  const signal = (which: NodeJS.Signals): void => {
    if (!gone) child.kill(which);
  };
  const stop = async (): Promise<void> => {
    signal('SIGTERM');
    // A stopped process handles no signal until it continues.
    signal('SIGCONT');
    const timer = setTimeout(() => {
      signal('SIGKILL');
    }, stopGraceMs);
    await ended;
    clearTimeout(timer);
  };
  return { name, pid, logFile, ended, hasEnded: () => gone, signal, stop };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function answersReady(httpAddress: string): Promise<boolean> {
  try {
    const response = await fetch(`http://${httpAddress}/readyz`, {
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

export type ReadyOptions = {
  /** Polled until it is true; a rejection is not expected and fails the wait. */
  readonly isReady: () => Promise<boolean>;
  readonly timeoutMs: number;
};

/** Resolves when the process is ready; throws ProcessFailed when it ends first or takes too long. */
export async function waitReady(
  target: LocalProcess,
  { isReady, timeoutMs }: ReadyOptions,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let end: ProcessEnd | undefined;
  void target.ended.then((value) => {
    end = value;
  });
  while (performance.now() < deadline) {
    if (await isReady()) return;
    await Promise.race([target.ended, pause(POLL_MS)]);
    if (end !== undefined) throw new ProcessFailed(target, describeEnd(end));
  }
  throw new ProcessFailed(target, `was not ready within ${timeoutMs} ms`);
}

/** Waits for `/readyz` of a signer or coordinator. */
export const waitProbe = (
  target: LocalProcess,
  httpAddress: string,
  timeoutMs: number,
): Promise<void> => waitReady(target, { isReady: () => answersReady(httpAddress), timeoutMs });
