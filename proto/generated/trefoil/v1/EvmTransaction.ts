// Original file: proto/trefoil/v1/request.proto


/**
 * An unsigned Ethereum transaction; types 0 (with or without EIP-155), 1 and 2 are accepted.
 */
export interface EvmTransaction {
  /**
   * The unsigned serialization: RLP, preceded by the type byte for typed transactions; canonical;
   * 1 byte to 128 KiB. Set by the client.
   */
  'unsigned'?: (Buffer | Uint8Array | string);
}

/**
 * An unsigned Ethereum transaction; types 0 (with or without EIP-155), 1 and 2 are accepted.
 */
export interface EvmTransaction__Output {
  /**
   * The unsigned serialization: RLP, preceded by the type byte for typed transactions; canonical;
   * 1 byte to 128 KiB. Set by the client.
   */
  'unsigned': (Buffer);
}
