// Original file: proto/trefoil/v1/certificate.proto

import type { Stamp as _trefoil_v1_Stamp, Stamp__Output as _trefoil_v1_Stamp__Output } from '../../trefoil/v1/Stamp.ts';
import type { SignedRoster as _trefoil_v1_SignedRoster, SignedRoster__Output as _trefoil_v1_SignedRoster__Output } from '../../trefoil/v1/SignedRoster.ts';
import type { SignedJoin as _trefoil_v1_SignedJoin, SignedJoin__Output as _trefoil_v1_SignedJoin__Output } from '../../trefoil/v1/SignedJoin.ts';
import type { SignedR4 as _trefoil_v1_SignedR4, SignedR4__Output as _trefoil_v1_SignedR4__Output } from '../../trefoil/v1/SignedR4.ts';

/**
 * A key certificate. Incomplete while it holds fewer R4 messages than the committee has members.
 */
export interface KeyCertificate {
  /**
   * The serialized CreateWalletRequest as the client stamped it; gives key_id, committee and t.
   */
  'createRequest'?: (Buffer | Uint8Array | string);
  /**
   * The stamps over `create_request`, as received.
   */
  'stamps'?: (_trefoil_v1_Stamp)[];
  /**
   * The roster under which the session ran; gives the committee's identity keys.
   */
  'roster'?: (_trefoil_v1_SignedRoster | null);
  /**
   * One join per member, ascending by sender; they give the session id.
   */
  'joins'?: (_trefoil_v1_SignedJoin)[];
  /**
   * The root key's chain code, 32 bytes. Computed by every member alike.
   */
  'chainCode'?: (Buffer | Uint8Array | string);
  /**
   * t points, 33 bytes SEC1 compressed each: commitments to the sharing polynomial's coefficients;
   * the first is the public key.
   */
  'F'?: (Buffer | Uint8Array | string)[];
  /**
   * One point per member, ascending, 33 bytes SEC1 compressed: the public key share s_x * G.
   */
  'S'?: (Buffer | Uint8Array | string)[];
  /**
   * Hash over the broadcasts of round 1, 32 bytes.
   */
  'echo_1'?: (Buffer | Uint8Array | string);
  /**
   * Hash over the broadcasts of round 2, 32 bytes.
   */
  'echo_2'?: (Buffer | Uint8Array | string);
  /**
   * The signed confirmations of round 4, at most one per member, ascending by sender.
   */
  'r4'?: (_trefoil_v1_SignedR4)[];
}

/**
 * A key certificate. Incomplete while it holds fewer R4 messages than the committee has members.
 */
export interface KeyCertificate__Output {
  /**
   * The serialized CreateWalletRequest as the client stamped it; gives key_id, committee and t.
   */
  'createRequest': (Buffer);
  /**
   * The stamps over `create_request`, as received.
   */
  'stamps': (_trefoil_v1_Stamp__Output)[];
  /**
   * The roster under which the session ran; gives the committee's identity keys.
   */
  'roster': (_trefoil_v1_SignedRoster__Output | null);
  /**
   * One join per member, ascending by sender; they give the session id.
   */
  'joins': (_trefoil_v1_SignedJoin__Output)[];
  /**
   * The root key's chain code, 32 bytes. Computed by every member alike.
   */
  'chainCode': (Buffer);
  /**
   * t points, 33 bytes SEC1 compressed each: commitments to the sharing polynomial's coefficients;
   * the first is the public key.
   */
  'F': (Buffer)[];
  /**
   * One point per member, ascending, 33 bytes SEC1 compressed: the public key share s_x * G.
   */
  'S': (Buffer)[];
  /**
   * Hash over the broadcasts of round 1, 32 bytes.
   */
  'echo_1': (Buffer);
  /**
   * Hash over the broadcasts of round 2, 32 bytes.
   */
  'echo_2': (Buffer);
  /**
   * The signed confirmations of round 4, at most one per member, ascending by sender.
   */
  'r4': (_trefoil_v1_SignedR4__Output)[];
}
