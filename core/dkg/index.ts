/**
 * Key generation as a protocol (spec §7): R1 commit > R2 reveal > R3 shares > R4 confirm.
 * @module
 */
import { entryOf } from '../list.ts';
import type { Protocol } from '../run/protocol.ts';
import type { KeyShare } from '../types.ts';
import { checkRound4 } from './certificate.ts';
import type { KeyFacts } from './confirmation.ts';
import { checkCommittee } from './feldman.ts';
import { DKG_ROUNDS, dkgRound1, dkgRound2, dkgRound3, dkgRound4, type DkgSetup } from './rounds.ts';

/** The share and the public facts of its certificate: durable, PENDING, before R4 leaves (C-35). */
export type DkgHold = {
  readonly kind: 'key-pending';
  readonly share: KeyShare;
  readonly facts: KeyFacts;
};

/** Done when all n R4 are valid; the share may become ACTIVE once they are stored. */
export function keyGeneration(setup: DkgSetup): Protocol<DkgHold, DkgHold> {
  checkCommittee(setup.t, setup.committee);
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
                      const peers = [...S].filter(([j]) => j !== setup.self);
                      const members = peers.map(([i, S_i]) => ({
                        i,
                        S_i: env.arith.point.encode(S_i),
                        payload: entryOf(inbox.broadcast, i),
                      }));
                      checkRound4(env, share.conf, members);
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
