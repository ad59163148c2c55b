/**
 * Lookups that must succeed: a miss is our own bug, never a peer's.
 * @module
 */
import { InvariantViolation } from './errors.ts';

/** The element at an index that exists. */
export function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new InvariantViolation(`no element ${String(index)}`);
  return value;
}

/** The entry of a key that exists. */
export function entryOf<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new InvariantViolation('no such entry');
  return value;
}
