// Original file: proto/trefoil/v1/admin.proto

import type { SignerStatus as _trefoil_v1_SignerStatus, SignerStatus__Output as _trefoil_v1_SignerStatus__Output } from '../../trefoil/v1/SignerStatus.ts';

/**
 * A cluster. Every field is set by the coordinator.
 */
export interface Cluster {
  /**
   * The cluster's name, from the roster.
   */
  'cluster'?: (string);
  /**
   * The version of the roster in use.
   */
  'rosterVersion'?: (number);
  /**
   * The name of the coordinator that answers.
   */
  'coordinator'?: (string);
  /**
   * One entry per signer of the roster, ascending by index.
   */
  'signers'?: (_trefoil_v1_SignerStatus)[];
}

/**
 * A cluster. Every field is set by the coordinator.
 */
export interface Cluster__Output {
  /**
   * The cluster's name, from the roster.
   */
  'cluster': (string);
  /**
   * The version of the roster in use.
   */
  'rosterVersion': (number);
  /**
   * The name of the coordinator that answers.
   */
  'coordinator': (string);
  /**
   * One entry per signer of the roster, ascending by index.
   */
  'signers': (_trefoil_v1_SignerStatus__Output)[];
}
