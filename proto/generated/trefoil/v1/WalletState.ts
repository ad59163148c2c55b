// Original file: proto/trefoil/v1/wallet.proto

/**
 * The state of a wallet.
 */
export const WalletState = {
  /**
   * Never sent.
   */
  WALLET_STATE_UNSPECIFIED: 'WALLET_STATE_UNSPECIFIED',
  /**
   * The key generation has not delivered a certificate yet.
   */
  WALLET_STATE_CREATING: 'WALLET_STATE_CREATING',
  /**
   * The key exists, its certificate is complete.
   */
  WALLET_STATE_ACTIVE: 'WALLET_STATE_ACTIVE',
  /**
   * The key generation cannot complete; the client makes a new request.
   */
  WALLET_STATE_FAILED: 'WALLET_STATE_FAILED',
} as const;

/**
 * The state of a wallet.
 */
export type WalletState =
  /**
   * Never sent.
   */
  | 'WALLET_STATE_UNSPECIFIED'
  | 0
  /**
   * The key generation has not delivered a certificate yet.
   */
  | 'WALLET_STATE_CREATING'
  | 1
  /**
   * The key exists, its certificate is complete.
   */
  | 'WALLET_STATE_ACTIVE'
  | 2
  /**
   * The key generation cannot complete; the client makes a new request.
   */
  | 'WALLET_STATE_FAILED'
  | 3

/**
 * The state of a wallet.
 */
export type WalletState__Output = typeof WalletState[keyof typeof WalletState]
