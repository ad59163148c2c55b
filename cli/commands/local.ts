/**
 * `trefoil local`: a cluster of real processes on this machine, and what it can do.
 * @module
 */
import { type Command, Option } from 'commander';
import { JsonRpcProvider } from 'ethers';
import type { Session } from '../context.ts';
import type { Output } from '../output.ts';
import { unlessAborted, untilAborted, watchInterruption } from '../interruption.ts';
import { wholeNumber } from '../arguments.ts';
import { DEFAULT_DIR } from '../open-client.ts';
import { accountOf, reportOf } from '../local/account.ts';
import { LOCAL_CHAIN_ID } from '../local/chain.ts';
import { childEnvironment } from '../local/environment.ts';
import { type LocalCluster, startLocalCluster } from '../local/cluster.ts';
import { type DemoResult, runDemo } from '../local/demo.ts';
import { FIRST_PORT, type SealerName } from '../local/folder.ts';
import { majorityOf } from '../local/roster.ts';

const MOST_SIGNERS = 9;
/** Leaves room above for the probes of every process. */
const LARGEST_FIRST_PORT = 60_000;
/** Only the owner reads what the processes write. */
const PRIVATE_UMASK = 0o077;
const WALLET_NAME = 'demo';

type LocalOptions = {
  readonly once?: true;
  readonly dir: string;
  readonly sealer?: SealerName;
  readonly signers?: number;
  readonly port?: number;
};

async function demonstrate(cluster: LocalCluster, output: Output): Promise<DemoResult> {
  const client = cluster.openClient();
  const { chain, state } = cluster;
  const provider =
    chain &&
    new JsonRpcProvider(chain.rpc, chain.chainId, {
      staticNetwork: true,
      // The demonstration reads what it has just changed.
      cacheTimeout: -1,
    });
  try {
    return await runDemo(
      {
        displayName: WALLET_NAME,
        threshold: majorityOf(state.signerCount),
        committee: cluster.signers().map(({ index }) => index),
      },
      {
        client,
        chain: { provider, chainId: chain?.chainId ?? LOCAL_CHAIN_ID },
        phase: output.phase,
      },
    );
  } finally {
    client.close();
    provider?.destroy();
  }
}

async function serve(cluster: LocalCluster, signal: AbortSignal, say: (line: string) => void) {
  cluster.onUnexpectedEnd(({ name, logFile }) => {
    say(`${name} has ended (log: ${logFile})`);
  });
  say('\nCtrl-C stops it.');
  await untilAborted(signal);
  say('stopping');
}

async function runLocal(options: LocalOptions, { context, output }: Session): Promise<void> {
  const startedAt = performance.now();
  const out = output();
  const interruption = watchInterruption();
  process.umask(PRIVATE_UMASK);
  const cluster = await startLocalCluster(
    {
      dir: options.dir,
      sealer: options.sealer,
      signerCount: options.signers,
      firstPort: options.port,
      withChain: true,
    },
    {
      ...context,
      runtime: { node: [process.execPath], env: childEnvironment(context.env) },
      phase: out.phase,
      signal: interruption.signal,
    },
  );
  try {
    const demo = await unlessAborted(demonstrate(cluster, out), interruption.signal);
    const run = { cluster, demo, totalMs: performance.now() - startedAt };
    const keepsServing = options.once !== true;
    out.result(reportOf(run), accountOf(run, { dir: options.dir, keepsServing }));
    if (keepsServing) await serve(cluster, interruption.signal, out.line);
  } finally {
    await cluster.stop();
    interruption.dispose();
  }
}

export function addLocalCommand(program: Command, session: Session): void {
  program
    .command('local')
    .description('run signers and a coordinator on this machine, make a wallet, send a transaction')
    .option('--once', 'stop when the transaction is mined')
    .option('--dir <folder>', 'where keys, shares and logs are', DEFAULT_DIR)
    .addOption(
      new Option('--sealer <provider>', 'what seals the shares').choices(['file', 'aws-kms']),
    )
    .option('--signers <n>', 'how many signers', wholeNumber(2, MOST_SIGNERS))
    .option(
      '--port <n>',
      `first port to try; 0 takes any (default: ${FIRST_PORT}, or that of the last start)`,
      wholeNumber(0, LARGEST_FIRST_PORT),
    )
    .action((options: LocalOptions) => runLocal(options, session));
}
