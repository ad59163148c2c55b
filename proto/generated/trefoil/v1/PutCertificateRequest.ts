// Original file: proto/trefoil/v1/signer.proto

import type { KeyCertificate as _trefoil_v1_KeyCertificate, KeyCertificate__Output as _trefoil_v1_KeyCertificate__Output } from '../../trefoil/v1/KeyCertificate.ts';

/**
 * Delivers a certificate.
 */
export interface PutCertificateRequest {
  /**
   * A complete certificate of a key that is PENDING or ACTIVE here. Set by the caller.
   */
  'certificate'?: (_trefoil_v1_KeyCertificate | null);
}

/**
 * Delivers a certificate.
 */
export interface PutCertificateRequest__Output {
  /**
   * A complete certificate of a key that is PENDING or ACTIVE here. Set by the caller.
   */
  'certificate': (_trefoil_v1_KeyCertificate__Output | null);
}
