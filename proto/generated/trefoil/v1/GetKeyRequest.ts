// Original file: proto/trefoil/v1/signer.proto


/**
 * Names a key.
 */
export interface GetKeyRequest {
  /**
   * key_id, 32 bytes. Set by the caller.
   */
  'keyId'?: (Buffer | Uint8Array | string);
}

/**
 * Names a key.
 */
export interface GetKeyRequest__Output {
  /**
   * key_id, 32 bytes. Set by the caller.
   */
  'keyId': (Buffer);
}
