/**
 * Processes of an earlier start that are still ending: their parent was killed, they noticed, and
 * they still hold ports and data directories for a moment.
 * @module
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readIfPresent, writePrivateFile } from './layout.ts';

const POLL_MS = 50;

const recordedSchema = z.strictObject({
  processes: z.array(z.strictObject({ name: z.string(), pid: z.int().positive() })),
});

export type RecordedProcess = z.infer<typeof recordedSchema>['processes'][number];

export function recordProcesses(path: string, processes: readonly RecordedProcess[]): void {
  const listed = processes.map(({ name, pid }) => ({ name, pid }));
  writePrivateFile(path, `${JSON.stringify({ processes: listed }, null, 2)}\n`);
}

/**
 * True where `pid` runs and is one of this folder's processes. Process ids are used again, so the
 * command line must name the folder; where it cannot be read, the process counts as another one.
 */
function isOurs(pid: number, folder: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
  } catch {
    return false;
  }
}

/** Waits for the recorded processes of `folder` to end; throws naming the first that does not. */
export async function waitForLeftovers(
  path: string,
  folder: string,
  timeoutMs: number,
): Promise<void> {
  const text = readIfPresent(path);
  if (text === undefined) return;
  const { processes } = recordedSchema.parse(JSON.parse(text));
  const deadline = performance.now() + timeoutMs;
  for (const { name, pid } of processes) {
    while (isOurs(pid, folder)) {
      if (performance.now() > deadline) {
        throw new Error(`${name} of an earlier start (process ${pid}) still runs in ${folder}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}
