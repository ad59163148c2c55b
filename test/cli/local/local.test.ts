import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Transaction } from 'ethers';
import t, { type Test } from 'tap';
import type { LocalReport } from '../../../cli/local/account.ts';
import { runCli, startCli } from '../../support/cli.ts';
import { until } from '../../support/until.ts';
import { checkReport, hasChain, processesOf, runningCluster } from '../../support/local-report.ts';
import { isAlive } from '../../support/pids.ts';
import { testRuntime } from '../../support/runtime.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The program in client/README.md, against the cluster in `dir`. */
async function runReadme(t: Test, dir: string): Promise<void> {
  const readme = readFileSync(join(ROOT, 'client/README.md'), 'utf8');
  const program = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
  const { node, env } = testRuntime();
  const [command, ...prefix] = node;
  const { stdout } = await promisify(execFile)(
    command,
    [
      ...[...prefix, '--input-type=module-typescript'],
      ...['--eval', program.replace('.trefoil/local', dir)],
    ],
    { cwd: ROOT, env },
  );

  const [addresses = '', raw = ''] = stdout.trim().split('\n');
  const sender = Transaction.from(raw).from ?? '';
  t.match(addresses, new RegExp(`^0x[0-9a-fA-F]{40} ${sender} \\[ \\d, \\d \\]$`));
}

/** A start that is given up while the processes boot: nothing runs on, the folder stays usable. */
async function interruptStart(t: Test, dir: string): Promise<void> {
  const record = join(dir, 'processes.json');
  const local = startCli(t, ['local', '--dir', dir, '--port', '0']);
  await until('the first process is started', () => existsSync(record), 90_000);
  const { processes } = JSON.parse(readFileSync(record, 'utf8')) as {
    processes: { pid: number }[];
  };

  local.child.kill('SIGINT');

  t.equal(await local.exited, 1);
  t.equal(local.stderr(), 'trefoil: interrupted\n');
  t.ok(processes.length > 0);
  t.notOk(
    processes.some(({ pid }) => isAlive(pid)),
    'nothing is left running',
  );
  t.notOk(existsSync(record));
}

await t.test('serves until Ctrl-C, and starts again with the same wallets', async (t) => {
  const dir = join(temporaryDirectory(t), 'local');
  await interruptStart(t, dir);
  const local = startCli(t, ['local', '--dir', dir, '--port', '0']);
  await local.waitFor(/Ctrl-C stops it/);
  const text = local.stdout();
  const cluster = runningCluster(dir);

  t.match(text, /A 2-of-3 wallet was made, and 2 signers signed a transfer from it/);
  t.match(text, new RegExp(`gRPC trefoil.v1 at ${cluster.coordinator.grpc}`));
  t.match(text, hasChain ? /mined in block \d+/ : /anvil was not found/);
  const name = /wallets\/[0-9a-f]{64}/.exec(text)?.[0] ?? '';

  const second = await runCli(t, ['local', '--once', '--dir', dir]);
  t.equal(second.code, 1);
  t.match(second.stderr, /another local cluster runs in/);

  const listed = await runCli(t, ['wallet', 'list', '--dir', dir, '--json']);
  t.equal(listed.code, 0, listed.stderr);
  t.match(JSON.parse(listed.stdout), { wallets: [{ name, state: 'active' }] });

  await runReadme(t, dir);

  const refused = await runCli(t, ['sign', name, '--dir', dir, '--digest', `0x${'1'.repeat(64)}`]);
  t.equal(refused.code, 1);
  t.match(refused.stderr, /PURPOSE_FORBIDDEN/);

  local.child.kill('SIGINT');
  t.equal(await local.exited, 0);
  t.equal(local.stderr(), '');
  t.notOk(existsSync(join(dir, 'cluster.json')));
  t.notOk(processesOf(cluster).some(isAlive), 'nothing is left running');

  const away = await runCli(t, ['wallet', 'get', name, '--dir', dir]);
  t.equal(away.code, 3);

  const again = await runCli(t, ['local', '--once', '--json', '--dir', dir]);
  t.equal(again.code, 0, again.stderr);
  t.equal(again.stderr, '');
  const report = JSON.parse(again.stdout) as LocalReport;
  checkReport(t, report, 'file');
  t.not(report.wallet.name, name);
});
