// Original file: proto/trefoil/v1/request.proto

/**
 * What a wallet's keys may be used for; fixed when the wallet is made.
 */
export const Purpose = {
  /**
   * Refused.
   */
  PURPOSE_UNSPECIFIED: 'PURPOSE_UNSPECIFIED',
  /**
   * Ethereum transactions, messages, typed data and authorizations.
   */
  PURPOSE_EVM: 'PURPOSE_EVM',
  /**
   * Bitcoin transactions.
   */
  PURPOSE_BITCOIN: 'PURPOSE_BITCOIN',
  /**
   * 32-byte digests that no signer can interpret. Off unless asked for.
   */
  PURPOSE_RAW: 'PURPOSE_RAW',
} as const;

/**
 * What a wallet's keys may be used for; fixed when the wallet is made.
 */
export type Purpose =
  /**
   * Refused.
   */
  | 'PURPOSE_UNSPECIFIED'
  | 0
  /**
   * Ethereum transactions, messages, typed data and authorizations.
   */
  | 'PURPOSE_EVM'
  | 1
  /**
   * Bitcoin transactions.
   */
  | 'PURPOSE_BITCOIN'
  | 2
  /**
   * 32-byte digests that no signer can interpret. Off unless asked for.
   */
  | 'PURPOSE_RAW'
  | 3

/**
 * What a wallet's keys may be used for; fixed when the wallet is made.
 */
export type Purpose__Output = typeof Purpose[keyof typeof Purpose]
