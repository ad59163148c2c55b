// Original file: proto/trefoil/v1/signer.proto


/**
 * Asks who a signer is.
 */
export interface GetInfoRequest {
}

/**
 * Asks who a signer is.
 */
export interface GetInfoRequest__Output {
}
