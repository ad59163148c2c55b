// Original file: proto/trefoil/v1/request.proto


/**
 * A BIP-174 or BIP-370 container.
 */
export interface BitcoinPsbt {
  /**
   * The PSBT, 1 byte to 128 KiB. Set by the client.
   */
  'psbt'?: (Buffer | Uint8Array | string);
}

/**
 * A BIP-174 or BIP-370 container.
 */
export interface BitcoinPsbt__Output {
  /**
   * The PSBT, 1 byte to 128 KiB. Set by the client.
   */
  'psbt': (Buffer);
}
