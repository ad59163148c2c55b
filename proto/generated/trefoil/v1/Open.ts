// Original file: proto/trefoil/v1/signer.proto

import type { OpenPair as _trefoil_v1_OpenPair, OpenPair__Output as _trefoil_v1_OpenPair__Output } from '../../trefoil/v1/OpenPair.ts';
import type { OpenKeygen as _trefoil_v1_OpenKeygen, OpenKeygen__Output as _trefoil_v1_OpenKeygen__Output } from '../../trefoil/v1/OpenKeygen.ts';
import type { OpenSign as _trefoil_v1_OpenSign, OpenSign__Output as _trefoil_v1_OpenSign__Output } from '../../trefoil/v1/OpenSign.ts';

/**
 * Opens a session at one signer. Every field is set by the coordinator and judged by the signer.
 */
export interface Open {
  /**
   * The coordinator's name for the session, 16 random bytes; the same in every OpenAck and Abort.
   */
  'session'?: (Buffer | Uint8Array | string);
  /**
   * P: roster indices of the signers that take part, 2 to 255, ascending, distinct.
   */
  'parties'?: (number)[];
  /**
   * The version of the roster under which the session runs, at least 1.
   */
  'rosterVersion'?: (number);
  /**
   * How long the signer may keep the session, in milliseconds from receipt, 1 to 600000.
   */
  'timeoutMs'?: (number);
  /**
   * Sets up a pair; P has two members.
   */
  'pair'?: (_trefoil_v1_OpenPair | null);
  /**
   * Generates a key; P is the committee.
   */
  'keygen'?: (_trefoil_v1_OpenKeygen | null);
  /**
   * Signs; P is a quorum of the committee.
   */
  'sign'?: (_trefoil_v1_OpenSign | null);
  /**
   * What the session is for; required.
   */
  'kind'?: "pair"|"keygen"|"sign";
}

/**
 * Opens a session at one signer. Every field is set by the coordinator and judged by the signer.
 */
export interface Open__Output {
  /**
   * The coordinator's name for the session, 16 random bytes; the same in every OpenAck and Abort.
   */
  'session': (Buffer);
  /**
   * P: roster indices of the signers that take part, 2 to 255, ascending, distinct.
   */
  'parties': (number)[];
  /**
   * The version of the roster under which the session runs, at least 1.
   */
  'rosterVersion': (number);
  /**
   * How long the signer may keep the session, in milliseconds from receipt, 1 to 600000.
   */
  'timeoutMs': (number);
  /**
   * Sets up a pair; P has two members.
   */
  'pair'?: (_trefoil_v1_OpenPair__Output | null);
  /**
   * Generates a key; P is the committee.
   */
  'keygen'?: (_trefoil_v1_OpenKeygen__Output | null);
  /**
   * Signs; P is a quorum of the committee.
   */
  'sign'?: (_trefoil_v1_OpenSign__Output | null);
  /**
   * What the session is for; required.
   */
  'kind'?: "pair"|"keygen"|"sign";
}
