// Original file: proto/trefoil/v1/wallet.proto


/**
 * The signature of one item.
 */
export interface ItemResult {
  /**
   * ECDSA r, 32 bytes big-endian.
   */
  'r'?: (Buffer | Uint8Array | string);
  /**
   * ECDSA s, 32 bytes big-endian, low (at most q/2).
   */
  's'?: (Buffer | Uint8Array | string);
  /**
   * Recovery id, 0 to 3.
   */
  'recid'?: (number);
  /**
   * The signed transaction, ready to broadcast; empty for payloads that have none.
   */
  'signedPayload'?: (Buffer | Uint8Array | string);
  /**
   * The digest that was signed, 32 bytes.
   */
  'digest'?: (Buffer | Uint8Array | string);
  /**
   * BIP-32 path of the key that signed.
   */
  'path'?: (number)[];
  /**
   * The key that signed, 33 bytes SEC1 compressed.
   */
  'publicKey'?: (Buffer | Uint8Array | string);
  /**
   * Ethereum address of the key that signed, EIP-55.
   */
  'address'?: (string);
}

/**
 * The signature of one item.
 */
export interface ItemResult__Output {
  /**
   * ECDSA r, 32 bytes big-endian.
   */
  'r': (Buffer);
  /**
   * ECDSA s, 32 bytes big-endian, low (at most q/2).
   */
  's': (Buffer);
  /**
   * Recovery id, 0 to 3.
   */
  'recid': (number);
  /**
   * The signed transaction, ready to broadcast; empty for payloads that have none.
   */
  'signedPayload': (Buffer);
  /**
   * The digest that was signed, 32 bytes.
   */
  'digest': (Buffer);
  /**
   * BIP-32 path of the key that signed.
   */
  'path': (number)[];
  /**
   * The key that signed, 33 bytes SEC1 compressed.
   */
  'publicKey': (Buffer);
  /**
   * Ethereum address of the key that signed, EIP-55.
   */
  'address': (string);
}
