/**
 * Authentication of stored rows (C-60): HMAC-SHA256 over the table's name and every column, each
 * with its type and length, so that no row passes for another one or for a row of another table.
 * It does not show that a whole file was replaced by an older copy: what the peers remember does
 * (C-13, C-14, C-24).
 * @module
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { holds } from '../../core/index.ts';
import { StoreCorrupted } from './errors.ts';

/** Bytes of the MAC key and of a tag. */
export const MAC_BYTES = 32;

const KEY_LABEL = 'trefoil/store-mac/v1';
const ROW_LABEL = 'trefoil/row/v1';

/**
 * The key of all row MACs: HKDF-SHA256(ikm = hedge secret, no salt, info = "trefoil/store-mac/v1").
 * Secret; the caller wipes it after `unlock`.
 */
export function deriveMacKey(hedgeSecret: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', hedgeSecret, '', KEY_LABEL, MAC_BYTES));
}

/** A column's value as stored; `undefined` is SQL NULL. */
export type MacField = Uint8Array | string | number | boolean | undefined;

export type RowMac = {
  readonly tag: (table: string, fields: readonly MacField[]) => Uint8Array;
  /** Throws {@link StoreCorrupted} when the row does not authenticate (C-60). */
  readonly verify: (table: string, fields: readonly MacField[], tag: Uint8Array) => void;
};

export function createRowMac(macKey: Uint8Array): RowMac {
  if (macKey.length !== MAC_BYTES) throw new RangeError(`macKey: ${MAC_BYTES} bytes expected`);
  const key = Uint8Array.from(macKey); // the caller wipes its own copy

  const tag = (table: string, fields: readonly MacField[]): Uint8Array => {
    const hmac = createHmac('sha256', key);
    for (const field of [ROW_LABEL, table, ...fields]) {
      const { type, bytes } = encodeField(field);
      const head = Buffer.alloc(5);
      head.writeUInt8(type, 0);
      head.writeUInt32BE(bytes.length, 1);
      hmac.update(head).update(bytes);
    }
    return hmac.digest();
  };

  return {
    tag,
    verify: (table, fields, stored) => {
      const expected = tag(table, fields);
      const authentic = stored.length === expected.length && timingSafeEqual(stored, expected);
      if (!holds('C-60', authentic))
        throw new StoreCorrupted(`a record of ${table} does not authenticate`);
    },
  };
}

function encodeField(field: MacField): { type: number; bytes: Uint8Array } {
  if (field === undefined) return { type: 0, bytes: new Uint8Array() };
  if (typeof field === 'string') return { type: 1, bytes: Buffer.from(field, 'utf8') };
  if (typeof field === 'object') return { type: 2, bytes: field };
  const integer = Buffer.alloc(8);
  integer.writeBigUInt64BE(BigInt(field));
  return { type: 3, bytes: integer };
}
