/**
 * Direct signing as a protocol (spec §8): R1 > R2 > R3, then every member combines and verifies.
 * @module
 */
import { at, entryOf } from '../list.ts';
import type { Inbox, Protocol } from '../run/protocol.ts';
import { checkItems } from '../session/context.ts';
import type { PublicEnv, Signature } from '../types.ts';
import { combineItem, finishItem } from './finish.ts';
import { decodePartials } from './messages.ts';
import { peersOf, signRound1 } from './round1.ts';
import { signRound2 } from './round2.ts';
import { signRound3 } from './round3.ts';
import { SIGN_ROUNDS } from './rounds.ts';
import type { AfterRound3, SignSetup } from './state.ts';

/** The ledger row of the attempt is durable before R3 leaves (C-49). */
export type SignHold = { readonly kind: 'sign-commit' };

/** Combines the own and all received (u', w); C-45, C-46. */
function combine(env: PublicEnv, setup: SignSetup, state: AfterRound3, inbox: Inbox): Signature[] {
  const { items, self, sid, key } = setup;
  const B = items.length;
  const partials = [
    decodePartials(env.arith, state.own, B, self),
    ...peersOf(setup).map((j) => decodePartials(env.arith, entryOf(inbox.broadcast, j), B, j)),
  ];
  return items.map((item, m) => {
    const finished = finishItem(env, sid, key, item, m, at(state.R, m));
    return combineItem(
      env,
      finished,
      partials.map((list) => at(list, m)),
    );
  });
}

/** Signs 1..64 items under one key with the quorum P. */
export function signing(setup: SignSetup): Protocol<readonly Signature[], SignHold> {
  checkItems(setup.items);
  const checked = peersOf(setup);
  return {
    rounds: SIGN_ROUNDS,
    begin: (env) => {
      const first = signRound1(env, setup);
      return {
        send: first.send,
        next: (env, inbox) => {
          const second = signRound2(env, setup, first.state, inbox);
          return {
            send: second.send,
            checked,
            next: (env, inbox) => {
              const third = signRound3(env, setup, second.state, inbox);
              return {
                send: third.send,
                checked,
                hold: { kind: 'sign-commit' },
                next: (env, inbox) => ({
                  send: [],
                  done: combine(env, setup, third.state, inbox),
                }),
              };
            },
          };
        },
      };
    },
  };
}
