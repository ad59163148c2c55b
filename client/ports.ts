/**
 * What the client needs of the transport: one method per RPC, messages decoded and bounded, every
 * error a TrefoilError.
 * @module
 */
import type { StampedRequest } from '../wire/request.ts';
import type { Cluster } from '../wire/signer-info.ts';
import type { Page, SignResponse, Wallet, WalletPage } from '../wire/wallet.ts';

export type CallOptions = {
  /** Epoch milliseconds. */
  readonly deadline: number;
};

export type WalletRpc = {
  readonly createWallet: (request: StampedRequest, options: CallOptions) => Promise<Wallet>;
  readonly getWallet: (name: string, options: CallOptions) => Promise<Wallet>;
  readonly listWallets: (page: Page, options: CallOptions) => Promise<WalletPage>;
  readonly sign: (request: StampedRequest, options: CallOptions) => Promise<SignResponse>;
  readonly getSignature: (requestId: string, options: CallOptions) => Promise<SignResponse>;
  readonly getCluster: (options: CallOptions) => Promise<Cluster>;
  readonly close: () => void;
};
