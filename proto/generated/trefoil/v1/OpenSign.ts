// Original file: proto/trefoil/v1/signer.proto

import type { StampedRequest as _trefoil_v1_StampedRequest, StampedRequest__Output as _trefoil_v1_StampedRequest__Output } from '../../trefoil/v1/StampedRequest.ts';

/**
 * Opens direct signing.
 */
export interface OpenSign {
  /**
   * The client's SignRequest, as received.
   */
  'request'?: (_trefoil_v1_StampedRequest | null);
  /**
   * Counts the retries of this request, from 0.
   */
  'attempt'?: (number);
}

/**
 * Opens direct signing.
 */
export interface OpenSign__Output {
  /**
   * The client's SignRequest, as received.
   */
  'request': (_trefoil_v1_StampedRequest__Output | null);
  /**
   * Counts the retries of this request, from 0.
   */
  'attempt': (number);
}
