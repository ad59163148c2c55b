/**
 * `trefoil sign`.
 * @module
 */
import { type Command, Option } from 'commander';
import { hexlify } from 'ethers';
import type { PayloadItem, SignedItem, Signatures } from '../../client/index.ts';
import { parseDigest, parsePath, parseTransaction, parseWalletName } from '../arguments.ts';
import { WrongUsage } from '../failure.ts';
import type { Session } from '../context.ts';
import { type ClientOptions, withClient, withClientOptions } from './client-options.ts';

/** v of a signature as Ethereum writes it, from the recovery id. */
const V_BASE = 27;

type SignOptions = ClientOptions & {
  readonly transaction?: Uint8Array;
  readonly digest?: Uint8Array;
  readonly path: readonly number[];
  readonly requestId?: string;
};

function payloadOf({ transaction, digest }: SignOptions): PayloadItem['payload'] {
  if (transaction !== undefined) return { kind: 'evm_transaction', unsigned: transaction };
  if (digest !== undefined) return { kind: 'raw_digest', digest };
  throw new WrongUsage('give --transaction or --digest');
}

const itemJson = (item: SignedItem): object => ({
  path: item.path,
  address: item.address,
  publicKey: hexlify(item.publicKey),
  digest: hexlify(item.digest),
  r: hexlify(item.r),
  s: hexlify(item.s),
  v: V_BASE + item.recid,
  signedPayload: item.signedPayload === undefined ? null : hexlify(item.signedPayload),
});

/** Signatures as `--json` prints them. The client verified each before it returned it. */
export const signaturesJson = ({ requestId, results, signers }: Signatures): object => ({
  requestId,
  signers,
  results: results.map((item) => ({ ...itemJson(item), verified: true })),
});

const itemLines = (item: SignedItem): string[] => [
  `  key        ${item.address}, path m${item.path.map((index) => `/${index}`).join('')}`,
  `  digest     ${hexlify(item.digest)}`,
  `  r          ${hexlify(item.r)}`,
  `  s          ${hexlify(item.s)}`,
  `  v          ${V_BASE + item.recid}`,
  ...(item.signedPayload === undefined ? [] : [`  signed     ${hexlify(item.signedPayload)}`]),
];

export const signaturesLines = ({ requestId, results, signers }: Signatures): string[] => [
  `request ${requestId}: signed by signers ${signers.join(', ')}, verified here`,
  ...results.flatMap(itemLines),
];

export function addSignCommand(program: Command, { context, output }: Session): void {
  withClientOptions(
    program
      .command('sign')
      .description('sign with a wallet, and verify the signature')
      .argument('<wallet>', 'wallets/ and 64 hex digits', parseWalletName)
      .addOption(
        new Option(
          '--transaction <json|0x…|@file>',
          'unsigned EVM transaction of type 0, 1 or 2: JSON as ethers takes it, or serialized',
        )
          .argParser(parseTransaction)
          .conflicts('digest'),
      )
      .addOption(
        new Option('--digest <0x…>', '32 bytes, for wallets made for raw digests').argParser(
          parseDigest,
        ),
      )
      .option('--path <path>', 'key below the root key, like 0/7', parsePath, [])
      .option('--request-id <uuid>', 'name of the request (default: a new one)'),
  ).action(async (wallet: string, options: SignOptions) => {
    const { path, requestId } = options;
    const item = { path, payload: payloadOf(options) };
    const signed = await withClient(options, context.env, (client, time) =>
      client.sign(
        { wallet, items: [item], ...(requestId === undefined ? {} : { requestId }) },
        time,
      ),
    );
    output().result(signaturesJson(signed), signaturesLines(signed));
  });
}
