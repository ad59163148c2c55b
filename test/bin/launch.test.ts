import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import t from 'tap';

const LAUNCHER = resolve('bin/launch.mjs');
const { NODE_OPTIONS: _, ...env } = process.env;

const ENTRY = `
type Said = { major: number; args: string[]; childMajor: number };
import { spawnSync } from 'node:child_process';
const [what, ...args] = process.argv.slice(2);
if (what === 'say') {
  const { stdout } = spawnSync('node', ['-p', 'parseInt(process.versions.node)'], { encoding: 'utf8' });
  const said: Said = { major: parseInt(process.versions.node), args, childMajor: Number(stdout) };
  console.log(JSON.stringify(said));
} else if (what === 'exit') {
  process.exit(Number(args[0]));
} else if (what === 'die') {
  process.kill(process.pid, 'SIGKILL');
} else {
  process.on('SIGTERM', () => process.exit(43));
  process.on('SIGINT', () => process.exit(42));
  setInterval(() => {}, 1000);
  console.log('ready');
}
`;

/** The first Node on PATH that is too old to run TypeScript by itself. */
function oldNode(): string | undefined {
  return (env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
      } catch {
        return false;
      }
      const { stdout } = spawnSync(path, ['-p', 'parseInt(process.versions.node)'], {
        env,
        encoding: 'utf8',
      });
      return Number(stdout) >= 20 && Number(stdout) < 24;
    });
}

const stock = oldNode();
const nodes = [
  { name: 'a Node that runs TypeScript', node: process.execPath, skip: false as const },
  {
    name: 'an older Node',
    node: stock ?? '',
    skip: stock === undefined && 'no Node older than 24 on PATH',
  },
];

async function exitOf(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
}

for (const { name, node, skip } of nodes) {
  await t.test(`under ${name}`, { skip }, async (t) => {
    const entry = join(t.testdir({ 'entry.ts': ENTRY }), 'entry.ts');
    const stockFirst = { ...env, PATH: [dirname(node), env['PATH']].join(delimiter) };
    const launch = (...args: string[]): ChildProcess =>
      spawn(node, [LAUNCHER, entry, ...args], {
        env: stockFirst,
        stdio: ['ignore', 'pipe', 'inherit'],
      });

    await t.test('an entry gets its arguments, and its children the same Node', async (t) => {
      const { stdout } = spawnSync(node, [LAUNCHER, entry, 'say', 'a b', '--json'], {
        env: stockFirst,
        encoding: 'utf8',
      });
      const said = JSON.parse(stdout) as { major: number; args: string[]; childMajor: number };
      t.ok(said.major >= 24);
      t.equal(said.childMajor, said.major);
      t.same(said.args, ['a b', '--json']);
    });

    await t.test('exit codes are kept', async (t) => {
      t.same(await exitOf(launch('exit', '3')), [3, null]);
    });

    await t.test('a death by signal is passed on', async (t) => {
      t.same(await exitOf(launch('die')), [null, 'SIGKILL']);
    });

    for (const [signal, code] of [
      ['SIGTERM', 43],
      ['SIGINT', 42],
    ] as const)
      await t.test(`${signal} reaches the entry`, async (t) => {
        const child = launch('wait');
        const exit = exitOf(child);
        if (child.stdout) await once(child.stdout, 'data');
        child.kill(signal);
        t.same(await exit, [code, null]);
      });
  });
}

await t.test('without an entry it says how it is used', async (t) => {
  const { status, stderr } = spawnSync(process.execPath, [LAUNCHER], { env, encoding: 'utf8' });
  t.equal(status, 2);
  t.match(stderr, /usage/);
});
