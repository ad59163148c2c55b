/**
 * The sealed identity key and hedge secret: written once, both or none, and never again over
 * records that belong to an earlier identity.
 * @module
 */
import type { DatabaseSync } from 'node:sqlite';
import type { IdentityBlobs } from '../ports.ts';
import { bytesColumn } from './columns.ts';
import { inTransaction, translated } from './database.ts';
import { IdentityExists, StoreCorrupted } from './errors.ts';

export function readIdentity(database: DatabaseSync): IdentityBlobs | undefined {
  return translated('the identity', () => {
    const row = database.prepare('SELECT identity, hedge FROM identity').get();
    if (row) return { identity: bytesColumn(row, 'identity'), hedge: bytesColumn(row, 'hedge') };
    if (hasRecords(database))
      throw new StoreCorrupted('the data directory has records but no identity');
    return undefined;
  });
}

export function createIdentity(database: DatabaseSync, blobs: IdentityBlobs): void {
  inTransaction(database, () => {
    if (readIdentity(database)) throw new IdentityExists('the data directory has an identity');
    database
      .prepare('INSERT INTO identity (id, identity, hedge) VALUES (1, ?, ?)')
      .run(blobs.identity, blobs.hedge);
  });
}

/** Whether an unlocked store has ever written here. */
export function hasRecords(database: DatabaseSync): boolean {
  const row = database
    .prepare(
      `SELECT EXISTS (SELECT 1 FROM starts) OR EXISTS (SELECT 1 FROM keys)
           OR EXISTS (SELECT 1 FROM tombstones) OR EXISTS (SELECT 1 FROM pairs) AS any_record`,
    )
    .get();
  return row?.['any_record'] === 1;
}
