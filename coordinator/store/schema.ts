/**
 * The coordinator's tables. Nothing in them is secret: public records, requests, signatures.
 * @module
 */
import type { ColumnType, Generated } from 'kysely';
import type { WalletState } from '../../wire/wallet.ts';

export type RequestKind = 'create-wallet' | 'sign';

/** Columns that are written once, with the row. */
type Once<T> = ColumnType<T, T, never>;

export type WalletTable = {
  /** Order of creation; pages follow it. */
  readonly seq: Generated<number>;
  /** `wallets/` and the key id in hex. */
  readonly name: Once<string>;
  readonly request_id: Once<string>;
  readonly display_name: Once<string>;
  readonly threshold: Once<number>;
  /** Roster indices, ascending, joined by commas. */
  readonly committee: Once<string>;
  /** Purposes, ascending, joined by commas. */
  readonly purposes: Once<string>;
  /** The StampedRequest that asked for the wallet, serialized. */
  readonly stamped_request: Once<Uint8Array>;
  readonly created_at: Once<number>;
  readonly state: WalletState;
  /** Why a failed wallet failed. */
  readonly failure: string | null;
  /** The next four: null unless active. */
  readonly certificate: Uint8Array | null;
  readonly public_key: Uint8Array | null;
  readonly chain_code: Uint8Array | null;
  readonly address: string | null;
};

/** Quorums that have made a signature with a wallet. */
export type WalletQuorumTable = {
  readonly wallet: string;
  /** Roster indices, ascending, joined by commas. */
  readonly quorum: string;
  readonly first_at: number;
};

export type RequestTable = {
  readonly request_id: Once<string>;
  readonly kind: Once<RequestKind>;
  /** SHA-256 over the stamped bytes (request32): equal hashes mean equal requests. */
  readonly request32: Once<Uint8Array>;
  readonly wallet: Once<string>;
  /** The StampedRequest, serialized. */
  readonly stamped_request: Once<Uint8Array>;
  readonly created_at: Once<number>;
  /** The request's own expiry, epoch milliseconds. */
  readonly not_after: Once<number>;
  /** The number the next attempt gets. */
  readonly next_attempt: number;
  /** The SignResponse, serialized; null until there is one. */
  readonly result: Uint8Array | null;
};

export type Tables = {
  readonly wallets: WalletTable;
  readonly wallet_quorums: WalletQuorumTable;
  readonly requests: RequestTable;
};
