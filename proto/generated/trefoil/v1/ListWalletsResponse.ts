// Original file: proto/trefoil/v1/wallet.proto

import type { Wallet as _trefoil_v1_Wallet, Wallet__Output as _trefoil_v1_Wallet__Output } from '../../trefoil/v1/Wallet.ts';

/**
 * A page of wallets.
 */
export interface ListWalletsResponse {
  /**
   * The wallets, oldest first, without certificates.
   */
  'wallets'?: (_trefoil_v1_Wallet)[];
  /**
   * Names the next page; empty on the last.
   */
  'nextPageToken'?: (string);
}

/**
 * A page of wallets.
 */
export interface ListWalletsResponse__Output {
  /**
   * The wallets, oldest first, without certificates.
   */
  'wallets': (_trefoil_v1_Wallet__Output)[];
  /**
   * Names the next page; empty on the last.
   */
  'nextPageToken': (string);
}
