// Original file: proto/trefoil/v1/signer.proto

import type { KeyState as _trefoil_v1_KeyState, KeyState__Output as _trefoil_v1_KeyState__Output } from '../../trefoil/v1/KeyState.ts';

/**
 * The key after the certificate was taken.
 */
export interface PutCertificateResponse {
  /**
   * ACTIVE.
   */
  'state'?: (_trefoil_v1_KeyState);
}

/**
 * The key after the certificate was taken.
 */
export interface PutCertificateResponse__Output {
  /**
   * ACTIVE.
   */
  'state': (_trefoil_v1_KeyState__Output);
}
