/**
 * Opens the coordinator's database.
 * @module
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { NodeSqliteDialect } from './dialect.ts';
import { MIGRATIONS } from './migrations.ts';
import { RequestStore } from './requests.ts';
import type { Tables } from './schema.ts';
import { WalletStore } from './wallets.ts';

export type CoordinatorStore = {
  readonly wallets: WalletStore;
  readonly requests: RequestStore;
  readonly close: () => Promise<void>;
};

/** The database cannot be used; the message says why. */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable';
}

/**
 * `path` is a file, made if absent, or `:memory:`. Throws {@link StoreUnusable} when a newer version
 * has written the database or a migration fails.
 */
export async function openStore(
  { path }: { readonly path: string },
  { now }: { readonly now: () => number },
): Promise<CoordinatorStore> {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(path);
  // FULL: an attempt number must survive a power cut, or a later attempt could repeat it.
  database.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma foreign_keys = on;
    pragma busy_timeout = 5000;
  `);
  const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database) });
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    await db.destroy();
    const why = error instanceof Error ? error.message : 'unknown error';
    throw new StoreUnusable(`cannot migrate ${path}: ${why}`, { cause: error });
  }
  return {
    wallets: new WalletStore(db, { now }),
    requests: new RequestStore(db, { now }),
    close: () => db.destroy(),
  };
}
