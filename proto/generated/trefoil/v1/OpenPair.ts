// Original file: proto/trefoil/v1/signer.proto


/**
 * Opens a pair set-up.
 */
export interface OpenPair {
  /**
   * The pair generation to set up, larger than any that either side remembers, at least 1.
   */
  'generation'?: (number);
}

/**
 * Opens a pair set-up.
 */
export interface OpenPair__Output {
  /**
   * The pair generation to set up, larger than any that either side remembers, at least 1.
   */
  'generation': (number);
}
