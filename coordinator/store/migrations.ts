/**
 * Numbered migrations, applied in order at start. A database with a migration unknown here was
 * written by newer software and is not opened.
 * @module
 */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function createTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('wallets')
    .addColumn('seq', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('request_id', 'text', (c) => c.notNull())
    .addColumn('display_name', 'text', (c) => c.notNull())
    .addColumn('threshold', 'integer', (c) => c.notNull())
    .addColumn('committee', 'text', (c) => c.notNull())
    .addColumn('purposes', 'text', (c) => c.notNull())
    .addColumn('stamped_request', 'blob', (c) => c.notNull())
    .addColumn('created_at', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('failure', 'text')
    .addColumn('certificate', 'blob')
    .addColumn('public_key', 'blob')
    .addColumn('chain_code', 'blob')
    .addColumn('address', 'text')
    .addCheckConstraint('active_is_complete', sql`state <> 'active' or certificate is not null`)
    .execute();
  await db.schema
    .createTable('wallet_quorums')
    .addColumn('wallet', 'text', (c) => c.notNull().references('wallets.name'))
    .addColumn('quorum', 'text', (c) => c.notNull())
    .addColumn('first_at', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('wallet_quorums_key', ['wallet', 'quorum'])
    .execute();
  await db.schema
    .createTable('requests')
    .addColumn('request_id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('request32', 'blob', (c) => c.notNull())
    .addColumn('wallet', 'text', (c) => c.notNull())
    .addColumn('stamped_request', 'blob', (c) => c.notNull())
    .addColumn('created_at', 'integer', (c) => c.notNull())
    .addColumn('not_after', 'integer', (c) => c.notNull())
    .addColumn('next_attempt', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('result', 'blob')
    .execute();
  await db.schema.createIndex('requests_by_expiry').on('requests').column('not_after').execute();
  await db.schema.createIndex('wallets_by_state').on('wallets').column('state').execute();
}

export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-wallets-and-requests': { up: createTables },
};
