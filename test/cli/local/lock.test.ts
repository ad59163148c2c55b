import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { FolderInUse, lockFolder } from '../../../cli/local/lock.ts';
import { childEnvironment } from '../../../cli/local/environment.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const LOCK_MODULE = new URL('../../../cli/local/lock.ts', import.meta.url).href;

await t.test('refuses a second holder until the first lets go', async (t) => {
  const dir = temporaryDirectory(t);
  const first = lockFolder(join(dir, 'lock'));

  t.throws(() => lockFolder(join(dir, 'lock')), new FolderInUse(dir));
  first.release();
  first.release();

  const second = lockFolder(join(dir, 'lock'));
  t.equal(statSync(join(dir, 'lock')).mode & 0o777, 0o600);
  second.release();
});

await t.test('is free again when its holder was killed', async (t) => {
  const dir = temporaryDirectory(t);
  const path = join(dir, 'lock');
  const script = `import { lockFolder } from ${JSON.stringify(LOCK_MODULE)};
    lockFolder(${JSON.stringify(path)}); console.log('held'); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: childEnvironment(process.env),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => holder.kill('SIGKILL'));
  await new Promise((resolve) => holder.stdout.once('data', resolve));

  t.throws(() => lockFolder(path), FolderInUse);
  const gone = new Promise((resolve) => holder.once('exit', resolve));
  holder.kill('SIGKILL');
  await gone;

  lockFolder(path).release();
});
