// Original file: proto/trefoil/v1/wallet.proto


/**
 * Names a Sign request.
 */
export interface GetSignatureRequest {
  /**
   * The request_id of the SignRequest, a UUID in lower case. Set by the caller.
   */
  'requestId'?: (string);
}

/**
 * Names a Sign request.
 */
export interface GetSignatureRequest__Output {
  /**
   * The request_id of the SignRequest, a UUID in lower case. Set by the caller.
   */
  'requestId': (string);
}
