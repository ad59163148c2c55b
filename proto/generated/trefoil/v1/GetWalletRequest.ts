// Original file: proto/trefoil/v1/wallet.proto


/**
 * Names a wallet.
 */
export interface GetWalletRequest {
  /**
   * `wallets/` and the 64 lower-case hex digits of the key id. Set by the caller.
   */
  'name'?: (string);
}

/**
 * Names a wallet.
 */
export interface GetWalletRequest__Output {
  /**
   * `wallets/` and the 64 lower-case hex digits of the key id. Set by the caller.
   */
  'name': (string);
}
