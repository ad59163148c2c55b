// Original file: proto/trefoil/v1/admin.proto

import type { PairState as _trefoil_v1_PairState, PairState__Output as _trefoil_v1_PairState__Output } from '../../trefoil/v1/PairState.ts';

/**
 * One side of a pair.
 */
export interface PairStatus {
  /**
   * Roster index of the other side.
   */
  'peer'?: (number);
  /**
   * The state this side reports.
   */
  'state'?: (_trefoil_v1_PairState);
  /**
   * The usable generation; 0 if there is none.
   */
  'generation'?: (number);
}

/**
 * One side of a pair.
 */
export interface PairStatus__Output {
  /**
   * Roster index of the other side.
   */
  'peer': (number);
  /**
   * The state this side reports.
   */
  'state': (_trefoil_v1_PairState__Output);
  /**
   * The usable generation; 0 if there is none.
   */
  'generation': (number);
}
