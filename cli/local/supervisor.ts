/**
 * Keeps track of the processes of a local cluster: records their ids, tells of those that end by
 * themselves, stops all of them together.
 * @module
 */
import { rmSync } from 'node:fs';
import { recordProcesses } from './leftovers.ts';
import type { LocalProcess } from './processes.ts';

export type EndListener = (process: LocalProcess) => void;

export type Supervisor = {
  /** Takes charge of a process that was just started. */
  readonly add: (process: LocalProcess) => void;
  readonly onUnexpectedEnd: (listener: EndListener) => void;
  readonly stopAll: () => Promise<void>;
  /** At once, without a chance to end in order. */
  readonly killAll: () => void;
};

export function createSupervisor(recordPath: string): Supervisor {
  const running = new Set<LocalProcess>();
  const listeners = new Set<EndListener>();
  let stopping = false;

  const add = (process: LocalProcess): void => {
    running.add(process);
    recordProcesses(recordPath, [...running]);
    void process.ended.then(() => {
      running.delete(process);
      if (!stopping) for (const listener of listeners) listener(process);
    });
  };
  const stopAll = async (): Promise<void> => {
    stopping = true;
    await Promise.all([...running].map((process) => process.stop()));
    rmSync(recordPath, { force: true });
  };
  return {
    add,
    stopAll,
    killAll: () => {
      stopping = true;
      for (const process of running) process.signal('SIGKILL');
    },
    onUnexpectedEnd: (listener) => {
      listeners.add(listener);
    },
  };
}
