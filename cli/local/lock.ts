/**
 * One cluster a folder: an exclusive SQLite transaction held for the life of the process. The
 * operating system ends it with the process, so that no stale lock survives a crash.
 * @module
 */
import { DatabaseSync } from 'node:sqlite';
import { dirname } from 'node:path';
import { chmodSync } from 'node:fs';
import { makePrivateDirectory } from './layout.ts';

/** The folder is in use by another cluster. */
export class FolderInUse extends Error {
  readonly folder: string;

  constructor(folder: string) {
    super(`another local cluster runs in ${folder}; stop it, or choose another folder with --dir`);
    this.name = 'FolderInUse';
    this.folder = folder;
  }
}

export type FolderLock = { readonly release: () => void };

const SQLITE_BUSY = 5;

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;

/** Takes the lock of the cluster folder that holds `lockPath`, or throws FolderInUse. */
export function lockFolder(lockPath: string): FolderLock {
  makePrivateDirectory(dirname(lockPath));
  const database = new DatabaseSync(lockPath);
  try {
    chmodSync(lockPath, 0o600);
    database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isBusy(error)) throw new FolderInUse(dirname(lockPath));
    throw error;
  }
  let held = true;
  return {
    release: () => {
      if (held) database.close();
      held = false;
    },
  };
}
