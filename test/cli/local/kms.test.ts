import { join } from 'node:path';
import { Transaction } from 'ethers';
import t from 'tap';
import type { LocalReport } from '../../../cli/local/account.ts';
import { runCli, startCli } from '../../support/cli.ts';
import { until } from '../../support/until.ts';
import { checkReport, processesOf, runningCluster } from '../../support/local-report.ts';
import { MOTO_ENVIRONMENT, motoMissing, startMoto } from '../../support/moto.ts';
import { isAlive } from '../../support/pids.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const TRANSFER = {
  type: 2,
  chainId: 31_337,
  nonce: 0,
  to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  value: '1',
  gasLimit: 21_000,
  maxFeePerGas: '2000000000',
  maxPriorityFeePerGas: '1',
};

await t.test(
  'seals shares with KMS, restart included; a killed parent leaves nothing running',
  { skip: motoMissing() ?? false },
  async (t) => {
    const moto = await startMoto();
    t.teardown(() => moto.stop());
    const env = { ...MOTO_ENVIRONMENT, AWS_ENDPOINT_URL_KMS: moto.endpoint };
    const dir = join(temporaryDirectory(t), 'local');
    const args = ['local', '--dir', dir, '--port', '0', '--json'];

    const first = await runCli(t, [...args, '--once', '--sealer', 'aws-kms'], env);
    t.equal(first.code, 0, first.stderr);
    const report = JSON.parse(first.stdout) as LocalReport;
    checkReport(t, report, 'aws-kms');

    const mismatch = await runCli(t, [...args, '--once', '--sealer', 'file'], env);
    t.equal(mismatch.code, 2);
    t.match(mismatch.stderr, /sealed by aws-kms/);

    const local = startCli(t, args, env);
    await local.waitFor(/^\}$/m);
    const cluster = runningCluster(dir);
    const wallet = ['--dir', dir, '--json', '--transaction', JSON.stringify(TRANSFER)];
    const signed = await runCli(t, ['sign', report.wallet.name, '--path', '0/1', ...wallet]);
    t.equal(signed.code, 0, signed.stderr);
    const { results } = JSON.parse(signed.stdout) as {
      results: { address: string; signedPayload: string }[];
    };
    t.equal(Transaction.from(results[0]?.signedPayload ?? '').from, results[0]?.address);

    t.ok(processesOf(cluster).every(isAlive));
    local.child.kill('SIGKILL');
    await until(
      'every process ends with its parent',
      () => !processesOf(cluster).some(isAlive),
      20_000,
    );
  },
);
