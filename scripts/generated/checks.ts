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
/** The table that gives an abort code its check decides nothing. */
const ABORT_TABLE = 'core/errors.ts';
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

export type Check = {
  id: string;
  where: string;
  what: string;
  onFailure: string;
  /** Why no code decides it yet, if so. */
  notBuilt: string | undefined;
  /** Files that decide it. */
  code: readonly string[];
  tests: readonly { file: string; name: string }[];
};

type Mention = { id: string; file: string; name: string };

async function mentions(pattern: string, regex: RegExp): Promise<Mention[]> {
  const files = globSync(pattern).sort();
  const found = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(file, 'utf8');
      return [...text.matchAll(regex)].map(({ groups }) => ({
        file,
        id: groups?.['id'] ?? '',
        name: groups?.['name'] ?? '',
      }));
    }),
  );
  return found.flat();
}

/** Where checks are decided: by number, or by the abort code that stands for one. */
async function decisions(): Promise<Mention[]> {
  const numbered = await mentions(PRODUCT, /\b(?:holds|present)\(\s*'(?<id>C-\d\d)'/g);
  const coded = await mentions(PRODUCT, /'(?<name>[A-Z][A-Z0-9_]+)'/g);
  const aborts = coded.flatMap((mention) =>
    Object.hasOwn(ABORTS, mention.name)
      ? [{ ...mention, id: ABORTS[mention.name as AbortCode].check }]
      : [],
  );
  return [...numbered, ...aborts].filter(({ file }) => file !== ABORT_TABLE);
}

/** All checks, by number. */
export async function readChecks(): Promise<Check[]> {
  const rows = /^\| (?<id>C-\d\d) \| (?<where>.*?) \| (?<what>.*?) \| (?<onFailure>.*?) \|/gm;
  const spec = await readFile(SPEC, 'utf8');
  const decided = await decisions();
  const tested = await mentions(
    TESTS,
    /\bnegative\(\s*'(?<id>C-\d\d)',\s*(?<quote>['"`])(?<name>.*?)(?<!\\)\k<quote>/gs,
  );
  const checks = [...spec.matchAll(rows)].map(({ groups }) => {
    const { id = '', where = '', what = '', onFailure = '' } = groups ?? {};
    const code = decided.filter((each) => each.id === id).map(({ file }) => file);
    const tests = tested.filter((each) => each.id === id);
    return {
      id,
      where,
      what,
      onFailure,
      notBuilt: NOT_BUILT[id],
      code: [...new Set(code)].sort(),
      tests,
    };
  });
  return checks.sort((a, b) => a.id.localeCompare(b.id));
}

const link = (file: string): string => `[${file}](../${file})`;

function row({ id, what, onFailure, notBuilt, code, tests }: Check): string {
  const decidedIn = notBuilt ? `not built: ${notBuilt}` : code.map(link).join('<br>');
  const testedBy = tests.map(({ file, name }) => `${link(file)}: ${name}`).join('<br>');
  return `| ${id} | ${what} | ${onFailure} | ${decidedIn} | ${testedBy} |`;
}

export async function checksPage(): Promise<string> {
  const checks = await readChecks();
  const head = `# The numbered checks

Made by \`npm run generate\` from [the specification](spec/dkls23.md) §15, the places in the code
that decide each check (\`holds\`, \`ensure\`) and the tests declared for it (\`negative\`). A test listed here
runs twice: as it is, and with its check switched off, when it has to fail.

| id | check | on failure | decided in | tests |
|---|---|---|---|---|
`;
  return `${head}${checks.map(row).join('\n')}\n`;
}
