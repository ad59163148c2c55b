/**
 * Key generation as a protocol (spec §7): R1 commit > R2 reveal > R3 shares > R4 confirm.
 * @module
 */
import { entryOf } from '../list.ts';
import type { Protocol } from '../run/protocol.ts';
import type { KeyShare } from '../types.ts';
import { checkRound4 } from './certificate.ts';
import type { KeyFacts } from './confirmation.ts';
import { DKG_ROUNDS, dkgRound1, dkgRound2, dkgRound3, dkgRound4, type DkgSetup } from './rounds.ts';

/** The share and the public facts of its certificate: durable, PENDING, before R4 leaves (C-35). */
export type DkgHold = {
  readonly kind: 'key-pending';
  readonly share: KeyShare;
  readonly facts: KeyFacts;
};

/** Done when all n R4 are valid; the share may become ACTIVE once they are stored. */
export function keyGeneration(setup: DkgSetup): Protocol<DkgHold, DkgHold> {
  return {
    rounds: DKG_ROUNDS,
    begin: (env) => {
      const first = dkgRound1(env, setup);
      return {
        send: first.send,
        next: (env, inbox) => {
          const second = dkgRound2(env, setup, first.state, inbox);
          return {
            send: second.send,
            next: (env, inbox) => {
              const third = dkgRound3(env, setup, second.state, inbox);
              return {
                send: third.send,
                next: (env, inbox) => {
                  const { state, send } = dkgRound4(env, setup, third.state, inbox);
                  const { share, facts, S } = state;
                  const hold = { kind: 'key-pending', share, facts } as const;
                  return {
                    send,
                    hold,
                    next: (env, inbox) => {
                      for (const [j, S_j] of S) {
                        if (j === setup.self) continue;
                        const encoded = env.arith.point.encode(S_j);
                        checkRound4(env, share.conf, j, encoded, entryOf(inbox.broadcast, j));
                      }
                      return { send: [], done: hold };
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
