/**
 * `npm run check [-- STEP...]`: what has to hold before every commit, in at most two minutes.
 * Without arguments all steps; two run at a time, and each prints only when it fails.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import PQueue from 'p-queue';

const root = fileURLToPath(new URL('..', import.meta.url));
const JOBS = 2;
const FOLDERS = 'core wire proto signer coordinator client cli infra test bench scripts'.split(' ');

type Command = readonly [tool: string, ...args: string[]];
type Step = { name: string; commands: () => readonly Command[] };

const bin = (name: string): string => `node_modules/.bin/${name}`;
const folders = (): string[] => FOLDERS.filter((name) => existsSync(name));

function git(...args: string[]): string[] {
  const { stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
}

/** The unit tests that mirror changed files, and changed test files themselves. */
function testsOfChanges(): string[] {
  const changed = [
    ...git('diff', '--name-only', 'HEAD'),
    ...git('ls-files', '--others', '--exclude-standard'),
  ];
  const tests = changed.map((path) =>
    path.startsWith('test/') ? path : `test/${path.replace(/\.ts$/, '.test.ts')}`,
  );
  const slow = /^test\/(integration|adversary|sim)\//;
  return [...new Set(tests)]
    .filter((path) => path.endsWith('.test.ts') && !slow.test(path) && existsSync(path))
    .sort();
}

const STEPS: readonly Step[] = [
  {
    name: 'types',
    commands: () => [
      [bin('tsc'), '-p', '.'],
      [bin('tsc'), '-p', 'core'],
    ],
  },
  { name: 'lint', commands: () => [[bin('eslint'), '--max-warnings=0', '.']] },
  { name: 'format', commands: () => [[bin('prettier'), '--check', '--log-level=warn', '.']] },
  {
    name: 'layers',
    commands: () => [[bin('depcruise'), '--config', '.dependency-cruiser.mjs', ...folders()]],
  },
  { name: 'generated', commands: () => [['scripts/generate.ts', '--check']] },
  { name: 'buf', commands: () => [[bin('buf'), 'lint', 'proto']] },
  {
    name: 'tests',
    commands: () => {
      const tests = testsOfChanges();
      return tests.length > 0 ? [['scripts/test.ts', ...tests]] : [];
    },
  },
];

type Outcome = { ok: boolean; output: string };

function run(command: Command): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', (code) => {
      resolve({ ok: code === 0, output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}

async function runStep({ name, commands }: Step): Promise<boolean> {
  const start = performance.now();
  let ok = true;
  for (const command of commands()) {
    const outcome = await run(command);
    if (!outcome.ok) process.stdout.write(outcome.output);
    ok &&= outcome.ok;
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`);
  return ok;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
if (unknown.length > 0) {
  const names = STEPS.map((step) => step.name).join(', ');
  process.stderr.write(`no step ${unknown.join(', ')}; the steps are ${names}\n`);
  process.exit(2);
}
const steps = STEPS.filter((step) => wanted.length === 0 || wanted.includes(step.name));
const queue = new PQueue({ concurrency: JOBS });
const outcomes = await queue.addAll(steps.map((step) => () => runStep(step)));
process.exitCode = outcomes.every(Boolean) ? 0 : 1;
