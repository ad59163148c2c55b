/**
 * The durable half of a pair (spec §4.4): generation numbers, burns, approvals owed, and what was
 * last seen of the peer's process. The secret half lives in process memory and dies with it (C-53).
 * One row per peer, rewritten whole, so that each verb is one durable write.
 * @module
 */
import { Buffer } from 'node:buffer';
import type { DatabaseSync } from 'node:sqlite';
import { holds, InvalidInput, sameBytes } from '../../core/index.ts';
import type { Clock, PairRecord, PairStore } from '../ports.ts';
import {
  booleanColumn,
  bytesColumn,
  integerColumn,
  optionalBytesColumn,
  type Row,
} from './columns.ts';
import { inTransaction, translated } from './database.ts';
import { PairRefused, StoreCorrupted } from './errors.ts';
import { compareStart, insertStart, type Seen } from './peer-starts.ts';
import { MAC_BYTES, type MacField, type RowMac } from './row-mac.ts';

const U32_MAX = 0xffffffff;
/** A number further above the own one than this needs an operator (spec §4.4). */
const MAX_GENERATION_STEP = 2 ** 16;
/** Failed set-ups since the last approval that make the next one need approval (C-26). */
const FAILED_SETUPS_ALLOWED = 3;
const CURES_PER_DAY = 3;
const DAY_MS = 86_400_000;

export function createPairStore(database: DatabaseSync, mac: RowMac, clock: Clock): PairStore {
  const read = (peer: number): PairRecord => readPair(database, mac, peer);
  const update = (peer: number, change: (record: PairRecord) => PairRecord): PairRecord =>
    inTransaction(database, () => {
      const before = read(peer);
      const after = change(before);
      if (after !== before) writePair(database, mac, after);
      return after;
    });

  return {
    get: (peer) => translated('the pairs', () => read(peer)),
    list: () => translated('the pairs', () => listPairs(database, mac)),
    reserveGeneration: (peer, generation) =>
      update(peer, (record) => reserveGeneration(record, generation)),

    burn: (peer) =>
      update(peer, (record) => ({
        ...record,
        burnedUpTo: record.largestGeneration,
        needsApproval: true,
      })),

    countFailedSetup: (peer) =>
      update(peer, (record) => {
        const failedSetups = record.failedSetups + 1;
        const needsApproval = record.needsApproval || failedSetups >= FAILED_SETUPS_ALLOWED;
        return { ...record, failedSetups, needsApproval };
      }),

    approve: (peer, by) => update(peer, (record) => approve(record, by, clock.now())),

    recordPeerStart: (peer, seen) => {
      checkSeen(seen);
      const before = translated('the pairs', () => read(peer));
      if (!holds('C-13', !before.refused)) throw new PairRefused('peer-refused', before);
      const verdict = translated('the pairs', () => compareStart(database, mac, peer, seen));
      if (!holds('C-13', verdict !== 'other-boot')) {
        update(peer, (record) => ({ ...record, refused: true }));
        throw new PairRefused('start-reused', before);
      }
      if (!holds('C-13', seen.start >= (before.seen?.start ?? 0)))
        throw new PairRefused('start-went-back', before);
      const newBoot = !before.seen || !sameBytes(before.seen.boot, seen.boot);
      if (verdict === 'first')
        update(peer, (record) => {
          insertStart(database, mac, peer, seen);
          return { ...record, seen };
        });
      return { newBoot };
    },

    refusePeer: (peer) =>
      update(peer, (record) => (record.refused ? record : { ...record, refused: true })),
  };
}

function reserveGeneration(record: PairRecord, generation: number): PairRecord {
  if (!Number.isInteger(generation) || generation < 0 || generation > U32_MAX)
    throw new InvalidInput('generation', 'u32 expected');
  if (!holds('C-13', !record.refused)) throw new PairRefused('peer-refused', record);
  if (!holds('C-26', !record.needsApproval)) throw new PairRefused('needs-approval', record);
  const step = generation - record.largestGeneration;
  if (!holds('C-24', step > 0 && step <= MAX_GENERATION_STEP))
    throw new PairRefused(step > 0 ? 'generation-too-far' : 'generation-not-new', record);
  return { ...record, largestGeneration: Math.max(generation, record.largestGeneration) };
}

function approve(record: PairRecord, by: 'operator' | 'configuration', now: number): PairRecord {
  if (!record.needsApproval) return record;
  // A clock that was set back leaves cures in the future; they count.
  let cures = record.cures.filter((at) => now - at < DAY_MS);
  if (by === 'configuration') {
    if (!holds('C-26', cures.length < CURES_PER_DAY)) throw new PairRefused('cure-limit', record);
    cures = [...cures, now];
  }
  return { ...record, needsApproval: false, failedSetups: 0, cures };
}

function checkSeen(seen: Seen): void {
  if (seen.boot.length !== 32) throw new InvalidInput('boot', '32 bytes expected');
  if (!Number.isInteger(seen.start) || seen.start < 0 || seen.start > U32_MAX)
    throw new InvalidInput('start', 'u32 expected');
}

// ---------------------------------------------------------------------------------------------
// Rows

function emptyPair(peer: number): PairRecord {
  return {
    peer,
    largestGeneration: 0,
    burnedUpTo: 0,
    needsApproval: false,
    failedSetups: 0,
    seen: undefined,
    refused: false,
    cures: [],
  };
}

function readPair(database: DatabaseSync, mac: RowMac, peer: number): PairRecord {
  if (!Number.isInteger(peer) || peer < 1 || peer > 255)
    throw new InvalidInput('peer', '1 to 255 expected');
  const row = database.prepare('SELECT * FROM pairs WHERE peer = ?').get(peer);
  return row ? decode(row, mac) : emptyPair(peer);
}

function listPairs(database: DatabaseSync, mac: RowMac): readonly PairRecord[] {
  const rows = database.prepare('SELECT * FROM pairs ORDER BY peer').all();
  return rows.map((row) => decode(row, mac));
}

/** `cures`: as encoded in the column, so that nothing is decoded before it is authenticated. */
function macFields(record: Omit<PairRecord, 'cures'>, cures: Uint8Array): MacField[] {
  const { peer, largestGeneration, burnedUpTo, needsApproval, failedSetups, seen } = record;
  const { refused } = record;
  return [
    peer,
    largestGeneration,
    burnedUpTo,
    needsApproval,
    failedSetups,
    seen?.start,
    seen?.boot,
    refused,
    cures,
  ];
}

function writePair(database: DatabaseSync, mac: RowMac, record: PairRecord): void {
  const cures = encodeTimes(record.cures);
  database
    .prepare(
      `INSERT OR REPLACE INTO pairs (peer, largest_generation, burned_up_to, needs_approval,
         failed_setups, largest_start, boot32, refused, cures, mac)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      record.peer,
      record.largestGeneration,
      record.burnedUpTo,
      Number(record.needsApproval),
      record.failedSetups,
      record.seen?.start ?? null,
      record.seen?.boot ?? null,
      Number(record.refused),
      cures,
      mac.tag('pairs', macFields(record, cures)),
    );
}

function decode(row: Row, mac: RowMac): PairRecord {
  const boot = optionalBytesColumn(row, 'boot32', 32);
  const cures = bytesColumn(row, 'cures');
  const record = {
    peer: integerColumn(row, 'peer', 255),
    largestGeneration: integerColumn(row, 'largest_generation', U32_MAX),
    burnedUpTo: integerColumn(row, 'burned_up_to', U32_MAX),
    needsApproval: booleanColumn(row, 'needs_approval'),
    failedSetups: integerColumn(row, 'failed_setups'),
    seen: boot && { start: integerColumn(row, 'largest_start', U32_MAX), boot },
    refused: booleanColumn(row, 'refused'),
  };
  mac.verify('pairs', macFields(record, cures), bytesColumn(row, 'mac', MAC_BYTES));
  return { ...record, cures: decodeTimes(cures) };
}

/** u64 big-endian per time. */
function encodeTimes(times: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(8 * times.length);
  times.forEach((time, k) => bytes.writeBigUInt64BE(BigInt(time), 8 * k));
  return bytes;
}

function decodeTimes(bytes: Uint8Array): number[] {
  if (bytes.length % 8 !== 0) throw new StoreCorrupted('a stored record has a bad column cures');
  const buffer = Buffer.from(bytes);
  return Array.from({ length: bytes.length / 8 }, (_, k) => Number(buffer.readBigUInt64BE(8 * k)));
}
