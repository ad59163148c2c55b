// Original file: proto/trefoil/v1/certificate.proto


/**
 * A member's confirmation that it holds its share (round 4).
 */
export interface SignedR4 {
  /**
   * The member's roster index, 1 to 255.
   */
  'from'?: (number);
  /**
   * conf (32 bytes) and the proof of possession (65 bytes). Set by the member.
   */
  'payload'?: (Buffer | Uint8Array | string);
  /**
   * Ed25519 signature of the R4 envelope, 64 bytes. Set by the member.
   */
  'signature'?: (Buffer | Uint8Array | string);
}

/**
 * A member's confirmation that it holds its share (round 4).
 */
export interface SignedR4__Output {
  /**
   * The member's roster index, 1 to 255.
   */
  'from': (number);
  /**
   * conf (32 bytes) and the proof of possession (65 bytes). Set by the member.
   */
  'payload': (Buffer);
  /**
   * Ed25519 signature of the R4 envelope, 64 bytes. Set by the member.
   */
  'signature': (Buffer);
}
