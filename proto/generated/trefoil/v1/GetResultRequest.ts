// Original file: proto/trefoil/v1/signer.proto


/**
 * Names a Sign request.
 */
export interface GetResultRequest {
  /**
   * The request_id of the SignRequest, a UUID in lower case. Set by the caller.
   */
  'requestId'?: (string);
}

/**
 * Names a Sign request.
 */
export interface GetResultRequest__Output {
  /**
   * The request_id of the SignRequest, a UUID in lower case. Set by the caller.
   */
  'requestId': (string);
}
