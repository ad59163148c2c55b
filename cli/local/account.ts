/**
 * What `trefoil local` says when it is done: the JSON object for programs, the account for people.
 * @module
 */
import { relative } from 'node:path';
import { formatEther, hexlify } from 'ethers';
import { duration } from '../output.ts';
import { DEFAULT_DIR } from '../open-client.ts';
import { LOCAL_CHAIN_ID, WITHOUT_ANVIL } from './chain.ts';
import type { LocalCluster } from './cluster.ts';
import { TRANSFER_WEI, type DemoResult } from './demo.ts';

/** v of a signature as Ethereum writes it, from the recovery id. */
const V_BASE = 27;

export type Run = {
  readonly cluster: LocalCluster;
  readonly demo: DemoResult;
  readonly totalMs: number;
};

export type LocalReport = {
  readonly wallet: {
    readonly name: string;
    readonly address: string;
    readonly publicKey: string;
    readonly n: number;
    readonly t: number;
    readonly certificateVerified: boolean;
  };
  readonly signature: {
    readonly digest: string;
    readonly r: string;
    readonly s: string;
    readonly v: number;
    readonly verified: boolean;
  };
  readonly transaction: {
    readonly hash: string;
    readonly raw: string;
    readonly mined: boolean;
    readonly blockNumber: number | null;
  };
  readonly signers: readonly {
    readonly index: number;
    readonly pid: number;
    readonly sealedWith: string;
  }[];
  readonly timingsMs: {
    readonly boot: number;
    readonly pairSetup: number;
    readonly createWallet: number;
    readonly sign: number;
    readonly total: number;
  };
};

/** The one JSON object of `trefoil local --json`. */
export function reportOf({ cluster, demo, totalMs }: Run): LocalReport {
  const { wallet, signed } = demo;
  const { boot, pairSetup } = cluster.timingsMs;
  const { createWallet, sign } = demo.timingsMs;
  return {
    wallet: {
      name: wallet.name,
      address: wallet.root.address,
      publicKey: hexlify(wallet.root.publicKey),
      n: wallet.committee.length,
      t: wallet.threshold,
      certificateVerified: wallet.certificateVerified,
    },
    signature: {
      digest: hexlify(signed.digest),
      r: hexlify(signed.r),
      s: hexlify(signed.s),
      v: V_BASE + signed.recid,
      verified: demo.verified,
    },
    transaction: {
      hash: demo.hash,
      raw: hexlify(signed.signedPayload),
      mined: demo.blockNumber !== undefined,
      blockNumber: demo.blockNumber ?? null,
    },
    signers: cluster.signers().map(({ index, member }) => ({
      index,
      pid: member.process.pid,
      sealedWith: cluster.state.sealer.provider,
    })),
    timingsMs: {
      boot: Math.round(boot),
      pairSetup: Math.round(pairSetup),
      createWallet: Math.round(createWallet),
      sign: Math.round(sign),
      total: Math.round(totalMs),
    },
  };
}

const listOf = (numbers: readonly number[]): string =>
  numbers.length < 2
    ? numbers.join('')
    : `${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1) ?? ''}`;

function whatHappened({ cluster, demo }: Run): string[] {
  const { wallet, signed, recipient, blockNumber } = demo;
  const { threshold, committee } = wallet;
  const provider = cluster.state.sealer.provider;
  return [
    `A ${threshold}-of-${committee.length} wallet was made, and ${threshold} signers signed a transfer from it.`,
    '',
    `  wallet       ${wallet.name}`,
    `  address      ${wallet.root.address}`,
    `  certificate  verified: signed by signers ${listOf(committee)}, no share ever left its signer`,
    `  transfer     ${formatEther(TRANSFER_WEI)} ETH to ${recipient}`,
    `  signed by    signers ${listOf(signed.signers)}; shares at rest are sealed with ${provider}`,
    `  signature    verified here, and by ethers, which recovers the wallet's address`,
    ...(blockNumber === undefined
      ? [`  transaction  ${demo.hash}, not sent`, `               ${WITHOUT_ANVIL}`]
      : [`  transaction  ${demo.hash}, mined in block ${blockNumber}`]),
  ];
}

function timeTaken(run: Run): string {
  const { boot, pairSetup, createWallet, sign, total } = reportOf(run).timingsMs;
  const parts = [
    `boot ${duration(boot)}`,
    `pair set-up ${duration(pairSetup)}`,
    `wallet ${duration(createWallet)}`,
    `signature ${duration(sign)}`,
    `in all ${duration(total)}`,
  ];
  return `  time         ${parts.join(', ')}`;
}

/** How the cluster is called, for one that keeps serving. `dir` is the folder as they named it. */
function howToCall({ cluster, demo }: Run, dir: string): string[] {
  const choice = dir === DEFAULT_DIR ? '' : ` --dir ${dir}`;
  const transaction = {
    type: 2,
    chainId: cluster.chain?.chainId ?? LOCAL_CHAIN_ID,
    nonce: 0,
    to: demo.recipient,
    value: '1',
    gasLimit: 21_000,
    maxFeePerGas: '2000000000',
    maxPriorityFeePerGas: '1',
  };
  return [
    '',
    '  Call it from another terminal:',
    `    node bin/trefoil.mjs wallet list${choice}`,
    `    node bin/trefoil.mjs wallet create --name savings${choice}`,
    `    node bin/trefoil.mjs sign ${demo.wallet.name} --path 0/1${choice} \\`,
    `      --transaction '${JSON.stringify(transaction)}'`,
  ];
}

/** A path as people would type it here. */
function shortPath(path: string): string {
  const below = relative('', path);
  return below.startsWith('..') ? path : below;
}

export type AccountOptions = { readonly dir: string; readonly keepsServing: boolean };

/** The account for people. */
export function accountOf(run: Run, { dir, keepsServing }: AccountOptions): string[] {
  const { listen } = run.cluster.coordinator();
  const { chain } = run.cluster;
  const signerLines = run.cluster.signers().map(({ index, member }) => {
    const { pid, logFile } = member.process;
    return `  signer ${index}     ${member.listen.grpc}, process ${pid}, log ${shortPath(logFile)}`;
  });
  return [
    '',
    ...whatHappened(run),
    timeTaken(run),
    '',
    `  API          gRPC trefoil.v1 at ${listen.grpc}, mutual TLS; schema in proto/`,
    `  probes       http://${listen.http}/readyz, metrics at /metrics`,
    ...signerLines,
    ...(chain ? [`  chain        ${chain.rpc}, chain id ${chain.chainId}`] : []),
    `  folder       ${dir}: keys, shares, logs; cluster.json has the addresses for programs`,
    ...(keepsServing
      ? howToCall(run, dir)
      : ['', '  Everything is stopped again; without --once it keeps serving.']),
  ];
}
