import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { childEnvironment } from '../../../cli/local/environment.ts';
import { recordProcesses, waitForLeftovers } from '../../../cli/local/leftovers.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const onLinux = { skip: !existsSync('/proc/self/cmdline') && 'there is no /proc' };

function sleeper(t: Test, folder: string, ms: number): number {
  const child = spawn(process.execPath, ['--eval', `setTimeout(() => {}, ${ms})`, folder], {
    env: childEnvironment(process.env),
    stdio: 'ignore',
  });
  t.teardown(() => child.kill('SIGKILL'));
  if (child.pid === undefined) throw new Error('not started');
  return child.pid;
}

await t.test('waits for processes of an earlier start', onLinux, async (t) => {
  const folder = temporaryDirectory(t);
  const path = join(folder, 'processes.json');
  recordProcesses(path, [{ name: 'signer 1', pid: sleeper(t, folder, 300) }]);

  const start = performance.now();
  await waitForLeftovers(path, folder, 10_000);

  t.ok(performance.now() - start > 200);
});

await t.test('names a process that does not end', onLinux, async (t) => {
  const folder = temporaryDirectory(t);
  const path = join(folder, 'processes.json');
  const pid = sleeper(t, folder, 60_000);
  recordProcesses(path, [{ name: 'signer 2', pid }]);

  await t.rejects(
    waitForLeftovers(path, folder, 100),
    new Error(`signer 2 of an earlier start (process ${pid}) still runs in ${folder}`),
  );
});

await t.test('does not wait for a process that is not of this folder', async (t) => {
  const folder = temporaryDirectory(t);
  const path = join(folder, 'processes.json');
  recordProcesses(path, [{ name: 'signer 3', pid: process.pid }]);

  await waitForLeftovers(path, folder, 100);
  await waitForLeftovers(join(folder, 'missing.json'), folder, 100);
});
