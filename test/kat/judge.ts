/**
 * Judges a vector file against what core computes.
 */
import { HEADER, NOT_BUILT_NEGATIVE, NOT_BUILT_SECTIONS } from './header.ts';
import type { Computed } from './sections.ts';
import { compare, count, emptyTally, sameTree, type Tally, type Tree } from './tree.ts';

export type Verdict = Tally & { readonly notBuilt: readonly string[] };

type Branch = Readonly<Record<string, Tree>>;

const isBranch = (tree: Tree | undefined): tree is Branch =>
  typeof tree === 'object' && tree !== null && !Array.isArray(tree);

function fail(tally: Tally, reason: string): void {
  tally.failed += 1;
  tally.failures.push(reason);
}

function judgeNegative(
  tally: Tally,
  given: Tree | undefined,
  computed: Computed['negative'],
): void {
  const vectors = Array.isArray(given) ? (given as readonly Tree[]) : [];
  const seen = new Set<string>();
  vectors.forEach((vector, k) => {
    const id = isBranch(vector) && typeof vector['id'] === 'string' ? vector['id'] : '';
    if (NOT_BUILT_NEGATIVE.includes(id)) return;
    if (!computed.has(id) || seen.has(id)) fail(tally, `negative/${k}: no such vector or twice`);
    else count(tally, `negative/${id}`, vector, computed.get(id));
    seen.add(id);
  });
  for (const id of computed.keys()) {
    if (!seen.has(id)) fail(tally, `negative/${id}: missing in the file`);
  }
}

/** Compares every value of the file; what the file lacks or has too much of fails as well. */
export function judge(file: unknown, computed: Computed): Verdict {
  const tally = emptyTally();
  const given = file as Tree;
  if (!isBranch(given)) {
    fail(tally, 'the file is not an object');
    return { ...tally, notBuilt: [] };
  }
  for (const [name, value] of Object.entries(HEADER)) {
    if (!sameTree(given[name], value)) fail(tally, `${name}: differs from this version's`);
  }
  for (const [name, tree] of computed.sections) compare(tally, name, given[name], tree);
  judgeNegative(tally, given['negative'], computed.negative);
  const known = new Set([...Object.keys(HEADER), ...computed.sections.keys(), 'negative']);
  for (const name of Object.keys(given)) {
    const expected = known.has(name) || NOT_BUILT_SECTIONS.includes(name);
    if (!expected) fail(tally, `${name}: unknown section`);
  }
  return { ...tally, notBuilt: [...NOT_BUILT_SECTIONS, ...NOT_BUILT_NEGATIVE] };
}
