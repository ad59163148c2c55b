// Original file: proto/trefoil/v1/request.proto

import type { PayloadItem as _trefoil_v1_PayloadItem, PayloadItem__Output as _trefoil_v1_PayloadItem__Output } from '../../trefoil/v1/PayloadItem.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

/**
 * Asks t signers of a wallet for signatures. Set by a client whose stamp key holds a `sign` grant
 * for this wallet and purpose at every signer that takes part.
 */
export interface SignRequest {
  /**
   * A UUID in lower case, 36 characters, chosen by the client. The same id with the same bytes gives
   * the same signatures; with other bytes it is refused.
   */
  'requestId'?: (string);
  /**
   * The wallet: `wallets/` and the 64 lower-case hex digits of its key id.
   */
  'wallet'?: (string);
  /**
   * The name, in the signers' configuration, of the client that asks: 1 to 64 bytes out of
   * [a-z0-9._-]. When present the stamp must be of this client; when absent any client with a grant
   * may stamp.
   */
  'clientId'?: (Buffer | Uint8Array | string);
  /**
   * 1 to 64 items, all or none of which are signed.
   */
  'items'?: (_trefoil_v1_PayloadItem)[];
  /**
   * The request is refused before this time; the protocol's "issued". Whole milliseconds since 1970,
   * required.
   */
  'notBefore'?: (_google_protobuf_Timestamp | null);
  /**
   * The request is refused from this time on: after `not_before`, at most 24 hours ahead of the
   * signer's clock. Whole milliseconds since 1970, required.
   */
  'notAfter'?: (_google_protobuf_Timestamp | null);
  '_clientId'?: "clientId";
}

/**
 * Asks t signers of a wallet for signatures. Set by a client whose stamp key holds a `sign` grant
 * for this wallet and purpose at every signer that takes part.
 */
export interface SignRequest__Output {
  /**
   * A UUID in lower case, 36 characters, chosen by the client. The same id with the same bytes gives
   * the same signatures; with other bytes it is refused.
   */
  'requestId': (string);
  /**
   * The wallet: `wallets/` and the 64 lower-case hex digits of its key id.
   */
  'wallet': (string);
  /**
   * The name, in the signers' configuration, of the client that asks: 1 to 64 bytes out of
   * [a-z0-9._-]. When present the stamp must be of this client; when absent any client with a grant
   * may stamp.
   */
  'clientId'?: (Buffer);
  /**
   * 1 to 64 items, all or none of which are signed.
   */
  'items': (_trefoil_v1_PayloadItem__Output)[];
  /**
   * The request is refused before this time; the protocol's "issued". Whole milliseconds since 1970,
   * required.
   */
  'notBefore': (_google_protobuf_Timestamp__Output | null);
  /**
   * The request is refused from this time on: after `not_before`, at most 24 hours ahead of the
   * signer's clock. Whole milliseconds since 1970, required.
   */
  'notAfter': (_google_protobuf_Timestamp__Output | null);
  '_clientId'?: "clientId";
}
