/**
 * The request ledger (spec §10.3, C-16, C-49): which request was accepted with which digests, which
 * attempts went out, and the final signatures. One request_id means one request for ever, that is
 * until 7 days after its expiry.
 * @module
 */
import { Buffer } from 'node:buffer';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { holds, InvalidInput, sameBytes } from '../../core/index.ts';
import type { Acceptance, Clock, Ledger, LedgerAttempt, LedgerRecord } from '../ports.ts';
import type { StoredSignature } from '../ports.ts';
import { translated, truncateLog } from './database.ts';
import { LedgerConflict } from './errors.ts';
import { createGroupCommit, type GroupCommit } from './group-commit.ts';
import {
  decodeAttempt,
  decodeRequest,
  decodeResults,
  encodeItems,
  encodeSignatures,
  requestMacFields,
  type RequestRow,
} from './ledger-rows.ts';
import type { RowMac } from './row-mac.ts';

/** How long a row stays after its request expired; a replay then is refused as expired anyway. */
export const PRUNE_AFTER_MS = 7 * 86_400_000;
/** Bounds the pause that one pruning turn makes. */
const PRUNE_BATCH = 2000;
const MAX_ITEMS = 64;
const U32_MAX = 0xffffffff;

export type ClosableLedger = Ledger & {
  /** Commits what is queued; later writes are refused. The database stays open. */
  readonly close: () => void;
};

export function createLedger(database: DatabaseSync, mac: RowMac, clock: Clock): ClosableLedger {
  const group = createGroupCommit(database);
  const rows = new LedgerRows(database, mac);
  const read = <T>(body: () => T): T => translated('the ledger', body);

  return {
    accept: async (acceptance) => {
      checkAcceptance(acceptance);
      return group.run(() => accept(rows, acceptance, clock.now()));
    },

    requireNewAttempt: (request32, attempt) => {
      read(() => rows.requireNewAttempt(request32, attempt));
    },

    commit: async (request32, attempt) => {
      checkWidth('request32', request32);
      checkAttempt(attempt);
      return group.run(() => {
        rows.requireNewAttempt(request32, attempt.attempt);
        rows.insertAttempt(request32, attempt);
      });
    },

    finish: async (request32, results) => {
      checkWidth('request32', request32);
      results.forEach(checkSignature);
      return group.run(() => finish(rows, request32, results));
    },

    get: (request32) => read(() => rows.record(rows.byHash(request32))),
    getByRequestId: (requestId) => read(() => rows.record(rows.byId(requestId))),
    prune: () => prune(database, group, clock),
    close: group.close,
  };
}

/** One request_id, one request; one request, one decoding (C-16). */
function accept(rows: LedgerRows, acceptance: Acceptance, now: number): LedgerRecord {
  const { request32, requestId } = acceptance;
  const sameId = rows.byId(requestId);
  if (!holds('C-16', !sameId || sameBytes(sameId.request32, request32)))
    throw new LedgerConflict('other-bytes', requestId);

  const stored = rows.byHash(request32);
  if (!stored) return rows.insertRequest({ ...acceptance, acceptedAt: now });
  if (!holds('C-16', sameContent(stored, acceptance)))
    throw new LedgerConflict('other-content', requestId);
  return rows.recordOf(stored);
}

function finish(
  rows: LedgerRows,
  request32: Uint8Array,
  results: readonly StoredSignature[],
): readonly StoredSignature[] {
  const request = rows.byHash(request32);
  if (!request) throw new LedgerConflict('not-accepted', hex(request32));
  if (results.length !== request.items.length)
    throw new InvalidInput('results', 'one signature per item expected');
  const stored = rows.results(request32);
  if (stored) return stored;
  rows.insertResults(request32, results);
  return results;
}

async function prune(database: DatabaseSync, group: GroupCommit, clock: Clock): Promise<number> {
  const statement = database.prepare(
    `DELETE FROM requests WHERE request32 IN
       (SELECT request32 FROM requests WHERE not_after < ? ORDER BY not_after LIMIT ?)`,
  );
  let total = 0;
  for (;;) {
    const before = clock.now() - PRUNE_AFTER_MS;
    const deleted = await group.run(() => Number(statement.run(before, PRUNE_BATCH).changes));
    total += deleted;
    if (deleted < PRUNE_BATCH) break;
  }
  if (total > 0)
    translated('the ledger', () => {
      truncateLog(database);
    });
  return total;
}

/** The ledger's tables. Reads authenticate (C-60); writes run inside the caller's transaction. */
class LedgerRows {
  readonly #database: DatabaseSync;
  readonly #mac: RowMac;
  /** Compiling a statement costs more than running it. */
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, mac: RowMac) {
    this.#database = database;
    this.#mac = mac;
  }

  #prepare(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  byHash(request32: Uint8Array): RequestRow | undefined {
    return this.#request('SELECT * FROM requests WHERE request32 = ?', request32);
  }

  byId(requestId: string): RequestRow | undefined {
    return this.#request('SELECT * FROM requests WHERE request_id = ?', requestId);
  }

  #request(sql: string, key: Uint8Array | string): RequestRow | undefined {
    const row = this.#prepare(sql).get(key);
    return row && decodeRequest(row, this.#mac);
  }

  record(row: RequestRow | undefined): LedgerRecord | undefined {
    return row && this.recordOf(row);
  }

  recordOf(row: RequestRow): LedgerRecord {
    const attempts = this.#prepare('SELECT * FROM attempts WHERE request32 = ? ORDER BY attempt')
      .all(row.request32)
      .map((attempt) => decodeAttempt(attempt, this.#mac));
    return { ...row, attempts, results: this.results(row.request32) };
  }

  results(request32: Uint8Array): StoredSignature[] | undefined {
    const row = this.#prepare('SELECT * FROM results WHERE request32 = ?').get(request32);
    return row && decodeResults(row, this.#mac);
  }

  /** C-16, attempt new. A row of the attempt that does not authenticate makes it used as well. */
  requireNewAttempt(request32: Uint8Array, attempt: number): void {
    const request = this.byHash(request32);
    if (!request) throw new LedgerConflict('not-accepted', hex(request32));
    const used = this.#prepare('SELECT 1 FROM attempts WHERE request32 = ? AND attempt = ?').get(
      request32,
      attempt,
    );
    if (!holds('C-16', used === undefined))
      throw new LedgerConflict('attempt-used', request.requestId);
  }

  insertRequest(row: RequestRow): LedgerRecord {
    const items = encodeItems(row.items);
    this.#prepare(
      `INSERT INTO requests (request32, kind, request_id, client_id, key_id, items, not_after,
           accepted_at, mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      row.request32,
      row.kind,
      row.requestId,
      row.clientId,
      row.keyId,
      items,
      row.notAfter,
      row.acceptedAt,
      this.#mac.tag('requests', requestMacFields(row, items)),
    );
    return { ...row, attempts: [], results: undefined };
  }

  insertAttempt(request32: Uint8Array, { attempt, ctx }: LedgerAttempt): void {
    this.#prepare('INSERT INTO attempts (request32, attempt, ctx, mac) VALUES (?, ?, ?, ?)').run(
      request32,
      attempt,
      ctx,
      this.#mac.tag('attempts', [request32, attempt, ctx]),
    );
  }

  insertResults(request32: Uint8Array, results: readonly StoredSignature[]): void {
    const signatures = encodeSignatures(results);
    this.#prepare('INSERT INTO results (request32, signatures, mac) VALUES (?, ?, ?)').run(
      request32,
      signatures,
      this.#mac.tag('results', [request32, signatures]),
    );
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function sameContent(stored: RequestRow, acceptance: Acceptance): boolean {
  return (
    stored.kind === acceptance.kind &&
    stored.requestId === acceptance.requestId &&
    stored.clientId === acceptance.clientId &&
    stored.notAfter === acceptance.notAfter &&
    sameBytes(stored.keyId, acceptance.keyId) &&
    sameBytes(encodeItems(stored.items), encodeItems(acceptance.items))
  );
}

function checkAcceptance(acceptance: Acceptance): void {
  checkWidth('request32', acceptance.request32);
  checkWidth('keyId', acceptance.keyId);
  if (acceptance.requestId.length === 0 || acceptance.requestId.length > 64)
    throw new InvalidInput('requestId', '1 to 64 characters expected');
  if (!Number.isSafeInteger(acceptance.notAfter) || acceptance.notAfter < 0)
    throw new InvalidInput('notAfter', 'epoch milliseconds expected');
  if (acceptance.items.length > MAX_ITEMS)
    throw new InvalidInput('items', `at most ${MAX_ITEMS} expected`);
  for (const { digest, path } of acceptance.items) {
    checkWidth('items.digest', digest);
    if (path.length > 255 || !path.every((index) => index >= 0 && index < 2 ** 31))
      throw new InvalidInput('items.path', 'at most 255 indices below 2^31 expected');
  }
}

function checkAttempt({ attempt, ctx }: LedgerAttempt): void {
  checkWidth('ctx', ctx);
  if (!Number.isInteger(attempt) || attempt < 0 || attempt > U32_MAX)
    throw new InvalidInput('attempt', 'u32 expected');
}

function checkSignature({ r, s, recid }: StoredSignature): void {
  checkWidth('r', r);
  checkWidth('s', s);
  if (![0, 1, 2, 3].includes(recid)) throw new InvalidInput('recid', '0 to 3 expected');
}

function checkWidth(field: string, bytes: Uint8Array): void {
  if (bytes.length !== 32) throw new InvalidInput(field, '32 bytes expected');
}
