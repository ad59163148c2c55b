import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { childEnvironment } from '../../../cli/local/environment.ts';
import { testRuntime } from '../../support/runtime.ts';
import {
  ProcessFailed,
  type ProcessOptions,
  startProcess,
  waitReady,
} from '../../../cli/local/processes.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const DEADLINE_MS = 10_000;
const PROCESSES_MODULE = new URL('../../../cli/local/processes.ts', import.meta.url).href;

function script(t: Test, body: string): ProcessOptions {
  const dir = temporaryDirectory(t);
  const path = join(dir, 'script.mjs');
  writeFileSync(path, body);
  return {
    name: 'sleeper',
    nodeFlags: [],
    script: path,
    args: [],
    runtime: testRuntime(),
    logFile: join(dir, 'sleeper.log'),
  };
}

const logHas = (path: string, text: string) => async () =>
  readFileSync(path, 'utf8').includes(text);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie that nobody has waited for yet has ended all the same.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const STUBBORN = `process.on('SIGTERM', () => console.log('no'));
  setInterval(() => {}, 1000); console.log('up');`;

await t.test('stops a process by SIGTERM', async (t) => {
  const options = script(t, `setInterval(() => {}, 1000); console.log('up');`);
  const process = startProcess(options);
  await waitReady(process, { isReady: logHas(options.logFile, 'up'), timeoutMs: DEADLINE_MS });

  t.notOk(process.hasEnded());
  await process.stop();

  t.ok(process.hasEnded());
  t.same(await process.ended, { code: null, signal: 'SIGTERM' });
});

await t.test('stops a process that is stopped by SIGSTOP', async (t) => {
  const options = script(t, `setInterval(() => {}, 1000); console.log('up');`);
  const process = startProcess(options);
  await waitReady(process, { isReady: logHas(options.logFile, 'up'), timeoutMs: DEADLINE_MS });
  process.signal('SIGSTOP');

  await process.stop();

  t.same(await process.ended, { code: null, signal: 'SIGTERM' });
});

await t.test('kills a process that does not heed SIGTERM', async (t) => {
  const options = script(t, STUBBORN);
  const process = startProcess(options, { stopGraceMs: 200 });
  await waitReady(process, { isReady: logHas(options.logFile, 'up'), timeoutMs: DEADLINE_MS });

  await process.stop();

  t.same(await process.ended, { code: null, signal: 'SIGKILL' });
  t.match(readFileSync(options.logFile, 'utf8'), /no/);
});

await t.test('says with its last words that a process ended before it was ready', async (t) => {
  const options = script(t, `console.error('the data directory is locked'); process.exit(3);`);
  const process = startProcess(options);

  const failure = waitReady(process, { isReady: async () => false, timeoutMs: DEADLINE_MS });

  await t.rejects(failure, ProcessFailed);
  await t.rejects(failure, /sleeper ended with exit code 3\n {2}the data directory is locked/);
});

await t.test('gives up on a process that is never ready', async (t) => {
  const process = startProcess(script(t, `setInterval(() => {}, 1000);`));
  t.teardown(() => process.stop());

  await t.rejects(
    waitReady(process, { isReady: async () => false, timeoutMs: 100 }),
    /was not ready within 100 ms/,
  );
});

await t.test('ends the processes of a parent that was killed', async (t) => {
  const options = script(t, `setInterval(() => {}, 1000); console.log('up');`);
  const body = `import { startProcess } from ${JSON.stringify(PROCESSES_MODULE)};
    console.log(startProcess(${JSON.stringify(options)}).pid); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', body], {
    env: childEnvironment(process.env),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => parent.kill('SIGKILL'));
  const pid = Number(
    String(await new Promise((resolve) => parent.stdout.once('data', resolve))).trim(),
  );
  await until(() => readFileSync(options.logFile, 'utf8').includes('up'), 'the child is up');
  t.ok(isAlive(pid));

  parent.kill('SIGKILL');

  await until(() => !isAlive(pid), 'the child ends with its parent');
  t.pass('the child ended');
});
