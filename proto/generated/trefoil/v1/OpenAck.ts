// Original file: proto/trefoil/v1/signer.proto

import type { Refusal as _trefoil_v1_Refusal, Refusal__Output as _trefoil_v1_Refusal__Output } from '../../trefoil/v1/Refusal.ts';

/**
 * The answer to an Open. Set by the signer.
 */
export interface OpenAck {
  /**
   * Echo of Open.session, 16 bytes.
   */
  'session'?: (Buffer | Uint8Array | string);
  /**
   * Accepted: the session's context, 32 bytes. The signer's join follows as its R0 envelope.
   */
  'ctx'?: (Buffer | Uint8Array | string);
  /**
   * Refused: no join follows.
   */
  'refusal'?: (_trefoil_v1_Refusal | null);
  /**
   * Accepted or refused; required.
   */
  'outcome'?: "ctx"|"refusal";
}

/**
 * The answer to an Open. Set by the signer.
 */
export interface OpenAck__Output {
  /**
   * Echo of Open.session, 16 bytes.
   */
  'session': (Buffer);
  /**
   * Accepted: the session's context, 32 bytes. The signer's join follows as its R0 envelope.
   */
  'ctx'?: (Buffer);
  /**
   * Refused: no join follows.
   */
  'refusal'?: (_trefoil_v1_Refusal__Output | null);
  /**
   * Accepted or refused; required.
   */
  'outcome'?: "ctx"|"refusal";
}
