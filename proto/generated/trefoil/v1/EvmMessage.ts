// Original file: proto/trefoil/v1/request.proto


/**
 * An EIP-191 personal message (version 0x45).
 */
export interface EvmMessage {
  /**
   * The message itself, without the prefix; at most 128 KiB. Set by the client.
   */
  'message'?: (Buffer | Uint8Array | string);
}

/**
 * An EIP-191 personal message (version 0x45).
 */
export interface EvmMessage__Output {
  /**
   * The message itself, without the prefix; at most 128 KiB. Set by the client.
   */
  'message': (Buffer);
}
