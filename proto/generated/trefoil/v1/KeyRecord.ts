// Original file: proto/trefoil/v1/signer.proto

import type { KeyState as _trefoil_v1_KeyState, KeyState__Output as _trefoil_v1_KeyState__Output } from '../../trefoil/v1/KeyState.ts';
import type { KeyCertificate as _trefoil_v1_KeyCertificate, KeyCertificate__Output as _trefoil_v1_KeyCertificate__Output } from '../../trefoil/v1/KeyCertificate.ts';

/**
 * The public record of a key. Every field is set by the signer.
 */
export interface KeyRecord {
  /**
   * key_id, 32 bytes.
   */
  'keyId'?: (Buffer | Uint8Array | string);
  /**
   * The epoch, from 0.
   */
  'epoch'?: (number);
  /**
   * The state; a TOMBSTONE has no further fields but keygen_sid.
   */
  'state'?: (_trefoil_v1_KeyState);
  /**
   * The session that made this epoch, 32 bytes.
   */
  'keygenSid'?: (Buffer | Uint8Array | string);
  /**
   * The digest that the certificate confirms, 32 bytes.
   */
  'conf'?: (Buffer | Uint8Array | string);
  /**
   * The root public key, 33 bytes SEC1 compressed.
   */
  'publicKey'?: (Buffer | Uint8Array | string);
  /**
   * The certificate: complete when ACTIVE; with this signer's own R4 only when PENDING. Absent in
   * lists.
   */
  'certificate'?: (_trefoil_v1_KeyCertificate | null);
}

/**
 * The public record of a key. Every field is set by the signer.
 */
export interface KeyRecord__Output {
  /**
   * key_id, 32 bytes.
   */
  'keyId': (Buffer);
  /**
   * The epoch, from 0.
   */
  'epoch': (number);
  /**
   * The state; a TOMBSTONE has no further fields but keygen_sid.
   */
  'state': (_trefoil_v1_KeyState__Output);
  /**
   * The session that made this epoch, 32 bytes.
   */
  'keygenSid': (Buffer);
  /**
   * The digest that the certificate confirms, 32 bytes.
   */
  'conf': (Buffer);
  /**
   * The root public key, 33 bytes SEC1 compressed.
   */
  'publicKey': (Buffer);
  /**
   * The certificate: complete when ACTIVE; with this signer's own R4 only when PENDING. Absent in
   * lists.
   */
  'certificate': (_trefoil_v1_KeyCertificate__Output | null);
}
