/**
 * What each kind of session sends in its rounds 1, 2, …: for whoever must tell expected messages
 * from others before the protocol runs.
 * @module
 */
import { DKG_ROUNDS } from '../dkg/rounds.ts';
import { PAIR_ROUNDS } from '../pair/rounds.ts';
import type { SessionKind } from '../session/context.ts';
import { SIGN_ROUNDS } from '../sign/rounds.ts';
import type { RoundShape } from './protocol.ts';

export const SESSION_ROUNDS: Readonly<Record<SessionKind, readonly RoundShape[]>> = {
  pair: PAIR_ROUNDS,
  keygen: DKG_ROUNDS,
  sign: SIGN_ROUNDS,
};
