// Original file: proto/trefoil/v1/signer.proto

import type { SignResponse as _trefoil_v1_SignResponse, SignResponse__Output as _trefoil_v1_SignResponse__Output } from '../../trefoil/v1/SignResponse.ts';

/**
 * The signatures that this signer has stored.
 */
export interface GetResultResponse {
  /**
   * request32 of the request they belong to, 32 bytes.
   */
  'request32'?: (Buffer | Uint8Array | string);
  /**
   * The signatures.
   */
  'result'?: (_trefoil_v1_SignResponse | null);
}

/**
 * The signatures that this signer has stored.
 */
export interface GetResultResponse__Output {
  /**
   * request32 of the request they belong to, 32 bytes.
   */
  'request32': (Buffer);
  /**
   * The signatures.
   */
  'result': (_trefoil_v1_SignResponse__Output | null);
}
