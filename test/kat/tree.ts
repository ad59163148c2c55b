/**
 * The vectors as a tree of values, and its comparison with what the runner computed.
 */
import { sha256 } from '../support/rng.ts';
import { hex } from './labels.ts';

/** A value of a JSON file. Booleans and null occur in no vector, but a file may hold them. */
export type Tree =
  string | number | boolean | null | readonly Tree[] | { readonly [key: string]: Tree };

/** Prose: compared like every value, but not a vector and not counted. */
const PROSE: ReadonlySet<string> = new Set(['inputs', 'pair inputs', 'ctx extra', 'plaintext']);
/** Longer byte strings stand as their digest. */
const LONGEST_IN_FULL = 512;

/** A byte string as the file writes it. */
export function leaf(bytes: Uint8Array): Tree {
  if (bytes.length <= LONGEST_IN_FULL) return hex(bytes);
  return { sha256: hex(sha256(bytes)), len: bytes.length };
}

export type Tally = { passed: number; failed: number; readonly failures: string[] };

export const emptyTally = (): Tally => ({ passed: 0, failed: 0, failures: [] });

type Branch = Exclude<Tree, string | number | boolean | null>;

const isBranch = (tree: Tree | undefined): tree is Branch =>
  typeof tree === 'object' && tree !== null;

const isList = (tree: Tree): tree is readonly Tree[] => Array.isArray(tree);

function childrenOf(tree: Branch): Map<string, Tree> {
  return new Map(isList(tree) ? tree.map((child, i) => [String(i), child]) : Object.entries(tree));
}

const show = (tree: Tree | undefined): string =>
  tree === undefined ? 'nothing' : JSON.stringify(tree).slice(0, 200);

/** Whether both trees have the same leaves at the same places. */
export function sameTree(a: Tree | undefined, b: Tree | undefined): boolean {
  if (!isBranch(a) || !isBranch(b)) return a === b;
  const [left, right] = [childrenOf(a), childrenOf(b)];
  return (
    isList(a) === isList(b) &&
    left.size === right.size &&
    [...left].every(([key, child]) => right.has(key) && sameTree(child, right.get(key)))
  );
}

/** Adds one result; a difference is described once. */
export function count(
  tally: Tally,
  path: string,
  given: Tree | undefined,
  computed: Tree | undefined,
): void {
  const isProse = PROSE.has(path.slice(path.lastIndexOf('/') + 1));
  if (sameTree(given, computed)) {
    if (!isProse) tally.passed += 1;
    return;
  }
  tally.failed += 1;
  tally.failures.push(`${path}: file has ${show(given)}, computed ${show(computed)}`);
}

/** Compares leaf by leaf; a leaf on one side only is a failure. */
export function compare(
  tally: Tally,
  path: string,
  given: Tree | undefined,
  computed: Tree | undefined,
): void {
  if (!isBranch(given) || !isBranch(computed) || isList(given) !== isList(computed)) {
    count(tally, path, given, computed);
    return;
  }
  const [left, right] = [childrenOf(given), childrenOf(computed)];
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    compare(tally, `${path}/${key}`, left.get(key), right.get(key));
  }
}
