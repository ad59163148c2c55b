// Original file: proto/trefoil/v1/signer.proto


/**
 * Asks for a page of keys.
 */
export interface ListKeysRequest {
  /**
   * The most keys to return, at most 1000; 0 means 100. Set by the caller.
   */
  'pageSize'?: (number);
  /**
   * `next_page_token` of the page before, at most 256 characters; empty for the first. Set by the
   * caller.
   */
  'pageToken'?: (string);
}

/**
 * Asks for a page of keys.
 */
export interface ListKeysRequest__Output {
  /**
   * The most keys to return, at most 1000; 0 means 100. Set by the caller.
   */
  'pageSize': (number);
  /**
   * `next_page_token` of the page before, at most 256 characters; empty for the first. Set by the
   * caller.
   */
  'pageToken': (string);
}
