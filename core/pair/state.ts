/**
 * What two signers keep of one pair generation (spec §4.4): in process memory only.
 * @module
 */
import type { ReceiverState, SenderState } from '../vole/rvole.ts';
import type { PartyIndex } from '../types.ts';

/** One side's state of a pair generation; everything but the first four fields is secret. */
export type PairState = {
  readonly self: PartyIndex;
  readonly peer: PartyIndex;
  readonly generation: number;
  /** pair_digest, 32 bytes; public, named in joins. */
  readonly digest: Uint8Array;
  readonly zeroSeed: Uint8Array;
  /** Direction self > peer: this side is Alice. */
  readonly asSender: SenderState;
  /** Direction peer > self: this side is Bob. */
  readonly asReceiver: ReceiverState;
};

/** Overwrites the secrets of a state that will not be used again (spec §4.4, ERASED). */
export function erasePair(state: PairState): void {
  const { zeroSeed, asSender, asReceiver } = state;
  for (const secret of [zeroSeed, asSender.delta, asSender.leaves, asReceiver.leaves]) {
    secret.fill(0);
  }
}
