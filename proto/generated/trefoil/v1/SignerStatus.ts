// Original file: proto/trefoil/v1/admin.proto

import type { PairStatus as _trefoil_v1_PairStatus, PairStatus__Output as _trefoil_v1_PairStatus__Output } from '../../trefoil/v1/PairStatus.ts';

/**
 * One signer as this coordinator sees it.
 */
export interface SignerStatus {
  /**
   * Roster index, 1 to 255.
   */
  'index'?: (number);
  /**
   * Whether the relay stream to it is up.
   */
  'connected'?: (boolean);
  /**
   * Its boot id, 32 bytes; empty if never connected.
   */
  'boot'?: (Buffer | Uint8Array | string);
  /**
   * The address dialled, host:port.
   */
  'address'?: (string);
  /**
   * Its software version; empty if never connected.
   */
  'version'?: (string);
  /**
   * Its pairs, ascending by peer.
   */
  'pairs'?: (_trefoil_v1_PairStatus)[];
  /**
   * Number of ACTIVE wallets it holds shares of.
   */
  'walletCount'?: (number);
}

/**
 * One signer as this coordinator sees it.
 */
export interface SignerStatus__Output {
  /**
   * Roster index, 1 to 255.
   */
  'index': (number);
  /**
   * Whether the relay stream to it is up.
   */
  'connected': (boolean);
  /**
   * Its boot id, 32 bytes; empty if never connected.
   */
  'boot': (Buffer);
  /**
   * The address dialled, host:port.
   */
  'address': (string);
  /**
   * Its software version; empty if never connected.
   */
  'version': (string);
  /**
   * Its pairs, ascending by peer.
   */
  'pairs': (_trefoil_v1_PairStatus__Output)[];
  /**
   * Number of ACTIVE wallets it holds shares of.
   */
  'walletCount': (number);
}
