// Original file: proto/trefoil/v1/request.proto


/**
 * A DSSE signature over PAE(payloadType, payload), where payloadType is
 * `application/vnd.trefoil.<message-in-kebab-case>.v1`.
 */
export interface Stamp {
  /**
   * Lower-case hex SHA-256 of the public key's SPKI DER, 64 characters. Set by the stamping party.
   */
  'keyId'?: (string);
  /**
   * 64 bytes: Ed25519, or P-256 with SHA-256 as r || s. Set by the stamping party.
   */
  'signature'?: (Buffer | Uint8Array | string);
}

/**
 * A DSSE signature over PAE(payloadType, payload), where payloadType is
 * `application/vnd.trefoil.<message-in-kebab-case>.v1`.
 */
export interface Stamp__Output {
  /**
   * Lower-case hex SHA-256 of the public key's SPKI DER, 64 characters. Set by the stamping party.
   */
  'keyId': (string);
  /**
   * 64 bytes: Ed25519, or P-256 with SHA-256 as r || s. Set by the stamping party.
   */
  'signature': (Buffer);
}
