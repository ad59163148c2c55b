/**
 * `trefoil wallet create|get|list`.
 * @module
 */
import type { Command } from 'commander';
import { hexlify } from 'ethers';
import type { Wallet } from '../../client/index.ts';
import {
  type PurposeName,
  parseCommittee,
  parsePurposes,
  parseWalletName,
  wholeNumber,
} from '../arguments.ts';
import { majorityOf } from '../local/roster.ts';
import type { Session } from '../context.ts';
import { type ClientOptions, withClient, withClientOptions } from './client-options.ts';

const LARGEST_THRESHOLD = 255;
const LARGEST_PAGE = 1000;

type CreateOptions = ClientOptions & {
  readonly name: string;
  readonly committee?: readonly number[];
  readonly threshold?: number;
  readonly purposes: readonly PurposeName[];
};

type ListOptions = ClientOptions & { readonly pageSize?: number; readonly pageToken?: string };

/** A wallet as `--json` prints it. */
const walletJson = (wallet: Wallet): object => ({
  name: wallet.name,
  displayName: wallet.displayName,
  state: wallet.state,
  address: wallet.root?.address ?? null,
  publicKey: wallet.root ? hexlify(wallet.root.publicKey) : null,
  chainCode: wallet.root ? hexlify(wallet.root.chainCode) : null,
  n: wallet.committee.length,
  t: wallet.threshold,
  committee: wallet.committee,
  purposes: wallet.purposes,
  ready: wallet.ready,
  createTime: new Date(wallet.createTime).toISOString(),
  certificateVerified: wallet.certificateVerified,
});

const walletLines = (wallet: Wallet): string[] => [
  `${wallet.name}  ${wallet.displayName}`,
  `  address      ${wallet.root?.address ?? '-'}`,
  `  state        ${wallet.state}${wallet.ready ? ', every quorum has signed' : ''}`,
  `  quorum       ${wallet.threshold} of signers ${wallet.committee.join(', ')}`,
  `  purposes     ${wallet.purposes.join(', ')}`,
  `  certificate  ${wallet.certificateVerified ? 'verified' : 'not verified'}`,
];

const listLine = ({ name, displayName, state, root, threshold, committee }: Wallet): string =>
  `${name}  ${root?.address ?? state}  ${threshold} of ${committee.length}  ${displayName}`;

function addCreate(wallet: Command, { context, output }: Session): void {
  withClientOptions(
    wallet
      .command('create')
      .description('make a wallet by distributed key generation and verify its certificate')
      .requiredOption('--name <text>', 'display name')
      .option('--committee <indices>', 'signers that hold shares (default: all)', parseCommittee)
      .option(
        '--threshold <t>',
        'signers that can sign (default: more than half)',
        wholeNumber(2, LARGEST_THRESHOLD),
      )
      .option('--purposes <list>', 'of evm, bitcoin, raw', parsePurposes, ['evm' as const]),
  ).action(async (options: CreateOptions) => {
    const made = await withClient(options, context.env, async (client, time) => {
      const committee =
        options.committee ?? (await client.getCluster(time)).signers.map(({ index }) => index);
      const threshold = options.threshold ?? majorityOf(committee.length);
      const { name: displayName, purposes } = options;
      return client.createWallet({ displayName, committee, threshold, purposes }, time);
    });
    output().result(walletJson(made), walletLines(made));
  });
}

function addGet(wallet: Command, { context, output }: Session): void {
  withClientOptions(
    wallet
      .command('get')
      .description('read a wallet and verify its certificate')
      .argument('<wallet>', 'wallets/ and 64 hex digits', parseWalletName),
  ).action(async (name: string, options: ClientOptions) => {
    const found = await withClient(options, context.env, (client, time) =>
      client.getWallet(name, time),
    );
    output().result(walletJson(found), walletLines(found));
  });
}

function addList(wallet: Command, { context, output }: Session): void {
  withClientOptions(
    wallet
      .command('list')
      .description('list wallets as the coordinator tells them')
      .option('--page-size <n>', 'how many at most', wholeNumber(1, LARGEST_PAGE))
      .option('--page-token <token>', 'next page of an earlier list'),
  ).action(async (options: ListOptions) => {
    const { pageSize, pageToken } = options;
    const page = await withClient(options, context.env, (client, time) =>
      client.listWallets(
        {
          ...(pageSize === undefined ? {} : { pageSize }),
          ...(pageToken === undefined ? {} : { pageToken }),
        },
        time,
      ),
    );
    const more = page.nextPageToken === '' ? [] : [`more: --page-token ${page.nextPageToken}`];
    output().result(
      { wallets: page.wallets.map(walletJson), nextPageToken: page.nextPageToken },
      page.wallets.length === 0 ? ['no wallets'] : [...page.wallets.map(listLine), ...more],
    );
  });
}

export function addWalletCommand(program: Command, session: Session): void {
  const wallet = program.command('wallet').description('wallets of a cluster');
  addCreate(wallet, session);
  addGet(wallet, session);
  addList(wallet, session);
}
