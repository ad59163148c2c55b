/**
 * What the `trefoil` command prints: one JSON object with `--json`, lines for people otherwise;
 * progress that redraws on a terminal only.
 * @module
 */
import { Listr } from 'listr2';

export type OutputStreams = {
  readonly stdout: { readonly write: (text: string) => unknown; readonly isTTY?: boolean };
};

export type Output = {
  readonly json: boolean;
  /** A line for people; nothing with `--json`. */
  readonly line: (text: string) => void;
  /** What the command found or did: `value` with `--json`, the lines otherwise. */
  readonly result: (value: object, lines: readonly string[]) => void;
  /** Runs one phase of a longer command and shows that it runs and how long it took. */
  readonly phase: <T>(title: string, run: () => Promise<T>) => Promise<T>;
};

/** Milliseconds as people read them: `840 ms`, `3.2 s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

async function timed<T>(run: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  const value = await run();
  return { value, ms: performance.now() - start };
}

async function phaseOnTerminal<T>(title: string, run: () => Promise<T>): Promise<T> {
  const tasks = new Listr<{ result?: { value: T } }>(
    [
      {
        title,
        task: async (context, task) => {
          const { value, ms } = await timed(run);
          task.title = `${title} (${duration(ms)})`;
          context.result = { value };
        },
      },
    ],
    // Ctrl-C belongs to the command, which stops what it started before it ends.
    // A failure is told once, on standard error.
    { registerSignalListeners: false, rendererOptions: { showErrorMessage: false } },
  );
  const { result } = await tasks.run({});
  if (result === undefined) throw new Error(`${title}: did not run`);
  return result.value;
}

export function createOutput({ json }: { json: boolean }, { stdout }: OutputStreams): Output {
  const line = (text: string): void => {
    if (!json) stdout.write(`${text}\n`);
  };
  const phase = async <T>(title: string, run: () => Promise<T>): Promise<T> => {
    if (json) return run();
    if (stdout.isTTY === true) return phaseOnTerminal(title, run);
    const { value, ms } = await timed(run);
    line(`${title}: done in ${duration(ms)}`);
    return value;
  };
  const result = (value: object, lines: readonly string[]): void => {
    if (json) stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    else for (const text of lines) line(text);
  };
  return { json, line, result, phase };
}
