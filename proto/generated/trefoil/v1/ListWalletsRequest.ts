// Original file: proto/trefoil/v1/wallet.proto


/**
 * Asks for a page of wallets.
 */
export interface ListWalletsRequest {
  /**
   * The most wallets to return, at most 1000; 0 means 50. Set by the caller.
   */
  'pageSize'?: (number);
  /**
   * `next_page_token` of the page before, at most 256 characters; empty for the first. Set by the
   * caller.
   */
  'pageToken'?: (string);
}

/**
 * Asks for a page of wallets.
 */
export interface ListWalletsRequest__Output {
  /**
   * The most wallets to return, at most 1000; 0 means 50. Set by the caller.
   */
  'pageSize': (number);
  /**
   * `next_page_token` of the page before, at most 256 characters; empty for the first. Set by the
   * caller.
   */
  'pageToken': (string);
}
