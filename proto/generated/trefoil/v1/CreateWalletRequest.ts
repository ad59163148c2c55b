// Original file: proto/trefoil/v1/request.proto

import type { Purpose as _trefoil_v1_Purpose, Purpose__Output as _trefoil_v1_Purpose__Output } from '../../trefoil/v1/Purpose.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

/**
 * Asks the signers of a committee to generate a key. Set by a client whose stamp key holds a
 * `create` grant at every signer.
 */
export interface CreateWalletRequest {
  /**
   * A UUID in lower case, 36 characters, chosen by the client; never used for another request.
   */
  'requestId'?: (string);
  /**
   * The wallet's name for people and for grants by pattern: 1 to 64 characters out of printable
   * ASCII (0x20 to 0x7e) without `*`, no space at either end.
   */
  'displayName'?: (string);
  /**
   * t, the number of signers that can sign: 2 <= t <= size of the committee.
   */
  'threshold'?: (number);
  /**
   * Roster indices of the signers that will hold shares: 2 to 255 of them, each 1 to 255, ascending,
   * distinct.
   */
  'committee'?: (number)[];
  /**
   * What the wallet may sign: 1 to 3 purposes, ascending, distinct.
   */
  'purposes'?: (_trefoil_v1_Purpose)[];
  /**
   * The request is refused before this time. Whole milliseconds since 1970, required.
   */
  'notBefore'?: (_google_protobuf_Timestamp | null);
  /**
   * The request is refused from this time on: after `not_before`, at most 24 hours ahead of the
   * signer's clock. Whole milliseconds since 1970, required.
   */
  'notAfter'?: (_google_protobuf_Timestamp | null);
}

/**
 * Asks the signers of a committee to generate a key. Set by a client whose stamp key holds a
 * `create` grant at every signer.
 */
export interface CreateWalletRequest__Output {
  /**
   * A UUID in lower case, 36 characters, chosen by the client; never used for another request.
   */
  'requestId': (string);
  /**
   * The wallet's name for people and for grants by pattern: 1 to 64 characters out of printable
   * ASCII (0x20 to 0x7e) without `*`, no space at either end.
   */
  'displayName': (string);
  /**
   * t, the number of signers that can sign: 2 <= t <= size of the committee.
   */
  'threshold': (number);
  /**
   * Roster indices of the signers that will hold shares: 2 to 255 of them, each 1 to 255, ascending,
   * distinct.
   */
  'committee': (number)[];
  /**
   * What the wallet may sign: 1 to 3 purposes, ascending, distinct.
   */
  'purposes': (_trefoil_v1_Purpose__Output)[];
  /**
   * The request is refused before this time. Whole milliseconds since 1970, required.
   */
  'notBefore': (_google_protobuf_Timestamp__Output | null);
  /**
   * The request is refused from this time on: after `not_before`, at most 24 hours ahead of the
   * signer's clock. Whole milliseconds since 1970, required.
   */
  'notAfter': (_google_protobuf_Timestamp__Output | null);
}
