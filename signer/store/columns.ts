/**
 * Columns of a row as typed values. A file on disk is as hostile as a message: a column of another
 * type or width is {@link StoreCorrupted}, never a coerced value.
 * @module
 */
import type { SQLOutputValue } from 'node:sqlite';
import { StoreCorrupted } from './errors.ts';

export type Row = Readonly<Record<string, SQLOutputValue>>;

const wrong = (column: string): StoreCorrupted =>
  new StoreCorrupted(`a stored record has a bad column ${column}`);

/** `length`: exact, in bytes; any length when absent. */
export function bytesColumn(row: Row, column: string, length?: number): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw wrong(column);
  if (length !== undefined && value.length !== length) throw wrong(column);
  return value;
}

export function optionalBytesColumn(
  row: Row,
  column: string,
  length?: number,
): Uint8Array | undefined {
  return row[column] === null ? undefined : bytesColumn(row, column, length);
}

/** A safe integer, not negative, at most `max`. */
export function integerColumn(row: Row, column: string, max = Number.MAX_SAFE_INTEGER): number {
  const value = row[column];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrong(column);
  if (value < 0 || value > max) throw wrong(column);
  return value;
}

export function booleanColumn(row: Row, column: string): boolean {
  return integerColumn(row, column, 1) === 1;
}

export function textColumn(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw wrong(column);
  return value;
}

/** One of the listed words. */
export function wordColumn<W extends string>(row: Row, column: string, words: readonly W[]): W {
  const value = textColumn(row, column);
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw wrong(column);
  return word;
}
