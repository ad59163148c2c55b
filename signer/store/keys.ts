/**
 * Sealed shares with their public records (spec §7, persistence). A record is inserted once and
 * never overwritten (C-63); PENDING becomes ACTIVE with the certificate and nothing else changes.
 * @module
 */
import { Buffer } from 'node:buffer';
import type { DatabaseSync } from 'node:sqlite';
import { holds, InvalidInput, InvariantViolation } from '../../core/index.ts';
import type { Clock, KeyCursor, KeyPage, KeyRecord, KeyStore, NewKey } from '../ports.ts';
import {
  bytesColumn,
  integerColumn,
  optionalBytesColumn,
  wordColumn,
  type Row,
} from './columns.ts';
import { inTransaction, translated } from './database.ts';
import { KeyIdTaken, StoreCorrupted, UnknownKey } from './errors.ts';
import { MAC_BYTES, type MacField, type RowMac } from './row-mac.ts';

const KEY_STATES = ['pending', 'active'] as const;
const U32_MAX = 0xffffffff;
/** Largest page of {@link KeyStore.list}. */
const MAX_KEY_PAGE = 1000;

export function createKeyStore(database: DatabaseSync, mac: RowMac, clock: Clock): KeyStore {
  const select = database.prepare('SELECT * FROM keys WHERE key_id = ? AND epoch = ?');
  const get = (keyId: Uint8Array, epoch: number): KeyRecord | undefined =>
    translated('the keys', () => decode(select.get(keyId, epoch), mac));
  const requireFree = (keyId: Uint8Array): void => {
    translated('the keys', () => {
      const taken = whatTakes(database, keyId);
      if (!holds('C-63', taken === undefined)) throw new KeyIdTaken(hex(keyId), taken ?? 'record');
    });
  };

  return {
    requireFree,
    get,

    insertPending: (key) => {
      checkNewKey(key);
      const record = { ...key, state: 'pending', certificate: undefined } as const;
      inTransaction(database, () => {
        requireFree(key.keyId);
        insert(database, mac, { ...record, createdAt: clock.now() });
      });
      const stored = get(key.keyId, key.epoch);
      if (!stored) throw new InvariantViolation('an inserted key record is not there');
      return stored;
    },

    activate: (keyId, epoch, certificate) => {
      if (certificate.length === 0) throw new InvalidInput('certificate', 'is empty');
      return inTransaction(database, () => {
        const record = get(keyId, epoch);
        if (!record) throw new UnknownKey(hex(keyId), epoch);
        if (record.state === 'active') return record;
        return activate(database, mac, record, certificate);
      });
    },

    tombstone: (keyId, sid) => {
      checkWidth('keyId', keyId);
      checkWidth('sid', sid);
      inTransaction(database, () => {
        const taken = whatTakes(database, keyId);
        if (taken === 'record') throw new KeyIdTaken(hex(keyId), taken);
        if (taken === 'tombstone') return;
        const createdAt = clock.now();
        database
          .prepare('INSERT INTO tombstones (key_id, sid, created_at, mac) VALUES (?, ?, ?, ?)')
          .run(keyId, sid, createdAt, mac.tag('tombstones', [keyId, sid, createdAt]));
      });
    },

    latest: (keyId) =>
      translated('the keys', () => {
        const row = database
          .prepare('SELECT * FROM keys WHERE key_id = ? ORDER BY state, epoch DESC LIMIT 1')
          .get(keyId);
        return decode(row, mac);
      }),

    list: ({ limit, after }) => translated('the keys', () => page(database, mac, limit, after)),
    counts: () => translated('the keys', () => countStates(database)),
  };
}

type Taken = 'record' | 'tombstone' | undefined;

/** A row that exists takes its key id even if it does not authenticate. */
function whatTakes(database: DatabaseSync, keyId: Uint8Array): Taken {
  if (database.prepare('SELECT 1 FROM keys WHERE key_id = ?').get(keyId)) return 'record';
  if (database.prepare('SELECT 1 FROM tombstones WHERE key_id = ?').get(keyId)) return 'tombstone';
  return undefined;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function macFields(record: KeyRecord): MacField[] {
  const { keyId, epoch, state, sid, sealedShare, publicRecord, ownR4 } = record;
  const { certificate, createdAt } = record;
  return [keyId, epoch, state, sid, sealedShare, publicRecord, ownR4, certificate, createdAt];
}

function insert(database: DatabaseSync, mac: RowMac, record: KeyRecord): void {
  // No OR REPLACE: the primary key is the last guard of C-63.
  database
    .prepare(
      `INSERT INTO keys (key_id, epoch, state, sid, sealed_share, public_record, own_r4,
                         certificate, created_at, mac)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      record.keyId,
      record.epoch,
      record.state,
      record.sid,
      record.sealedShare,
      record.publicRecord,
      record.ownR4,
      record.certificate ?? null,
      record.createdAt,
      mac.tag('keys', macFields(record)),
    );
}

function activate(
  database: DatabaseSync,
  mac: RowMac,
  pending: KeyRecord,
  certificate: Uint8Array,
): KeyRecord {
  const record: KeyRecord = { ...pending, state: 'active', certificate };
  database
    .prepare('UPDATE keys SET state = ?, certificate = ?, mac = ? WHERE key_id = ? AND epoch = ?')
    .run(record.state, certificate, mac.tag('keys', macFields(record)), record.keyId, record.epoch);
  return record;
}

function decode(row: Row | undefined, mac: RowMac): KeyRecord | undefined {
  if (!row) return undefined;
  const record: KeyRecord = {
    keyId: bytesColumn(row, 'key_id', 32),
    epoch: integerColumn(row, 'epoch', U32_MAX),
    state: wordColumn(row, 'state', KEY_STATES),
    sid: bytesColumn(row, 'sid', 32),
    sealedShare: bytesColumn(row, 'sealed_share'),
    publicRecord: bytesColumn(row, 'public_record'),
    ownR4: bytesColumn(row, 'own_r4'),
    certificate: optionalBytesColumn(row, 'certificate'),
    createdAt: integerColumn(row, 'created_at'),
  };
  mac.verify('keys', macFields(record), bytesColumn(row, 'mac', MAC_BYTES));
  return record;
}

function page(
  database: DatabaseSync,
  mac: RowMac,
  limit: number,
  after: KeyCursor | undefined,
): KeyPage {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_KEY_PAGE)
    throw new InvalidInput('limit', `1 to ${MAX_KEY_PAGE} expected`);
  const rows = database
    .prepare('SELECT * FROM keys WHERE (key_id, epoch) > (?, ?) ORDER BY key_id, epoch LIMIT ?')
    .all(after?.keyId ?? new Uint8Array(), after?.epoch ?? -1, limit + 1);
  const keys = rows.slice(0, limit).flatMap((row) => decode(row, mac) ?? []);
  const last = keys.at(-1);
  const next = rows.length > limit && last ? { keyId: last.keyId, epoch: last.epoch } : undefined;
  return { keys, next };
}

function countStates(database: DatabaseSync): { pending: number; active: number } {
  const row = database
    .prepare(
      `SELECT count(*) FILTER (WHERE state = 'pending') AS pending,
              count(*) FILTER (WHERE state = 'active') AS active FROM keys`,
    )
    .get();
  if (!row) throw new StoreCorrupted('the keys cannot be counted');
  return { pending: integerColumn(row, 'pending'), active: integerColumn(row, 'active') };
}

function checkNewKey(key: NewKey): void {
  checkWidth('keyId', key.keyId);
  checkWidth('sid', key.sid);
  if (!Number.isInteger(key.epoch) || key.epoch < 0 || key.epoch > U32_MAX)
    throw new InvalidInput('epoch', 'u32 expected');
  if (key.sealedShare.length === 0) throw new InvalidInput('sealedShare', 'is empty');
}

function checkWidth(field: string, bytes: Uint8Array): void {
  if (bytes.length !== 32) throw new InvalidInput(field, '32 bytes expected');
}
