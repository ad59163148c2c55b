/**
 * Every start number seen of a peer with the boot id it had (C-13). One start with two boot ids,
 * each in a join that the peer signed, proves that its state was set back or doubled. A start below
 * the largest with the boot id it always had proves nothing: a relay can replay an old join.
 * @module
 */
import { Buffer } from 'node:buffer';
import type { DatabaseSync } from 'node:sqlite';
import { bytesColumn } from './columns.ts';
import { MAC_BYTES, type RowMac } from './row-mac.ts';

export type Seen = { readonly start: number; readonly boot: Uint8Array };

/** What a start number says beside what is stored. */
export type StartVerdict = 'first' | 'same' | 'other-boot';

export function compareStart(
  database: DatabaseSync,
  mac: RowMac,
  peer: number,
  { start, boot }: Seen,
): StartVerdict {
  const row = database
    .prepare('SELECT boot32, mac FROM peer_starts WHERE peer = ? AND start = ?')
    .get(peer, start);
  if (row === undefined) return 'first';
  const stored = bytesColumn(row, 'boot32', 32);
  mac.verify('peer_starts', [peer, start, stored], bytesColumn(row, 'mac', MAC_BYTES));
  return Buffer.compare(stored, boot) === 0 ? 'same' : 'other-boot';
}

export function insertStart(
  database: DatabaseSync,
  mac: RowMac,
  peer: number,
  { start, boot }: Seen,
): void {
  database
    .prepare('INSERT INTO peer_starts (peer, start, boot32, mac) VALUES (?, ?, ?, ?)')
    .run(peer, start, boot, mac.tag('peer_starts', [peer, start, boot]));
}
