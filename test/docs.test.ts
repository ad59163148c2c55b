import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { parseConfig as parseClientConfig } from '../client/config.ts';
import { parseConfig as parseCoordinatorConfig } from '../coordinator/config.ts';
import { checksProblems } from '../scripts/generated/checks.ts';
import { parseConfig as parseSignerConfig } from '../signer/config.ts';

const documents = execFileSync('git', ['ls-files', '--', '*.md'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(path));

function anchorsOf(path: string): string[] {
  const headings = readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

await t.test(
  'every check is decided in code and has a negative test, or is not built',
  async (t) => {
    t.same(await checksProblems(), []);
  },
);

await t.test('generated files are those that npm run generate makes', async (t) => {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/generate.ts', '--check'],
    { env, encoding: 'utf8' },
  );
  t.equal(status, 0, stdout + stderr);
});

await t.test('links between documents lead somewhere', async (t) => {
  const broken = documents.flatMap((path) => {
    const links = readFileSync(path, 'utf8').matchAll(
      /\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g,
    );
    return [...links].flatMap(([text, target = '', anchor]) => {
      const file = target === '' ? path : join(dirname(path), target);
      const found = existsSync(file) && (anchor === undefined || anchorsOf(file).includes(anchor));
      return found ? [] : [`${path}: ${text}`];
    });
  });
  t.same(broken, []);
});

await t.test('documents name only npm scripts that exist', async (t) => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    scripts: Record<string, string>;
  };
  const unknown = documents
    .filter((path) => !path.startsWith('docs/spec/'))
    .flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/npm run (?:--?\w+ )*([\w:]+)/g)].flatMap(
        ([text, name = '']) => (name in scripts ? [] : [`${path}: ${text}`]),
      ),
    );
  t.same(unknown, []);
});

await t.test('the example configurations are accepted', async (t) => {
  const parsers = {
    signer: parseSignerConfig,
    coordinator: parseCoordinatorConfig,
    client: parseClientConfig,
  };
  for (const [name, parse] of Object.entries(parsers)) {
    const path = `docs/examples/${name}.yaml`;
    const config = parse({ yaml: readFileSync(path, 'utf8'), path, env: {} });
    t.equal(config.cluster, 'prod', name);
  }
});
