/**
 * What a local cluster shows: a wallet is made, pays from its address on a real chain, and every
 * claim about it is checked with libraries that know nothing of Trefoil.
 * @module
 */
import {
  type JsonRpcProvider,
  type TransactionLike,
  Transaction,
  getAddress,
  hexlify,
  parseEther,
  toQuantity,
} from 'ethers';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client, ProvenWallet, SignedTransaction } from '../../client/index.ts';

const FUNDING_WEI = parseEther('1');
export const TRANSFER_WEI = parseEther('0.1');
const TRANSFER_GAS = 21_000n;
/** Without a chain to ask: 2 and 1 gwei. */
const OFFLINE_FEES = { maxFeePerGas: 2_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n };
/** Where the transfer goes where no chain has accounts of its own: anvil's second account. */
const OFFLINE_RECIPIENT = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const MINED_TIMEOUT_MS = 15_000;
const RECEIPT_POLL_MS = 50;
const CALL_TIMEOUT_MS = 20_000;

export type DemoChain = {
  readonly chainId: number;
  /** Undefined: there is no chain; the transfer is signed, not sent. */
  readonly provider: JsonRpcProvider | undefined;
};

export type DemoOptions = {
  readonly displayName: string;
  readonly threshold: number;
  readonly committee: readonly number[];
};

export type DemoModules = {
  readonly client: Client;
  readonly chain: DemoChain;
  readonly phase: <T>(title: string, run: () => Promise<T>) => Promise<T>;
};

export type DemoResult = {
  readonly wallet: ProvenWallet;
  readonly signed: SignedTransaction;
  readonly recipient: string;
  /** The sender that ethers recovers from the raw transaction is the wallet's address. */
  readonly verified: boolean;
  readonly hash: string;
  /** Undefined where there is no chain. */
  readonly blockNumber: number | undefined;
  /** Milliseconds. */
  readonly timingsMs: { readonly createWallet: number; readonly sign: number };
};

async function timed<T>(run: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  const value = await run();
  return { value, ms: performance.now() - start };
}

async function accountsOf(provider: JsonRpcProvider): Promise<[string, string]> {
  const accounts: unknown = await provider.send('eth_accounts', []);
  if (!Array.isArray(accounts)) throw new Error('the chain has no funded accounts');
  const [payer, recipient] = accounts.map((account) => getAddress(String(account)));
  if (payer === undefined || recipient === undefined) {
    throw new Error('the chain has no funded accounts');
  }
  return [payer, recipient];
}

/**
 * Asks for the receipt until it is there. The chain mines a block for each transaction and none
 * without: who waits for the next block, as providers do, may wait for one that never comes.
 */
async function waitMined(provider: JsonRpcProvider, hash: string): Promise<number> {
  const deadline = performance.now() + MINED_TIMEOUT_MS;
  for (;;) {
    const receipt = await provider.getTransactionReceipt(hash);
    if (receipt?.status === 1) return receipt.blockNumber;
    if (receipt !== null) throw new Error(`transaction ${hash} was not executed`);
    if (performance.now() > deadline) throw new Error(`transaction ${hash} was not mined in time`);
    await pause(RECEIPT_POLL_MS);
  }
}

/** Pays the wallet's address from a funded account of the chain; returns the transfer to sign. */
async function fund(
  provider: JsonRpcProvider,
  address: string,
): Promise<{ fields: TransactionLike; recipient: string }> {
  const [payer, recipient] = await accountsOf(provider);
  const payment = { from: payer, to: address, value: toQuantity(FUNDING_WEI) };
  await waitMined(provider, String(await provider.send('eth_sendTransaction', [payment])));
  const [nonce, { maxFeePerGas, maxPriorityFeePerGas }] = await Promise.all([
    provider.getTransactionCount(address, 'pending'),
    provider.getFeeData(),
  ]);
  return { recipient, fields: { nonce, maxFeePerGas, maxPriorityFeePerGas } };
}

/** Sends the raw transaction and checks that the chain, too, says that the wallet sent it. */
async function send(provider: JsonRpcProvider, raw: string, address: string): Promise<number> {
  const hash = String(await provider.send('eth_sendRawTransaction', [raw]));
  const blockNumber = await waitMined(provider, hash);
  const mined = await provider.getTransaction(hash);
  if (mined?.from !== address) throw new Error(`the chain names another sender of ${hash}`);
  return blockNumber;
}

/** Makes a wallet, signs an EIP-1559 transfer from its address, and has it mined. */
export async function runDemo(
  { displayName, threshold, committee }: DemoOptions,
  { client, chain, phase }: DemoModules,
): Promise<DemoResult> {
  const { provider, chainId } = chain;
  const { value: wallet, ms: createWallet } = await phase(
    'wallet by distributed key generation',
    () =>
      timed(() =>
        client.createWallet(
          { displayName, threshold, committee, purposes: ['evm'] },
          { timeoutMs: CALL_TIMEOUT_MS },
        ),
      ),
  );
  const { address } = wallet.root;
  const { fields, recipient } = provider
    ? await phase('funds for the wallet', () => fund(provider, address))
    : { fields: { nonce: 0, ...OFFLINE_FEES }, recipient: OFFLINE_RECIPIENT };
  const transaction = {
    ...fields,
    ...{ type: 2, chainId, to: recipient, value: TRANSFER_WEI, gasLimit: TRANSFER_GAS },
  };
  const { value: signed, ms: sign } = await phase(`signature by ${threshold} signers`, () =>
    timed(() =>
      client.signEvmTransaction(
        { wallet: wallet.name, transaction },
        { timeoutMs: CALL_TIMEOUT_MS },
      ),
    ),
  );
  const raw = hexlify(signed.signedPayload);
  const parsed = Transaction.from(raw);
  const blockNumber = provider
    ? await phase('transaction on the chain', () => send(provider, raw, address))
    : undefined;
  return {
    wallet,
    signed,
    recipient,
    verified: parsed.from === address,
    hash: parsed.hash ?? '',
    blockNumber,
    timingsMs: { createWallet, sign },
  };
}
