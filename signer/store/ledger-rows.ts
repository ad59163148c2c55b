/**
 * Rows of the ledger: what the columns hold, byte for byte, and what their MACs cover.
 * @module
 */
import { Buffer } from 'node:buffer';
import type { Acceptance, LedgerAttempt, LedgerItem, StoredSignature } from '../ports.ts';
import { bytesColumn, integerColumn, textColumn, wordColumn, type Row } from './columns.ts';
import { StoreCorrupted } from './errors.ts';
import { MAC_BYTES, type MacField, type RowMac } from './row-mac.ts';

const KINDS = ['sign', 'create-wallet'] as const;
const U32_MAX = 0xffffffff;

export type RequestRow = Acceptance & { readonly acceptedAt: number };

/** `items`: as encoded in the column, so that nothing is decoded before it is authenticated. */
export function requestMacFields(row: Omit<RequestRow, 'items'>, items: Uint8Array): MacField[] {
  const { request32, kind, requestId, clientId, keyId, notAfter, acceptedAt } = row;
  return [request32, kind, requestId, clientId, keyId, items, notAfter, acceptedAt];
}

export function decodeRequest(row: Row, mac: RowMac): RequestRow {
  const items = bytesColumn(row, 'items');
  const request = {
    request32: bytesColumn(row, 'request32', 32),
    kind: wordColumn(row, 'kind', KINDS),
    requestId: textColumn(row, 'request_id'),
    clientId: textColumn(row, 'client_id'),
    keyId: bytesColumn(row, 'key_id', 32),
    notAfter: integerColumn(row, 'not_after'),
    acceptedAt: integerColumn(row, 'accepted_at'),
  };
  mac.verify('requests', requestMacFields(request, items), bytesColumn(row, 'mac', MAC_BYTES));
  return { ...request, items: decodeItems(items) };
}

export function decodeAttempt(row: Row, mac: RowMac): LedgerAttempt {
  const request32 = bytesColumn(row, 'request32', 32);
  const attempt = integerColumn(row, 'attempt', U32_MAX);
  const ctx = bytesColumn(row, 'ctx', 32);
  mac.verify('attempts', [request32, attempt, ctx], bytesColumn(row, 'mac', MAC_BYTES));
  return { attempt, ctx };
}

export function decodeResults(row: Row, mac: RowMac): StoredSignature[] {
  const request32 = bytesColumn(row, 'request32', 32);
  const signatures = bytesColumn(row, 'signatures');
  mac.verify('results', [request32, signatures], bytesColumn(row, 'mac', MAC_BYTES));
  return decodeSignatures(signatures);
}

/** The spec's ITEMS: per item digest32 || u8 depth || u32 index * depth. */
export function encodeItems(items: readonly LedgerItem[]): Uint8Array {
  return Buffer.concat(
    items.map(({ digest, path }) => {
      const bytes = Buffer.alloc(33 + 4 * path.length);
      bytes.set(digest);
      bytes.writeUInt8(path.length, 32);
      path.forEach((index, k) => bytes.writeUInt32BE(index, 33 + 4 * k));
      return bytes;
    }),
  );
}

function decodeItems(bytes: Uint8Array): LedgerItem[] {
  const reader = new Reader(bytes);
  const items: LedgerItem[] = [];
  while (!reader.atEnd()) {
    const digest = reader.bytes(32);
    const depth = reader.u8();
    items.push({ digest, path: Array.from({ length: depth }, () => reader.u32()) });
  }
  return items;
}

/** Per signature: r32 || s32 || u8 recid || u32 length || signed payload. */
export function encodeSignatures(signatures: readonly StoredSignature[]): Uint8Array {
  return Buffer.concat(
    signatures.flatMap(({ r, s, recid, signedPayload }) => {
      const tail = Buffer.alloc(5);
      tail.writeUInt8(recid, 0);
      tail.writeUInt32BE(signedPayload.length, 1);
      return [r, s, tail, signedPayload];
    }),
  );
}

function decodeSignatures(bytes: Uint8Array): StoredSignature[] {
  const reader = new Reader(bytes);
  const signatures: StoredSignature[] = [];
  while (!reader.atEnd()) {
    const r = reader.bytes(32);
    const s = reader.bytes(32);
    const recid = reader.u8();
    signatures.push({ r, s, recid, signedPayload: reader.bytes(reader.u32()) });
  }
  return signatures;
}

/** Bounded reads; what runs over the end is {@link StoreCorrupted}. */
class Reader {
  readonly #buffer: Buffer;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes);
  }

  atEnd(): boolean {
    return this.#offset === this.#buffer.length;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from(this.#take(length));
  }

  u8(): number {
    return this.#take(1).readUInt8();
  }

  u32(): number {
    return this.#take(4).readUInt32BE();
  }

  #take(length: number): Buffer {
    const end = this.#offset + length;
    if (end > this.#buffer.length) throw new StoreCorrupted('a ledger row is truncated');
    const taken = this.#buffer.subarray(this.#offset, end);
    this.#offset = end;
    return taken;
  }
}
