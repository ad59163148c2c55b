import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import t from 'tap';

type Report = { summary: { violations: { from: string; rule: { name: string } }[] } };

/** A small tree that obeys every rule. */
const LAWFUL: Readonly<Record<string, string>> = {
  'core/index.ts': "export { one } from './sign/one.ts';\nexport type { Arith } from './arith.ts';",
  'core/arith.ts': 'export type Arith = { add: number };',
  'core/reference.ts': 'export const reference = 1;',
  'core/sign/one.ts': 'export const one = 1;',
  'proto/generated/signer.ts': 'export type Proto = { a: number };',
  'wire/proto.ts':
    "import { one } from '../core/index.ts';\nimport type { Proto } from '../proto/generated/signer.ts';\nexport const b = (p: Proto) => [p, one];",
  'signer/ports.ts': 'export type Sealer = { id: string };',
  'signer/service.ts': "import { b } from '../wire/proto.ts';\nexport const s = b;",
  'signer/main.ts':
    "import { file } from '../infra/sealers/file.ts';\nimport { s } from './service.ts';\nexport const m = [file, s];",
  'infra/sealers/file.ts':
    "import type { Sealer } from '../../signer/ports.ts';\nexport const file: Sealer = { id: 'f' };",
  'cli/main.ts': "import { m } from '../signer/main.ts';\nexport const cli = m;",
  'test/support/fake.ts': "import { one } from '../../core/sign/one.ts';\nexport const fake = one;",
};

/** Folder, imported module, and the rule that forbids it. */
const FORBIDDEN: readonly [folder: string, module: string, rule: string][] = [
  ['core/sign', 'node:crypto', 'core-is-pure'],
  ['core/sign', '../../wire/proto.ts', 'core-is-pure'],
  ['core/sign', 'zod', 'core-is-pure'],
  ['wire', '../core/sign/one.ts', 'core-has-one-door'],
  ['cli', '../core/sign/one.ts', 'core-has-one-door'],
  ['core/sign', '../reference.ts', 'reference-arithmetic-is-chosen-by-main'],
  ['signer', '../proto/generated/signer.ts', 'proto-types-stay-in-wire'],
  ['wire', '../signer/ports.ts', 'wire-is-a-leaf'],
  ['coordinator', '../signer/ports.ts', 'roles-stay-apart'],
  ['signer', '../cli/main.ts', 'roles-stay-apart'],
  ['client', '../coordinator/planted-0.ts', 'roles-stay-apart'],
  ['signer', '../infra/sealers/file.ts', 'infra-by-main-only'],
  ['infra/sealers', '../../signer/service.ts', 'infra-sees-ports'],
  ['signer', '../test/support/fake.ts', 'product-ignores-tests'],
  ['wire', 'fast-check', 'no-dev-dependency'],
  ['wire', './nowhere.ts', 'no-unresolvable'],
];

function violationsIn(folder: string): string[] {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const command = resolve('node_modules/.bin/depcruise');
  const args = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', '.'];
  const { stdout } = spawnSync(process.execPath, [command, ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const { summary } = JSON.parse(stdout) as Report;
  return summary.violations.map(({ from, rule }) => `${from} ${rule.name}`);
}

await t.test(
  'the import rules let a lawful tree pass and refuse each planted import',
  async (t) => {
    const folder = t.testdir({});
    const plant = (file: string, text: string): void => {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `${text}\n`);
    };
    for (const name of ['.dependency-cruiser.mjs', 'tsconfig.json', 'package.json', 'node_modules'])
      symlinkSync(resolve(name), join(folder, name));
    for (const [file, text] of Object.entries(LAWFUL)) plant(file, text);

    t.same(violationsIn(folder), [], 'lawful');

    plant('coordinator/planted-0.ts', 'export {};');
    plant('wire/one-way.ts', "import './other-way.ts';");
    plant('wire/other-way.ts', "import './one-way.ts';");
    FORBIDDEN.forEach(([home, module], index) => {
      plant(`${home}/planted-${index + 1}.ts`, `import '${module}';`);
    });
    const violations = violationsIn(folder);

    t.ok(violations.includes('wire/one-way.ts no-circular'), 'no-circular');
    FORBIDDEN.forEach(([home, module, rule], index) => {
      const expected = `${home}/planted-${index + 1}.ts ${rule}`;
      t.ok(violations.includes(expected), `${rule}: ${module} in ${home}`);
    });
  },
);
