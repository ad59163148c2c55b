// Original file: proto/trefoil/v1/request.proto


/**
 * A digest that the signer cannot interpret.
 */
export interface RawDigest {
  /**
   * 32 bytes. Set by the client.
   */
  'digest'?: (Buffer | Uint8Array | string);
}

/**
 * A digest that the signer cannot interpret.
 */
export interface RawDigest__Output {
  /**
   * 32 bytes. Set by the client.
   */
  'digest': (Buffer);
}
