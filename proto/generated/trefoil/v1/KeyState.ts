// Original file: proto/trefoil/v1/signer.proto

/**
 * The state of a key at one signer.
 */
export const KeyState = {
  /**
   * Never sent.
   */
  KEY_STATE_UNSPECIFIED: 'KEY_STATE_UNSPECIFIED',
  /**
   * The share is stored, the certificate is not complete here; the key never signs.
   */
  KEY_STATE_PENDING: 'KEY_STATE_PENDING',
  /**
   * The share and the complete certificate are stored.
   */
  KEY_STATE_ACTIVE: 'KEY_STATE_ACTIVE',
  /**
   * The key generation was given up before this signer confirmed; the key id is dead here.
   */
  KEY_STATE_TOMBSTONE: 'KEY_STATE_TOMBSTONE',
} as const;

/**
 * The state of a key at one signer.
 */
export type KeyState =
  /**
   * Never sent.
   */
  | 'KEY_STATE_UNSPECIFIED'
  | 0
  /**
   * The share is stored, the certificate is not complete here; the key never signs.
   */
  | 'KEY_STATE_PENDING'
  | 1
  /**
   * The share and the complete certificate are stored.
   */
  | 'KEY_STATE_ACTIVE'
  | 2
  /**
   * The key generation was given up before this signer confirmed; the key id is dead here.
   */
  | 'KEY_STATE_TOMBSTONE'
  | 3

/**
 * The state of a key at one signer.
 */
export type KeyState__Output = typeof KeyState[keyof typeof KeyState]
