// Original file: proto/trefoil/v1/certificate.proto


/**
 * A member's join of the session (round 0).
 */
export interface SignedJoin {
  /**
   * The join payload, which names its sender: 139 bytes in a key generation. Set by the member.
   */
  'join'?: (Buffer | Uint8Array | string);
  /**
   * Ed25519 signature of the R0 envelope, 64 bytes. Set by the member.
   */
  'signature'?: (Buffer | Uint8Array | string);
}

/**
 * A member's join of the session (round 0).
 */
export interface SignedJoin__Output {
  /**
   * The join payload, which names its sender: 139 bytes in a key generation. Set by the member.
   */
  'join': (Buffer);
  /**
   * Ed25519 signature of the R0 envelope, 64 bytes. Set by the member.
   */
  'signature': (Buffer);
}
