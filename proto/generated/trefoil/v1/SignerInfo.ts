// Original file: proto/trefoil/v1/signer.proto

import type { PairInfo as _trefoil_v1_PairInfo, PairInfo__Output as _trefoil_v1_PairInfo__Output } from '../../trefoil/v1/PairInfo.ts';

/**
 * A signer and its pairs. Every field is set by the signer.
 */
export interface SignerInfo {
  /**
   * Roster index, 1 to 255.
   */
  'index'?: (number);
  /**
   * The cluster's name.
   */
  'cluster'?: (string);
  /**
   * The version of the roster in use here.
   */
  'rosterVersion'?: (number);
  /**
   * Random bytes of this process start, 32 bytes.
   */
  'boot'?: (Buffer | Uint8Array | string);
  /**
   * Software version.
   */
  'version'?: (string);
  /**
   * Ed25519 identity key, 32 bytes.
   */
  'identityKey'?: (Buffer | Uint8Array | string);
  /**
   * One entry per other signer of the roster, ascending by peer.
   */
  'pairs'?: (_trefoil_v1_PairInfo)[];
  /**
   * Number of ACTIVE keys.
   */
  'keyCount'?: (number);
  /**
   * The id of the sealer that protects the shares, e.g. `file` or `aws-kms`.
   */
  'sealer'?: (string);
}

/**
 * A signer and its pairs. Every field is set by the signer.
 */
export interface SignerInfo__Output {
  /**
   * Roster index, 1 to 255.
   */
  'index': (number);
  /**
   * The cluster's name.
   */
  'cluster': (string);
  /**
   * The version of the roster in use here.
   */
  'rosterVersion': (number);
  /**
   * Random bytes of this process start, 32 bytes.
   */
  'boot': (Buffer);
  /**
   * Software version.
   */
  'version': (string);
  /**
   * Ed25519 identity key, 32 bytes.
   */
  'identityKey': (Buffer);
  /**
   * One entry per other signer of the roster, ascending by peer.
   */
  'pairs': (_trefoil_v1_PairInfo__Output)[];
  /**
   * Number of ACTIVE keys.
   */
  'keyCount': (number);
  /**
   * The id of the sealer that protects the shares, e.g. `file` or `aws-kms`.
   */
  'sealer': (string);
}
