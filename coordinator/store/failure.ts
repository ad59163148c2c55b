/**
 * Failures of the database itself: full disk, I/O error, locked file.
 * @module
 */

/** Whether an error came out of SQLite. */
export const isStoreFailure = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
