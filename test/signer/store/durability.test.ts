import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { DataDirectoryLocked } from '../../../signer/store/errors.ts';
import { openSignerStore } from '../../../signer/store/store.ts';
import { acceptance, manualClock, newKey, openStore } from '../../support/signer-store.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const CHILD = fileURLToPath(new URL('../../support/signer-store-child.ts', import.meta.url));

type Child = {
  readonly process: ChildProcess;
  readonly lines: string[];
  /** Resolves when the child has printed `count` lines, or has ended. */
  readonly printed: (count: number) => Promise<void>;
  /** Resolves to the signal that ended it. */
  readonly ended: Promise<string | null>;
};

type Surroundings = {
  /** Run before the child in its shell, for resource limits. */
  readonly shell?: string;
  readonly nodeFlags?: readonly string[];
};

function startChild(dataDir: string, mode: string, surroundings: Surroundings = {}): Child {
  const { shell = 'true', nodeFlags = [] } = surroundings;
  const command = [process.execPath, ...nodeFlags, CHILD, dataDir, mode];
  const child = spawn('bash', ['-c', `${shell}; exec env -u NODE_OPTIONS "$0" "$@"`, ...command], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  let waiting: { count: number; resolve: () => void } | undefined;
  const settle = (done: boolean): void => {
    if (waiting && (done || lines.length >= waiting.count)) waiting.resolve();
  };
  createInterface({ input: child.stdout })
    .on('line', (line) => {
      lines.push(line);
      settle(false);
    })
    .on('close', () => {
      settle(true);
    });
  const ended = once(child, 'close').then(([, signal]) => signal as string | null);
  return {
    process: child,
    lines,
    ended,
    printed: (count) =>
      new Promise((resolve) => {
        waiting = { count, resolve };
        settle(false);
      }),
  };
}

const named = (lines: readonly string[], word: string): string[] =>
  lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));

await t.test('another process is refused, and a crash frees the directory', async (t) => {
  const dataDir = temporaryDirectory(t);
  const holder = startChild(dataDir, 'hold');
  await holder.printed(1);
  t.same(holder.lines, ['start 1']);
  t.throws(() => openSignerStore({ dataDir }, { clock: manualClock() }), DataDirectoryLocked);

  holder.process.kill('SIGKILL');
  t.equal(await holder.ended, 'SIGKILL');
  const store = openStore(dataDir);
  t.equal(store.start, 2);
  await store.close();
});

for (const linesBefore of [1, 40, 173])
  await t.test(`kill -9 after ${linesBefore} lines: all that was reported is there`, async (t) => {
    const dataDir = temporaryDirectory(t);
    const child = startChild(dataDir, 'endless');
    await child.printed(linesBefore);
    child.process.kill('SIGKILL');
    t.equal(await child.ended, 'SIGKILL');

    const store = openStore(dataDir);
    const committed = named(child.lines, 'committed');
    t.ok(child.lines.length >= linesBefore, `${child.lines.length} lines`);
    const missing = committed.filter(
      (id) => store.ledger.getByRequestId(id)?.attempts.length !== 1,
    );
    t.same(missing, []);
    const keys = named(child.lines, 'key');
    t.ok(keys.every((k) => store.keys.get(newKey(`key ${k}`).keyId, 0)?.state === 'pending'));
    const lastBurn = Number(named(child.lines, 'burned').at(-1) ?? 0);
    t.ok(store.pairs.get(2).burnedUpTo >= lastBurn);
    t.equal(store.start, 2);
    await store.close();
  });

await t.test('kill -9 between write and commit: nothing of the turn is there', async (t) => {
  const dataDir = temporaryDirectory(t);
  const child = startChild(dataDir, 'die-in-commit');
  t.equal(await child.ended, 'SIGKILL', 'it died inside the transaction');
  t.same(child.lines, ['start 1', 'committed early-1', 'committed early-2']);

  const store = openStore(dataDir);
  for (const id of ['early-1', 'early-2'])
    t.equal(store.ledger.getByRequestId(id)?.attempts.length, 1, id);
  for (const id of ['doomed-1', 'doomed-2', 'doomed-3', 'doomed-4'])
    t.equal(store.ledger.getByRequestId(id), undefined, id);
  t.ok(await store.ledger.accept(acceptance('doomed-1')), 'and it can be accepted now');
  await store.close();
});

await t.test("works under Node's permission model with one writable directory", async (t) => {
  const dataDir = temporaryDirectory(t);
  const repository = fileURLToPath(new URL('../../..', import.meta.url));
  const child = startChild(dataDir, 'seal', {
    nodeFlags: [
      '--permission',
      `--allow-fs-read=${repository}`,
      `--allow-fs-read=${dataDir}`,
      `--allow-fs-write=${dataDir}`,
    ],
  });
  t.equal(await child.ended, null);
  t.same(child.lines, ['start 1', 'unsealed 7']);
});

const noPrlimit =
  spawnSync('prlimit', ['--version']).status === 0 ? false : 'prlimit is not installed here';

await t.test(
  'no room on the disk: refused without a trace, and back when there is room',
  { skip: noPrlimit },
  async (t) => {
    const dataDir = temporaryDirectory(t);
    // A file may grow to 600 kB: room for the schemas, not for the rows.
    const child = startChild(dataDir, 'fill', { shell: 'ulimit -S -f 600' });
    const failure = new Promise<void>((resolve) => {
      const poll = setInterval(() => {
        if (!child.lines.some((line) => line.startsWith('failed'))) return;
        clearInterval(poll);
        resolve();
      }, 5);
    });
    await failure;
    const committed = named(child.lines, 'committed');
    const [failed = ''] = named(child.lines, 'failed');
    t.ok(committed.length > 10, `${committed.length} rows before the limit`);
    t.match(failed, /StoreUnavailable/);

    spawnSync('prlimit', ['--pid', String(child.process.pid), '--fsize=unlimited:unlimited']);
    const before = child.lines.length;
    child.process.stdin?.write('afterwards\n');
    await child.printed(before + 1);
    t.equal(child.lines.at(-1), 'committed afterwards');
    child.process.stdin?.end();
    await child.ended;

    const store = openStore(dataDir);
    t.ok(committed.every((id) => store.ledger.getByRequestId(id)?.attempts.length === 1));
    t.equal(store.ledger.getByRequestId(failed.split(' ')[0] ?? '')?.attempts.length ?? 0, 0);
    t.ok(store.ledger.getByRequestId('afterwards'));
    await store.close();
  },
);
