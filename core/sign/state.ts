/**
 * Inputs and states of signing (spec §8). Everything in a state is secret unless said otherwise.
 * @module
 */
import type { Point, Scalar } from '../arith.ts';
import type { PairState } from '../pair/state.ts';
import type { Item, KeyShare, PartyIndex } from '../types.ts';
import type { Multiplication } from '../vole/rvole.ts';

export type SignSetup = {
  readonly sid: Uint8Array;
  readonly self: PartyIndex;
  /** P, ascending. */
  readonly parties: readonly PartyIndex[];
  readonly key: KeyShare;
  /** ACTIVE pair state by peer. */
  readonly pairs: ReadonlyMap<PartyIndex, PairState>;
  /** B items, 1..64. */
  readonly items: readonly Item[];
};

/** After R1; R is public once R2 left. */
export type AfterRound1 = {
  readonly stage: 'sign/1';
  readonly r: readonly Scalar[];
  readonly phi: readonly Scalar[];
  readonly R: readonly Point[];
  readonly encodedR: Uint8Array;
  readonly salt: Uint8Array;
  /** Direction j > i: this party is Bob; chi_ij,m = b_m. */
  readonly bob: ReadonlyMap<PartyIndex, Multiplication>;
};

/** Shares of one pair and item: index 0 for u (r_i), 1 for v (sk_i). */
export type ShareOfPair = readonly [Scalar, Scalar];

/** After R2. */
export type AfterRound2 = {
  readonly stage: 'sign/2';
  readonly own: AfterRound1;
  readonly sk_i: Scalar;
  readonly pk_i: Point;
  /** c^u_ij,m and c^v_ij,m by peer. */
  readonly c: ReadonlyMap<PartyIndex, readonly ShareOfPair[]>;
  /** com_j of R1. */
  readonly com: ReadonlyMap<PartyIndex, Uint8Array>;
};

/** After R3, direct signing: what the combination needs; public. */
export type AfterRound3 = {
  readonly stage: 'sign/3';
  readonly R: readonly Point[];
  /** u'_{i,m} || w_{i,m} per item, as broadcast. */
  readonly own: Uint8Array;
};
