/**
 * What both tests of `trefoil local` ask of its report and of its processes.
 */
import { join } from 'node:path';
import { Transaction, computeAddress, recoverAddress } from 'ethers';
import type { Test } from 'tap';
import type { LocalReport } from '../../cli/local/account.ts';
import { findAnvil } from '../../cli/local/chain.ts';
import { type ClusterFile, readClusterFile } from '../../cli/local/cluster-file.ts';

export const hasChain = findAnvil(process.env['PATH'] ?? '') !== undefined;

/** Checks the one JSON object of `trefoil local --json` with ethers alone. */
export function checkReport(t: Test, report: LocalReport, sealer: string): void {
  const { wallet, signature, transaction, signers, timingsMs } = report;
  const { digest, r, s, v } = signature;
  t.match(wallet.name, /^wallets\/[0-9a-f]{64}$/);
  t.equal(wallet.address, computeAddress(wallet.publicKey));
  t.same([wallet.n, wallet.t, wallet.certificateVerified], [3, 2, true]);
  t.equal(recoverAddress(digest, { r, s, v: v === 27 ? 27 : 28 }), wallet.address);
  t.ok(signature.verified);
  const parsed = Transaction.from(transaction.raw);
  t.same([parsed.type, parsed.from, parsed.hash], [2, wallet.address, transaction.hash]);
  t.equal(transaction.mined, hasChain);
  t.equal(typeof transaction.blockNumber, hasChain ? 'number' : 'object');
  t.same(
    signers.map(({ index, sealedWith }) => [index, sealedWith]),
    [1, 2, 3].map((index) => [index, sealer]),
  );
  for (const [phase, ms] of Object.entries(timingsMs)) t.ok(ms > 0, `${phase} took ${ms} ms`);
}

/** The process ids of a cluster. */
export const processesOf = ({ coordinator, signers }: ClusterFile): number[] => [
  coordinator.pid,
  ...signers.map(({ pid }) => pid),
];

/** cluster.json of a folder where a cluster runs. */
export function runningCluster(dir: string): ClusterFile {
  const cluster = readClusterFile(join(dir, 'cluster.json'));
  if (cluster === undefined) throw new Error(`no cluster runs in ${dir}`);
  return cluster;
}
