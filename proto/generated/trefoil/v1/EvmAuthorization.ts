// Original file: proto/trefoil/v1/request.proto


/**
 * An EIP-7702 authorization tuple.
 */
export interface EvmAuthorization {
  /**
   * The signed-over bytes 0x05 || rlp([chain_id, address, nonce]), 1 to 128 bytes. Set by the client.
   */
  'unsigned'?: (Buffer | Uint8Array | string);
}

/**
 * An EIP-7702 authorization tuple.
 */
export interface EvmAuthorization__Output {
  /**
   * The signed-over bytes 0x05 || rlp([chain_id, address, nonce]), 1 to 128 bytes. Set by the client.
   */
  'unsigned': (Buffer);
}
