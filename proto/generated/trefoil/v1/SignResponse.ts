// Original file: proto/trefoil/v1/wallet.proto

import type { ItemResult as _trefoil_v1_ItemResult, ItemResult__Output as _trefoil_v1_ItemResult__Output } from '../../trefoil/v1/ItemResult.ts';

/**
 * The signatures of one request. Every field is set by the coordinator; a client verifies them
 * against the wallet's public key.
 */
export interface SignResponse {
  /**
   * The request_id of the SignRequest.
   */
  'requestId'?: (string);
  /**
   * One result per item, in the order of the request.
   */
  'results'?: (_trefoil_v1_ItemResult)[];
  /**
   * Roster indices of the signers that took part, ascending.
   */
  'signers'?: (number)[];
}

/**
 * The signatures of one request. Every field is set by the coordinator; a client verifies them
 * against the wallet's public key.
 */
export interface SignResponse__Output {
  /**
   * The request_id of the SignRequest.
   */
  'requestId': (string);
  /**
   * One result per item, in the order of the request.
   */
  'results': (_trefoil_v1_ItemResult__Output)[];
  /**
   * Roster indices of the signers that took part, ascending.
   */
  'signers': (number)[];
}
