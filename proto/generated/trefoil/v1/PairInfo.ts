// Original file: proto/trefoil/v1/signer.proto

import type { PairState as _trefoil_v1_PairState, PairState__Output as _trefoil_v1_PairState__Output } from '../../trefoil/v1/PairState.ts';

/**
 * This signer's side of one pair.
 */
export interface PairInfo {
  /**
   * Roster index of the other side.
   */
  'peer'?: (number);
  /**
   * The state of this side.
   */
  'state'?: (_trefoil_v1_PairState);
  /**
   * The usable generation; 0 if there is none.
   */
  'generation'?: (number);
  /**
   * The pair digest of the usable generation, 32 bytes; empty if there is none.
   */
  'pairDigest'?: (Buffer | Uint8Array | string);
  /**
   * The largest generation remembered, which the next one must exceed.
   */
  'largestGeneration'?: (number);
  /**
   * Whether a set-up needs an operator's stamp first.
   */
  'needsApproval'?: (boolean);
}

/**
 * This signer's side of one pair.
 */
export interface PairInfo__Output {
  /**
   * Roster index of the other side.
   */
  'peer': (number);
  /**
   * The state of this side.
   */
  'state': (_trefoil_v1_PairState__Output);
  /**
   * The usable generation; 0 if there is none.
   */
  'generation': (number);
  /**
   * The pair digest of the usable generation, 32 bytes; empty if there is none.
   */
  'pairDigest': (Buffer);
  /**
   * The largest generation remembered, which the next one must exceed.
   */
  'largestGeneration': (number);
  /**
   * Whether a set-up needs an operator's stamp first.
   */
  'needsApproval': (boolean);
}
