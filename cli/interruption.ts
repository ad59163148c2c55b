/**
 * Ctrl-C and its relatives, for a command that has something to stop first.
 * @module
 */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const IMPATIENT_EXIT_CODE = 130;

/** The command was interrupted before it was done. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor() {
    super('interrupted');
  }
}

export type Interruption = {
  /** Aborts, with {@link Interrupted}, on the first signal. */
  readonly signal: AbortSignal;
  readonly dispose: () => void;
};

/**
 * Takes the signals over. The second one ends the process at once; processes of a local cluster
 * notice that by themselves.
 */
export function watchInterruption(): Interruption {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(IMPATIENT_EXIT_CODE);
    controller.abort(new Interrupted());
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}

/** What `work` comes to, unless the signal aborts first; `work` is then left to itself. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = untilAborted(signal).then((): never => {
    throw signal.reason;
  });
  // Whichever comes second is nobody's business.
  aborted.catch(() => undefined);
  work.catch(() => undefined);
  return Promise.race([work, aborted]);
}

/** Resolves when the signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}
