// Original file: proto/trefoil/v1/signer.proto


/**
 * A session has ended without result. Set by whoever ends it.
 */
export interface Abort {
  /**
   * Echo of Open.session, 16 bytes.
   */
  'session'?: (Buffer | Uint8Array | string);
  /**
   * The session id, 32 bytes; empty where none was formed.
   */
  'sid'?: (Buffer | Uint8Array | string);
  /**
   * The abort class: 0 refusal, 1 drop (A), 2 blame (B), 3 burn (C), 4 retry (D), 5 fatal (F).
   */
  'abortClass'?: (number);
  /**
   * The round in which it ended, 0 to 255.
   */
  'round'?: (number);
  /**
   * A reason of the list of reasons, UPPER_SNAKE_CASE, at most 63 characters.
   */
  'reason'?: (string);
}

/**
 * A session has ended without result. Set by whoever ends it.
 */
export interface Abort__Output {
  /**
   * Echo of Open.session, 16 bytes.
   */
  'session': (Buffer);
  /**
   * The session id, 32 bytes; empty where none was formed.
   */
  'sid': (Buffer);
  /**
   * The abort class: 0 refusal, 1 drop (A), 2 blame (B), 3 burn (C), 4 retry (D), 5 fatal (F).
   */
  'abortClass': (number);
  /**
   * The round in which it ended, 0 to 255.
   */
  'round': (number);
  /**
   * A reason of the list of reasons, UPPER_SNAKE_CASE, at most 63 characters.
   */
  'reason': (string);
}
