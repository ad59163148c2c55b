/**
 * docs/checks.md: every numbered check of spec §15 with the code that decides it and the tests that
 * fail without it.
 * @module
 */
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ABORTS, type AbortCode } from '../../core/errors.ts';

const SPEC = 'docs/spec/dkls23.md';
const PRODUCT = '{core,wire,signer,coordinator,client,cli,infra}/**/*.ts';
/** Where checks and abort codes are defined: nothing is decided there. */
const DEFINITIONS = ['core/checks.ts', 'core/errors.ts'];
const TESTS = 'test/**/*.ts';

/** Checks of parts of the specification that are not built yet. */
const NOT_BUILT: Readonly<Record<string, string>> = {
  'C-47': 'pre-signing',
  'C-48': 'pre-signing',
  'C-50': 'pre-signing',
  'C-54': 'resharing',
  'C-55': 'resharing',
  'C-56': 'resharing',
  'C-57': 'resharing',
  'C-58': 'import',
  'C-59': 'export',
  'C-64': 'resharing',
};

export type Place = {
  file: string;
  /** The source that decides, its white space collapsed. */
  source: string;
};

export type Check = {
  id: string;
  where: string;
  what: string;
  onFailure: string;
  /** Why no code decides it yet, if so. */
  notBuilt: string | undefined;
  code: readonly Place[];
  tests: readonly { file: string; name: string }[];
};

type Mention = Place & { id: string; name: string };

/** Longest excerpt of source on the page. */
const EXCERPT = 100;

/** The statement that begins on the line of an offset, as one line. */
function statementAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset) + 1;
  const oneLine = text
    .slice(start, start + 4 * EXCERPT)
    .replace(/\s+/g, ' ')
    .trim();
  const end = oneLine.indexOf(';');
  const statement = end < 0 ? oneLine : oneLine.slice(0, end);
  return statement.length <= EXCERPT ? statement : `${statement.slice(0, EXCERPT)} …`;
}

async function mentions(pattern: string, regex: RegExp): Promise<Mention[]> {
  const files = globSync(pattern).sort();
  const found = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(file, 'utf8');
      return [...text.matchAll(regex)].map(({ groups, index }) => ({
        file,
        source: statementAt(text, index),
        id: groups?.['id'] ?? '',
        name: groups?.['name'] ?? '',
      }));
    }),
  );
  return found.flat();
}

/**
 * Where checks are decided: by number through `holds` and `present`, by abort code through
 * `ensure` and `ensurePresent`, or by a decoder that was told the code to abort with. A code that
 * is only thrown or translated decides nothing.
 */
async function decisions(): Promise<Mention[]> {
  const numbered = await mentions(PRODUCT, /\b(?:holds|present)\(\s*'(?<id>C-\d\d)'/g);
  const ensured = await mentions(PRODUCT, /\b(?:ensure|ensurePresent)\(\s*'(?<name>[A-Z0-9_]+)'/g);
  const told = await mentions(
    'core/**/*.ts',
    /(?:\b(?:decodePoint|new Reader)\([^;]*?,\s*|code: AbortCode = )'(?<name>[A-Z0-9_]+)'/g,
  );
  const aborts = [...ensured, ...told].flatMap((mention) =>
    Object.hasOwn(ABORTS, mention.name)
      ? [{ ...mention, id: ABORTS[mention.name as AbortCode].check }]
      : [],
  );
  return [...numbered, ...aborts].filter(({ file }) => !DEFINITIONS.includes(file));
}

function placesOf(id: string, decided: readonly Mention[]): Place[] {
  const places = decided
    .filter((each) => each.id === id)
    .map(({ file, source }) => ({ file, source }));
  const byText = new Map(places.map((place) => [`${place.file} ${place.source}`, place]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
}

/** All checks, by number. */
async function readChecks(): Promise<Check[]> {
  const rows = /^\| (?<id>C-\d\d) \| (?<where>.*?) \| (?<what>.*?) \| (?<onFailure>.*?) \|/gm;
  const spec = await readFile(SPEC, 'utf8');
  const decided = await decisions();
  const tested = await mentions(
    TESTS,
    /\bnegative\(\s*'(?<id>C-\d\d)',\s*(?<quote>['"`])(?<name>.*?)(?<!\\)\k<quote>/gs,
  );
  const checks = [...spec.matchAll(rows)].map(({ groups }) => {
    const { id = '', where = '', what = '', onFailure = '' } = groups ?? {};
    const code = placesOf(id, decided);
    const tests = tested.filter((each) => each.id === id);
    return { id, where, what, onFailure, notBuilt: NOT_BUILT[id], code, tests };
  });
  return checks.sort((a, b) => a.id.localeCompare(b.id));
}

/** What the page lacks: every check is decided and tested, or listed as not built and is not. */
export async function checksProblems(): Promise<string[]> {
  const checks = await readChecks();
  const numbers = checks.map(({ id }) => id).join(' ');
  const all = Array.from({ length: 64 }, (_, k) => `C-${String(k + 1).padStart(2, '0')}`);
  const listed = numbers === all.join(' ') ? [] : [`${SPEC}: not C-01 to C-64 but ${numbers}`];
  const each = checks.flatMap(({ id, notBuilt, code, tests }) => {
    if (notBuilt) return code.length > 0 ? [`${id}: listed as not built, but has code`] : [];
    const lacks = [code.length === 0 && 'no code', tests.length === 0 && 'no negative test'];
    return lacks.flatMap((lack) => (lack ? [`${id}: ${lack}`] : []));
  });
  return [...listed, ...each];
}

const link = (file: string): string => `[${file}](../${file})`;
const cell = (text: string): string => text.replaceAll('|', '\\|');
const excerpt = (source: string): string => cell(`\`${source.replaceAll('`', "'")}\``);

function row({ id, what, onFailure, notBuilt, code, tests }: Check): string {
  const places = code.map(({ file, source }) => `${link(file)}: ${excerpt(source)}`);
  const decidedIn = notBuilt ? `not built: ${notBuilt}` : places.join('<br>');
  const testedBy = tests.map(({ file, name }) => `${link(file)}: ${cell(name)}`).join('<br>');
  return `| ${id} | ${what} | ${onFailure} | ${decidedIn} | ${testedBy} |`;
}

export async function checksPage(): Promise<string> {
  const checks = await readChecks();
  const head = `# The numbered checks

Made by \`npm run generate\` from [the specification](spec/dkls23.md) §15, the source that decides
each check (\`holds\`, \`present\`, \`ensure\`, \`ensurePresent\`) and the tests declared for it (\`negative\`).
A test listed here runs twice: as it is, and with its check switched off, when it has to fail.

| id | check | on failure | decided in | tests |
|---|---|---|---|---|
`;
  return `${head}${checks.map(row).join('\n')}\n`;
}
