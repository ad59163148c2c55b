// Original file: proto/trefoil/v1/request.proto


/**
 * EIP-712 typed structured data.
 */
export interface EvmTypedData {
  /**
   * The client's JSON, UTF-8, 1 byte to 128 KiB. Set by the client.
   */
  'json'?: (Buffer | Uint8Array | string);
}

/**
 * EIP-712 typed structured data.
 */
export interface EvmTypedData__Output {
  /**
   * The client's JSON, UTF-8, 1 byte to 128 KiB. Set by the client.
   */
  'json': (Buffer);
}
