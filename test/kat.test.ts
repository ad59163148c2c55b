import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { NOT_BUILT_NEGATIVE, NOT_BUILT_SECTIONS } from './kat/header.ts';
import { judge } from './kat/judge.ts';
import { computeAll } from './kat/sections.ts';
import { randomOf, type SeededRandom } from './support/rng.ts';
import { temporaryDirectory } from './support/temporary.ts';

const FILE = 'docs/spec/kat.json';
/** Leaf values of the built sections, and negative vectors but N-91. */
const VALUES = 1049;
const NEGATIVE = 96;
const SAMPLE = 60;

type Node = string | number | Node[] | { [key: string]: Node };
/** A leaf's place: the object or list that holds it, and its key. */
type Place = { readonly path: string; readonly parent: Record<string, Node>; readonly key: string };

const read = (): Record<string, Node> =>
  JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Node>;

function placesOf(node: Node, path: string): Place[] {
  if (typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([key, child]) => {
    const here = `${path}/${key}`;
    const parent = node as Record<string, Node>;
    return typeof child === 'object' ? placesOf(child, here) : [{ path: here, parent, key }];
  });
}

/** Changes one hex digit, or a letter of a word, or a number. */
function changed(text: string | number, random: SeededRandom): string | number {
  if (typeof text === 'number') return text + 1;
  if (text === '') return '0';
  const at = random.below(text.length);
  const digit = Number.parseInt(text[at] ?? '', 16);
  const other = Number.isNaN(digit) ? '_' : (digit ^ 1).toString(16);
  return text.slice(0, at) + other + text.slice(at + 1);
}

const computed = computeAll();

t.test('core gives every value of the vectors byte for byte', (t) => {
  const { passed, failed, failures, notBuilt } = judge(read(), computed);
  t.same(failures, []);
  t.equal(failed, 0);
  t.equal(passed, VALUES + NEGATIVE);
  t.same(notBuilt, [...NOT_BUILT_SECTIONS, ...NOT_BUILT_NEGATIVE]);
  t.end();
});

t.test('a change of any value fails', (t) => {
  const random = randomOf(t);
  const file = read();
  const sections = Object.entries(file).filter(([name]) => !NOT_BUILT_SECTIONS.includes(name));
  const places = new Map(
    sections.map(([name, tree]) => [
      name,
      typeof tree === 'object'
        ? placesOf(tree, name).filter(({ path }) => !path.startsWith('negative/90/'))
        : [{ path: name, parent: file, key: name }],
    ]),
  );
  const all = [...places.values()].flat();
  const sample = [
    ...[...places.values()].map((ofSection) => random.pick(ofSection)),
    ...Array.from({ length: SAMPLE }, () => random.pick(all)),
  ];
  for (const { path, parent, key } of sample) {
    const before = parent[key];
    if (typeof before !== 'string' && typeof before !== 'number') throw new Error('not a leaf');
    const after = changed(before, random);
    parent[key] = after;
    t.ok(judge(file, computed).failed > 0, `${path}: ${before} -> ${after}`);
    parent[key] = before;
  }
  t.equal(judge(file, computed).failed, 0, 'all changes were taken back');
  t.end();
});

t.test('a value or vector too few or too many fails', (t) => {
  const without = (change: (file: Record<string, Node>) => void): number => {
    const file = read();
    change(file);
    return judge(file, computed).failed;
  };
  t.ok(without((file) => delete file['hash']) > 0);
  t.ok(without((file) => delete (file['hash'] as Record<string, Node>)['KS x']) > 0);
  t.ok(without((file) => Object.assign(file['hash'] as object, { more: '00' })) > 0);
  t.ok(without((file) => (file['negative'] as Node[]).pop()) > 0);
  t.ok(
    without((file) => (file['negative'] as Node[]).push((file['negative'] as Node[])[0] ?? 0)) > 0,
  );
  t.ok(without((file) => Object.assign(file, { other: {} })) > 0);
  t.ok(without((file) => Object.assign(file, { hash: null, blake3: true })) > 1);
  t.equal(judge([], computed).failed, 1);
  t.equal(judge(null, computed).failed, 1);
  t.end();
});

t.test('the command ends with the count and exits 1 on a failure', (t) => {
  const file = read();
  const hash = file['hash'] as Record<string, Node>;
  hash['KS x'] = '00'.repeat(32);
  const path = join(temporaryDirectory(t), 'kat.json');
  writeFileSync(path, JSON.stringify(file));
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, ['test/kat/main.ts', path], {
    encoding: 'utf8',
    env,
  });
  t.equal(status, 1);
  t.match(stdout, /^FAIL hash\/KS x: /m);
  t.match(stdout, /^not built: N-91$/m);
  t.equal(stdout.trimEnd().split('\n').at(-1), `${VALUES + NEGATIVE - 1} passed, 1 failed`);
  t.end();
});
