// Original file: proto/trefoil/v1/certificate.proto

import type { Stamp as _trefoil_v1_Stamp, Stamp__Output as _trefoil_v1_Stamp__Output } from '../../trefoil/v1/Stamp.ts';

/**
 * A roster document and its operators' stamps.
 */
export interface SignedRoster {
  /**
   * The canonical JSON document { cluster, version, t, signers: [{ index, identityKey, address }] },
   * UTF-8, at most 256 KiB. Set by the operators.
   */
  'roster'?: (Buffer | Uint8Array | string);
  /**
   * DSSE stamps over `roster` by operator keys, 1 to 8, no two by one key.
   */
  'stamps'?: (_trefoil_v1_Stamp)[];
}

/**
 * A roster document and its operators' stamps.
 */
export interface SignedRoster__Output {
  /**
   * The canonical JSON document { cluster, version, t, signers: [{ index, identityKey, address }] },
   * UTF-8, at most 256 KiB. Set by the operators.
   */
  'roster': (Buffer);
  /**
   * DSSE stamps over `roster` by operator keys, 1 to 8, no two by one key.
   */
  'stamps': (_trefoil_v1_Stamp__Output)[];
}
