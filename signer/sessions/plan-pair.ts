/**
 * Pair set-up at this signer (spec §4): number reserved durably at P0, PENDING before P3, ACTIVE
 * when the peer's equal digest has arrived.
 * @module
 */
import {
  checkPairMembers,
  InvariantViolation,
  pairSetup,
  sessionContext,
  type PairHold,
  type PairState,
  type PartyIndex,
  type Roster,
} from '../../core/index.ts';
import { sha256 } from '../../wire/bytes.ts';
import type { PairTable } from '../pairs/pair-table.ts';
import type { Plan } from './plan.ts';

export type PairPlanInput = {
  readonly self: PartyIndex;
  readonly parties: readonly PartyIndex[];
  readonly roster: Roster;
  readonly generation: number;
};

/** P1, the largest message, has 8 448 bytes. */
const MAX_PAYLOAD_BYTES = 16_384;

/** The context of a set-up; also names a refused one. */
export function pairContext({ parties, roster, generation }: PairPlanInput): Uint8Array {
  return sessionContext(sha256, { kind: 'pair', roster, parties, generation });
}

/** Throws ProtocolAbort (C-19), PairRefused (C-13, C-24, C-26) or PAIR_BUSY. */
export function planPair(input: PairPlanInput, pairs: PairTable): Plan<PairState, PairHold> {
  const { self, parties, roster, generation } = input;
  checkPairMembers(parties, roster, self);
  const peer = parties.find((index) => index !== self);
  if (peer === undefined) throw new InvariantViolation('a pair has two members');
  pairs.beginSetup(peer, generation);
  return {
    kind: 'pair',
    ctx: pairContext(input),
    parties,
    roster,
    pairs: new Map(),
    withPairs: false,
    maxPayloadBytes: MAX_PAYLOAD_BYTES,
    confirm: () => undefined,
    begin: ({ sid }) => pairSetup({ setupSid: sid, self, peer, generation }),
    persist: ({ kind, pair }) => {
      if (kind === 'pair-pending') pairs.addPending(pair);
      else pairs.activate(pair);
      return Promise.resolve();
    },
    finish: () => Promise.resolve(),
    release: () => {
      pairs.endSetup(peer, generation);
    },
  };
}
