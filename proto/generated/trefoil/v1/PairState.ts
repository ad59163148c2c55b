// Original file: proto/trefoil/v1/signer.proto

/**
 * The state of one side of a pair (specification §4.4).
 */
export const PairState = {
  /**
   * Never sent.
   */
  PAIR_STATE_UNSPECIFIED: 'PAIR_STATE_UNSPECIFIED',
  /**
   * No generation in memory; a set-up is needed.
   */
  PAIR_STATE_ABSENT: 'PAIR_STATE_ABSENT',
  /**
   * A set-up has begun, or waits for the peer's confirmation.
   */
  PAIR_STATE_PENDING: 'PAIR_STATE_PENDING',
  /**
   * Usable.
   */
  PAIR_STATE_ACTIVE: 'PAIR_STATE_ACTIVE',
  /**
   * The largest generation failed a check and was destroyed.
   */
  PAIR_STATE_BURNED: 'PAIR_STATE_BURNED',
  /**
   * The peer is refused until an operator clears it (C-13).
   */
  PAIR_STATE_REFUSED: 'PAIR_STATE_REFUSED',
} as const;

/**
 * The state of one side of a pair (specification §4.4).
 */
export type PairState =
  /**
   * Never sent.
   */
  | 'PAIR_STATE_UNSPECIFIED'
  | 0
  /**
   * No generation in memory; a set-up is needed.
   */
  | 'PAIR_STATE_ABSENT'
  | 1
  /**
   * A set-up has begun, or waits for the peer's confirmation.
   */
  | 'PAIR_STATE_PENDING'
  | 2
  /**
   * Usable.
   */
  | 'PAIR_STATE_ACTIVE'
  | 3
  /**
   * The largest generation failed a check and was destroyed.
   */
  | 'PAIR_STATE_BURNED'
  | 4
  /**
   * The peer is refused until an operator clears it (C-13).
   */
  | 'PAIR_STATE_REFUSED'
  | 5

/**
 * The state of one side of a pair (specification §4.4).
 */
export type PairState__Output = typeof PairState[keyof typeof PairState]
