// Original file: proto/trefoil/v1/wallet.proto

import type { WalletState as _trefoil_v1_WalletState, WalletState__Output as _trefoil_v1_WalletState__Output } from '../../trefoil/v1/WalletState.ts';
import type { Purpose as _trefoil_v1_Purpose, Purpose__Output as _trefoil_v1_Purpose__Output } from '../../trefoil/v1/Purpose.ts';
import type { KeyCertificate as _trefoil_v1_KeyCertificate, KeyCertificate__Output as _trefoil_v1_KeyCertificate__Output } from '../../trefoil/v1/KeyCertificate.ts';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.ts';

/**
 * A wallet: one key shared by a committee of signers. Every field is set by the coordinator; a
 * client checks them against `certificate`.
 */
export interface Wallet {
  /**
   * `wallets/` and the 64 lower-case hex digits of the key id.
   */
  'name'?: (string);
  /**
   * The name for people, from the create request.
   */
  'displayName'?: (string);
  /**
   * The state; the fields from `address` to `chain_code` are empty unless it is ACTIVE.
   */
  'state'?: (_trefoil_v1_WalletState);
  /**
   * The Ethereum address of the root key, EIP-55, 42 characters.
   */
  'address'?: (string);
  /**
   * The root public key, 33 bytes SEC1 compressed.
   */
  'publicKey'?: (Buffer | Uint8Array | string);
  /**
   * The root key's BIP-32 chain code, 32 bytes.
   */
  'chainCode'?: (Buffer | Uint8Array | string);
  /**
   * t, the number of signers that can sign.
   */
  'threshold'?: (number);
  /**
   * Roster indices of the members, ascending.
   */
  'committee'?: (number)[];
  /**
   * What the wallet may sign, ascending.
   */
  'purposes'?: (_trefoil_v1_Purpose)[];
  /**
   * The proof of all the above. Absent in lists and unless ACTIVE.
   */
  'certificate'?: (_trefoil_v1_KeyCertificate | null);
  /**
   * When the coordinator accepted the create request.
   */
  'createTime'?: (_google_protobuf_Timestamp | null);
  /**
   * Whether every quorum of the wallet has made a signature with it.
   */
  'ready'?: (boolean);
}

/**
 * A wallet: one key shared by a committee of signers. Every field is set by the coordinator; a
 * client checks them against `certificate`.
 */
export interface Wallet__Output {
  /**
   * `wallets/` and the 64 lower-case hex digits of the key id.
   */
  'name': (string);
  /**
   * The name for people, from the create request.
   */
  'displayName': (string);
  /**
   * The state; the fields from `address` to `chain_code` are empty unless it is ACTIVE.
   */
  'state': (_trefoil_v1_WalletState__Output);
  /**
   * The Ethereum address of the root key, EIP-55, 42 characters.
   */
  'address': (string);
  /**
   * The root public key, 33 bytes SEC1 compressed.
   */
  'publicKey': (Buffer);
  /**
   * The root key's BIP-32 chain code, 32 bytes.
   */
  'chainCode': (Buffer);
  /**
   * t, the number of signers that can sign.
   */
  'threshold': (number);
  /**
   * Roster indices of the members, ascending.
   */
  'committee': (number)[];
  /**
   * What the wallet may sign, ascending.
   */
  'purposes': (_trefoil_v1_Purpose__Output)[];
  /**
   * The proof of all the above. Absent in lists and unless ACTIVE.
   */
  'certificate': (_trefoil_v1_KeyCertificate__Output | null);
  /**
   * When the coordinator accepted the create request.
   */
  'createTime': (_google_protobuf_Timestamp__Output | null);
  /**
   * Whether every quorum of the wallet has made a signature with it.
   */
  'ready': (boolean);
}
