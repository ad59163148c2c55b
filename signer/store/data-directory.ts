/**
 * The data directory belongs to one process (spec §10.4: two live processes on one identity are a
 * clone). The lock is a held exclusive transaction on lock.db: the operating system releases it
 * when the process ends, however it ends.
 * @module
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createPrivateFile, translated, translateError } from './database.ts';
import { DataDirectoryLocked } from './errors.ts';

export type DirectoryLock = { readonly release: () => void };

const SQLITE_BUSY = 5;

/**
 * Creates `dataDir` (mode 0700) where missing and locks it. Throws {@link DataDirectoryLocked} at
 * once when it is taken. File locks do not reach over network file systems: use a local disk.
 */
export function lockDataDirectory(dataDir: string): DirectoryLock {
  return translated(dataDir, () => {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const path = join(dataDir, 'lock.db');
    createPrivateFile(path);
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      if (isBusy(error)) throw new DataDirectoryLocked(dataDir, { cause: error });
      throw translateError(path, error);
    }
    return {
      release: () => {
        if (database.isOpen) database.close();
      },
    };
  });
}

function isBusy(error: unknown): boolean {
  return (
    error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY
  );
}
