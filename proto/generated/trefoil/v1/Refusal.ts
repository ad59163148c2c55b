// Original file: proto/trefoil/v1/signer.proto


/**
 * Why a signer takes no part.
 */
export interface Refusal {
  /**
   * A reason of the list of reasons, UPPER_SNAKE_CASE, at most 63 characters.
   */
  'reason'?: (string);
  /**
   * A sentence for people, at most 1024 characters; no secret, no peer bytes.
   */
  'message'?: (string);
  /**
   * Further facts, e.g. `field` or `largestGeneration`: at most 32 entries, keys at most 64 and
   * values at most 1024 characters.
   */
  'metadata'?: ({[key: string]: string});
}

/**
 * Why a signer takes no part.
 */
export interface Refusal__Output {
  /**
   * A reason of the list of reasons, UPPER_SNAKE_CASE, at most 63 characters.
   */
  'reason': (string);
  /**
   * A sentence for people, at most 1024 characters; no secret, no peer bytes.
   */
  'message': (string);
  /**
   * Further facts, e.g. `field` or `largestGeneration`: at most 32 entries, keys at most 64 and
   * values at most 1024 characters.
   */
  'metadata': ({[key: string]: string});
}
