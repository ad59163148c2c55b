// Original file: proto/trefoil/v1/request.proto

import type { Stamp as _trefoil_v1_Stamp, Stamp__Output as _trefoil_v1_Stamp__Output } from '../../trefoil/v1/Stamp.ts';

/**
 * A serialized request and the stamps over it.
 */
export interface StampedRequest {
  /**
   * The canonical serialization of a SignRequest or CreateWalletRequest, at most 1 MiB. Set by the
   * client, forwarded unchanged by the coordinator.
   */
  'request'?: (Buffer | Uint8Array | string);
  /**
   * 1 to 8 stamps over `request`, no two by one key. Set by the client (later also by approvers).
   */
  'stamps'?: (_trefoil_v1_Stamp)[];
}

/**
 * A serialized request and the stamps over it.
 */
export interface StampedRequest__Output {
  /**
   * The canonical serialization of a SignRequest or CreateWalletRequest, at most 1 MiB. Set by the
   * client, forwarded unchanged by the coordinator.
   */
  'request': (Buffer);
  /**
   * 1 to 8 stamps over `request`, no two by one key. Set by the client (later also by approvers).
   */
  'stamps': (_trefoil_v1_Stamp__Output)[];
}
