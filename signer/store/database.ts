/**
 * A SQLite file as the signer uses it: durable at every commit, nothing deleted left behind, opened
 * only when its schema is known.
 * @module
 */
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { SchemaTooNew, StoreCorrupted, StoreError, StoreUnavailable } from './errors.ts';
import { integerColumn, type Row } from './columns.ts';

/**
 * Opens or creates `path` and brings its schema up to date.
 * Throws {@link SchemaTooNew}, {@link StoreCorrupted}, {@link StoreUnavailable}.
 */
export function openDatabase(path: string, migrations: readonly string[]): DatabaseSync {
  return translated(path, () => {
    createPrivateFile(path);
    const database = new DatabaseSync(path, {
      enableDoubleQuotedStringLiterals: false,
      defensive: true,
    });
    try {
      configure(database);
      migrate(database, path, migrations);
      truncateLog(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/**
 * SQLite would create the file readable by all. Nothing is opened when it exists: closing any
 * descriptor of a file drops this process's locks on it.
 */
export function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

function configure(database: DatabaseSync): void {
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA secure_delete = ON;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
  `);
  const mode = database.prepare('PRAGMA journal_mode').get()?.['journal_mode'];
  if (mode !== 'wal')
    throw new StoreUnavailable('the file system does not allow a write-ahead log');
}

function migrate(database: DatabaseSync, path: string, migrations: readonly string[]): void {
  const row: Row = database.prepare('PRAGMA user_version').get() ?? {};
  const found = integerColumn(row, 'user_version');
  if (found > migrations.length) throw new SchemaTooNew(path, found, migrations.length);

  for (const [version, sql] of migrations.entries()) {
    if (version < found) continue;
    inTransaction(database, () => {
      database.exec(sql);
      database.exec(`PRAGMA user_version = ${version + 1}`);
    });
  }
}

/** Moves the write-ahead log into the database and empties it: deleted content is gone then. */
export function truncateLog(database: DatabaseSync): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

/**
 * Runs `body` in one transaction that is on disk when this returns. What `body` throws rolls it
 * back; a failed COMMIT throws {@link StoreUnavailable} and counts as not written.
 */
export function inTransaction<T>(database: DatabaseSync, body: () => T): T {
  return translated('the database', () => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const value = body();
      database.exec('COMMIT');
      return value;
    } catch (error) {
      rollBack(database);
      throw error;
    }
  });
}

/** SQLite has already rolled back after some errors (disk full), hence the question. */
export function rollBack(database: DatabaseSync): void {
  if (database.isTransaction) database.exec('ROLLBACK');
}

/** Runs `body`; errors of SQLite and of the file system come out as {@link StoreError}. */
export function translated<T>(subject: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw translateError(subject, error);
  }
}

// Primary result codes, https://www.sqlite.org/rescode.html
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

export function translateError(subject: string, error: unknown): unknown {
  if (error instanceof StoreError || !(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'ERR_OUT_OF_RANGE')
    return new StoreCorrupted(`${subject}: a stored number is out of range`, { cause: error });
  if (error.code === 'ERR_SQLITE_ERROR' && 'errcode' in error) {
    const primary = Number(error.errcode) & 0xff;
    if (primary === SQLITE_CORRUPT || primary === SQLITE_NOTADB)
      return new StoreCorrupted(`${subject} is damaged`, { cause: error });
  }
  return new StoreUnavailable(`${subject}: ${error.message}`, { cause: error });
}
