/**
 * Pair set-up as a protocol (spec §4): P1 > P2 > P3 confirm > P4 ack.
 * @module
 */
import { broadcast, type Protocol } from '../run/protocol.ts';
import {
  checkPairDigest,
  PAIR_ROUNDS,
  pairRound1,
  pairRound2,
  pairRound3,
  type PairSetup,
} from './rounds.ts';
import type { PairState } from './state.ts';

/** PENDING before P3 leaves; ACTIVE before P4 leaves (C-25). */
export type PairHold = { readonly kind: 'pair-pending' | 'pair-active'; readonly pair: PairState };

/** Done when the peer has acknowledged: then both sides are known to be ACTIVE. */
export function pairSetup(setup: PairSetup): Protocol<PairState, PairHold> {
  return {
    rounds: PAIR_ROUNDS,
    begin: (env) => {
      const first = pairRound1(env, setup);
      return {
        send: first.send,
        next: (env, inbox) => {
          const second = pairRound2(env, setup, first.state, inbox);
          return {
            send: second.send,
            next: (env, inbox) => {
              const { state: pair, send } = pairRound3(env, setup, second.state, inbox);
              return {
                send,
                hold: { kind: 'pair-pending', pair },
                next: (env, inbox) => {
                  checkPairDigest(env, setup, pair, inbox);
                  return {
                    send: [broadcast(pair.digest)],
                    hold: { kind: 'pair-active', pair },
                    next: (env, inbox) => {
                      checkPairDigest(env, setup, pair, inbox);
                      return { send: [], done: pair };
                    },
                  };
                },
              };
            },
          };
        },
      };
    },
  };
}
