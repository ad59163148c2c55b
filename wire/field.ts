/**
 * Validation of single fields of untrusted messages. Each function returns an owned value or throws
 * {@link InvalidInput} naming the field's path.
 * @module
 */
import { InvalidInput, type PartyIndex } from '../core/index.ts';
import { LIMITS } from './limits.ts';

/** `items[3]`. */
export function element(field: string, index: number): string {
  return `${field}[${index}]`;
}

/** `prefix.name`, or `name` at the root. */
export function member(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}

/** Bytes of an exact or bounded length, copied. */
export function bytesOf(
  value: Uint8Array | null | undefined,
  length: number | { readonly min: number; readonly max: number },
  field: string,
): Uint8Array {
  const { min, max } = typeof length === 'number' ? { min: length, max: length } : length;
  const actual = value?.length ?? 0;
  if (actual < min || actual > max || value === null || value === undefined) {
    const wanted = min === max ? `${min}` : `${min} to ${max}`;
    throw new InvalidInput(field, `must be ${wanted} bytes, has ${actual}`);
  }
  return new Uint8Array(value);
}

/** An integer within bounds, both included. */
export function integerOf(
  value: number,
  bounds: { readonly min: number; readonly max: number },
  field: string,
): number {
  if (!Number.isInteger(value) || value < bounds.min || value > bounds.max)
    throw new InvalidInput(field, `must be ${bounds.min} to ${bounds.max}`);
  return value;
}

/** A roster index. */
export function indexOf(value: number, field: string): PartyIndex {
  return integerOf(value, { min: 1, max: 255 }, field);
}

/** A list of bounded length. */
export function listOf<T>(
  value: readonly T[],
  bounds: { readonly min: number; readonly max: number },
  field: string,
): readonly T[] {
  if (value.length < bounds.min || value.length > bounds.max)
    throw new InvalidInput(field, `must have ${bounds.min} to ${bounds.max} elements`);
  return value;
}

/** Refuses a list that is not strictly ascending. */
export function requireAscending(values: readonly number[], field: string): void {
  values.forEach((value, i) => {
    const before = values[i - 1];
    if (before !== undefined && value <= before)
      throw new InvalidInput(element(field, i), 'must be larger than the element before');
  });
}

/** A strictly ascending list of roster indices. */
export function partiesOf(
  values: readonly number[],
  bounds: { readonly min: number; readonly max: number },
  field: string,
): readonly PartyIndex[] {
  const parties = listOf(values, bounds, field).map((p, i) => indexOf(p, element(field, i)));
  requireAscending(parties, field);
  return parties;
}

/** Text that matches a pattern; `rule` says what is allowed. */
export function textOf(value: string, pattern: RegExp, rule: string, field: string): string {
  if (!pattern.test(value)) throw new InvalidInput(field, `must be ${rule}`);
  return value;
}

/** Text of at most so many UTF-16 units, without control characters. */
export function sentenceOf(value: string, maxChars: number, field: string): string {
  if (value.length > maxChars || /[\u0000-\u001f\u007f]/.test(value))
    throw new InvalidInput(field, `must be at most ${maxChars} characters without control codes`);
  return value;
}

/** A UUID in lower case (any version). */
export function uuidOf(value: string, field: string): string {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
  return textOf(value, uuid, 'a UUID in lower case', field);
}

/** A submessage that must be there. */
export function presentOf<T>(value: T | null | undefined, field: string): T {
  if (value === null || value === undefined) throw new InvalidInput(field, 'is required');
  return value;
}

/** A reason, UPPER_SNAKE_CASE. */
export function reasonTextOf(value: string, field: string): string {
  return textOf(value, /^[A-Z][A-Z0-9_]{0,62}$/, 'UPPER_SNAKE_CASE, at most 63 characters', field);
}

/** String facts by name. */
export function metadataOf(
  value: Readonly<Record<string, string>>,
  field: string,
): Readonly<Record<string, string>> {
  const entries = Object.entries(value);
  if (entries.length > LIMITS.metadataEntries)
    throw new InvalidInput(field, `must have at most ${LIMITS.metadataEntries} entries`);
  for (const [key, text] of entries) {
    textOf(key, /^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a name of at most 64 characters', field);
    sentenceOf(text, LIMITS.metadataValueChars, member(field, key));
    if (text === '') throw new InvalidInput(member(field, key), 'must not be empty');
  }
  return Object.fromEntries(entries);
}

/** A page size; 0 stands for the default. */
export function pageSizeOf(value: number, standard: number): number {
  const size = integerOf(value, { min: 0, max: LIMITS.pageSize }, 'page_size');
  return size === 0 ? standard : size;
}

/** A page token; empty on the first page. */
export function pageTokenOf(value: string): string {
  const token = /^[A-Za-z0-9_-]{0,256}$/;
  return textOf(value, token, 'a token of an earlier page', 'page_token');
}
