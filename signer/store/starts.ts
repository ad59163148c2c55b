/**
 * The durable start number of spec §2.2: a u32, incremented and synced once per process, before the
 * first join. With it peers notice a restored disk and a second process (C-13).
 * @module
 */
import type { DatabaseSync } from 'node:sqlite';
import { bytesColumn, integerColumn } from './columns.ts';
import { inTransaction } from './database.ts';
import { StartNumbersExhausted, StoreCorrupted } from './errors.ts';
import { hasRecords } from './identity.ts';
import { MAC_BYTES, type RowMac } from './row-mac.ts';

const U32_MAX = 0xffffffff;

/** Increments and returns the start number. Throws {@link StartNumbersExhausted} at 2^32 - 1. */
export function nextStart(database: DatabaseSync, mac: RowMac): number {
  return inTransaction(database, () => {
    const start = lastStart(database, mac) + 1;
    if (start > U32_MAX) throw new StartNumbersExhausted('the start number is at its maximum');
    database
      .prepare('INSERT OR REPLACE INTO starts (id, start, mac) VALUES (1, ?, ?)')
      .run(start, mac.tag('starts', [start]));
    return start;
  });
}

function lastStart(database: DatabaseSync, mac: RowMac): number {
  const row = database.prepare('SELECT start, mac FROM starts').get();
  if (!row) {
    if (hasRecords(database)) throw new StoreCorrupted('the start number is missing');
    return 0;
  }
  const start = integerColumn(row, 'start', U32_MAX);
  mac.verify('starts', [start], bytesColumn(row, 'mac', MAC_BYTES));
  return start;
}
