/**
 * Group commit: all operations of one turn of the event loop share one transaction, because one
 * sync to disk costs the same for one row as for a hundred. A promise settles only after the
 * shared COMMIT is on disk (C-49).
 * @module
 */
import type { DatabaseSync } from 'node:sqlite';
import { holds, InvalidInput } from '../../core/index.ts';
import { rollBack, translateError } from './database.ts';
import { StoreError, StoreUnavailable } from './errors.ts';

export type GroupCommit = {
  /**
   * Runs `operation` in the turn's shared transaction. An operation decides before it writes: a
   * {@link StoreError} or InvalidInput that it throws is its own refusal and leaves the others
   * alone; anything else fails the whole transaction.
   */
  readonly run: <T>(operation: () => T) => Promise<T>;
  /** Commits what is queued now; later operations are refused. */
  readonly close: () => void;
};

type Queued = {
  /** Runs inside the transaction; keeps its outcome. */
  readonly execute: () => void;
  readonly settle: () => void;
  readonly reject: (error: unknown) => void;
};

export function createGroupCommit(database: DatabaseSync): GroupCommit {
  let queue: Queued[] = [];
  let closed = false;

  const flush = (): void => {
    const batch = queue;
    queue = [];
    if (batch.length === 0) return;
    const failure = commitBatch(database, batch);
    if (!holds('C-49', failure === undefined)) {
      for (const { reject } of batch) reject(failure);
      return;
    }
    for (const { settle } of batch) settle();
  };

  return {
    run: (operation) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new StoreUnavailable('the ledger is closed'));
          return;
        }
        if (queue.length === 0) setImmediate(flush);
        queue.push(createQueued(operation, resolve, reject));
      }),

    close: () => {
      closed = true;
      flush();
    },
  };
}

function createQueued<T>(
  operation: () => T,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): Queued {
  let settle = (): void => {
    reject(new StoreUnavailable('the operation was not run'));
  };
  const execute = (): void => {
    try {
      const value = operation();
      settle = () => {
        resolve(value);
      };
    } catch (error) {
      if (!(error instanceof StoreError || error instanceof InvalidInput)) throw error;
      settle = () => {
        reject(error);
      };
    }
  };
  return {
    execute,
    settle: () => {
      settle();
    },
    reject,
  };
}

/** The error that kept the batch from being committed, if any; nothing is written then. */
function commitBatch(database: DatabaseSync, batch: readonly Queued[]): unknown {
  try {
    database.exec('BEGIN IMMEDIATE');
    for (const { execute } of batch) execute();
    database.exec('COMMIT');
    return undefined;
  } catch (error) {
    return notCommitted(database, error);
  }
}

function notCommitted(database: DatabaseSync, error: unknown): unknown {
  try {
    rollBack(database);
  } catch (rollbackError) {
    return new StoreUnavailable('the ledger could not be written or rolled back', {
      cause: new AggregateError([error, rollbackError]),
    });
  }
  return translateError('the ledger', error) ?? new StoreUnavailable('the ledger failed');
}
