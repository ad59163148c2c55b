// Original file: proto/google/rpc/error_details.proto


/**
 * The cause of the error for programs.
 */
export interface ErrorInfo {
  /**
   * The reason, UPPER_SNAKE_CASE, unique within the domain, at most 63 characters.
   */
  'reason'?: (string);
  /**
   * Who defines the reason: "trefoil".
   */
  'domain'?: (string);
  /**
   * Further facts by name.
   */
  'metadata'?: ({[key: string]: string});
}

/**
 * The cause of the error for programs.
 */
export interface ErrorInfo__Output {
  /**
   * The reason, UPPER_SNAKE_CASE, unique within the domain, at most 63 characters.
   */
  'reason': (string);
  /**
   * Who defines the reason: "trefoil".
   */
  'domain': (string);
  /**
   * Further facts by name.
   */
  'metadata': ({[key: string]: string});
}
