/**
 * The Trefoil client: stamped requests, proven wallets, verified signatures.
 * @module
 */
export type {
  CallTime,
  Client,
  EvmTransactionInput,
  GetSignatureInput,
  ListedWallets,
  ListWalletsInput,
  SignedTransaction,
} from './client.ts';
export {
  type ClientConfig,
  type ClusterFileSource,
  configOfCluster,
  parseConfig,
} from './config.ts';
export {
  connect,
  type ConnectModules,
  connectOptions,
  type ConnectOptions,
  standardModules,
} from './connect.ts';
export type { EvmTransactionFields } from './evm.ts';
export type { CreateWalletInput, RequestOptions, SignInput } from './requests.ts';
export type { Signatures, SignedItem } from './results.ts';
export type { ProvenWallet, Wallet } from './wallet.ts';
export type { PayloadItem } from '../wire/sign-request.ts';
export { TrefoilError } from '../wire/status.ts';
