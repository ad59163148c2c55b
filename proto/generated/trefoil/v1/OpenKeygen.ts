// Original file: proto/trefoil/v1/signer.proto

import type { StampedRequest as _trefoil_v1_StampedRequest, StampedRequest__Output as _trefoil_v1_StampedRequest__Output } from '../../trefoil/v1/StampedRequest.ts';

/**
 * Opens a key generation.
 */
export interface OpenKeygen {
  /**
   * The client's CreateWalletRequest, as received.
   */
  'request'?: (_trefoil_v1_StampedRequest | null);
}

/**
 * Opens a key generation.
 */
export interface OpenKeygen__Output {
  /**
   * The client's CreateWalletRequest, as received.
   */
  'request': (_trefoil_v1_StampedRequest__Output | null);
}
