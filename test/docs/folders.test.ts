import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';

const files = execFileSync('git', ['ls-files'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(path));
const pages = files.filter(
  (path) => /(^|\/)[\w-]+\.md$/.test(path) && !/^docs\/(spec|checks\.md)/.test(path),
);

/** What exists beside a running cluster only. */
const MADE_LATER = /^(\.trefoil\/.*|cluster\.json|(signer|coordinator|client)\.yaml)$/;

/** Code files that a page names, as it names them. */
function filesNamedIn(page: string): string[] {
  const text = readFileSync(page, 'utf8');
  const named = text.matchAll(/(?<![\w*{}/.-])[\w./-]+\.(?:ts|mjs|json|yaml)\b/g);
  return [...new Set([...named].map(([name]) => name))].filter((name) => !MADE_LATER.test(name));
}

/** From the page, from the root, or by its last names somewhere below the page's folder. */
function exists(page: string, name: string): boolean {
  const below = page.startsWith('docs/') ? '' : dirname(page).replace(/^\.$/, '');
  const isBelow = files.some((path) => path.startsWith(below) && `/${path}`.endsWith(`/${name}`));
  return isBelow || existsSync(join(dirname(page), name)) || existsSync(name);
}

t.test('every file that a page names exists', async (t) => {
  const missing = pages.flatMap((page) =>
    filesNamedIn(page)
      .filter((name) => !exists(page, name))
      .map((name) => `${page}: ${name}`),
  );

  t.same(missing, []);
});
