// Original file: proto/trefoil/v1/signer.proto

import type { Open as _trefoil_v1_Open, Open__Output as _trefoil_v1_Open__Output } from '../../trefoil/v1/Open.ts';
import type { OpenAck as _trefoil_v1_OpenAck, OpenAck__Output as _trefoil_v1_OpenAck__Output } from '../../trefoil/v1/OpenAck.ts';
import type { Abort as _trefoil_v1_Abort, Abort__Output as _trefoil_v1_Abort__Output } from '../../trefoil/v1/Abort.ts';
import type { Ping as _trefoil_v1_Ping, Ping__Output as _trefoil_v1_Ping__Output } from '../../trefoil/v1/Ping.ts';
import type { Envelope as _trefoil_v1_Envelope, Envelope__Output as _trefoil_v1_Envelope__Output } from '../../trefoil/v1/Envelope.ts';

/**
 * One unit of the relay.
 */
export interface Frame {
  /**
   * Coordinator to signer: take part in a session.
   */
  'open'?: (_trefoil_v1_Open | null);
  /**
   * Signer to coordinator: the answer to an Open.
   */
  'openAck'?: (_trefoil_v1_OpenAck | null);
  /**
   * Either way: a session has ended without result. Unsigned: for people and for cleaning up,
   * never evidence.
   */
  'abort'?: (_trefoil_v1_Abort | null);
  /**
   * Either way: is the stream alive?
   */
  'ping'?: (_trefoil_v1_Ping | null);
  /**
   * A protocol message between signers, which the coordinator routes by (sid, to).
   */
  'envelope'?: (_trefoil_v1_Envelope | null);
  /**
   * What the frame is; required.
   */
  'frame'?: "open"|"openAck"|"abort"|"ping"|"envelope";
}

/**
 * One unit of the relay.
 */
export interface Frame__Output {
  /**
   * Coordinator to signer: take part in a session.
   */
  'open'?: (_trefoil_v1_Open__Output | null);
  /**
   * Signer to coordinator: the answer to an Open.
   */
  'openAck'?: (_trefoil_v1_OpenAck__Output | null);
  /**
   * Either way: a session has ended without result. Unsigned: for people and for cleaning up,
   * never evidence.
   */
  'abort'?: (_trefoil_v1_Abort__Output | null);
  /**
   * Either way: is the stream alive?
   */
  'ping'?: (_trefoil_v1_Ping__Output | null);
  /**
   * A protocol message between signers, which the coordinator routes by (sid, to).
   */
  'envelope'?: (_trefoil_v1_Envelope__Output | null);
  /**
   * What the frame is; required.
   */
  'frame'?: "open"|"openAck"|"abort"|"ping"|"envelope";
}
