// Original file: proto/trefoil/v1/signer.proto

import type { KeyRecord as _trefoil_v1_KeyRecord, KeyRecord__Output as _trefoil_v1_KeyRecord__Output } from '../../trefoil/v1/KeyRecord.ts';

/**
 * A page of keys.
 */
export interface ListKeysResponse {
  /**
   * The records, without certificates.
   */
  'keys'?: (_trefoil_v1_KeyRecord)[];
  /**
   * Names the next page; empty on the last.
   */
  'nextPageToken'?: (string);
}

/**
 * A page of keys.
 */
export interface ListKeysResponse__Output {
  /**
   * The records, without certificates.
   */
  'keys': (_trefoil_v1_KeyRecord__Output)[];
  /**
   * Names the next page; empty on the last.
   */
  'nextPageToken': (string);
}
