/**
 * The shape every protocol of core has: a chain of turns. A turn is what a round function returns
 * — messages to send and, unless the protocol is done, what it expects next and the function that
 * takes it. A turn's `next` is consumed by the run, so no state can be used twice (spec §2.5).
 * @module
 */
import type { Env, PartyIndex } from '../types.ts';

/** What each peer sends in a round. */
export type RoundShape = {
  readonly broadcast: boolean;
  readonly direct: boolean;
  /** Whether payloads start with the echo of the previous round (spec §2.4). */
  readonly echo: boolean;
};

/** A message of a round function; `to` = 0 is a broadcast. The run adds echo and round number. */
export type Outgoing = {
  readonly to: PartyIndex;
  /** Public part: the whole broadcast, or what a direct message shows to everybody. */
  readonly open: Uint8Array;
  /** Secret part of a direct message; empty in a broadcast. */
  readonly sealed: Uint8Array;
};

/** A direct message of a peer: its public part and its decrypted part. */
export type Direct = { readonly open: Uint8Array; readonly sealed: Uint8Array };

/** One round's messages of all peers, without echo. */
export type Inbox = {
  readonly broadcast: ReadonlyMap<PartyIndex, Uint8Array>;
  readonly direct: ReadonlyMap<PartyIndex, Direct>;
  /** echo_r over this round's broadcasts, own included (spec §2.4); for rounds with broadcasts. */
  readonly echo: Uint8Array;
};

/** What a round asks of the party that runs it before anything of the turn leaves. */
export type Duties<H> = {
  /** Peers whose OT checks were evaluated: to be released under the pair lock (C-52). */
  readonly checked?: readonly PartyIndex[];
  /** What must be durable first: C-25, C-35, C-49. */
  readonly hold?: H;
};

/**
 * @typeParam R - the result of the protocol
 * @typeParam H - what it asks to be made durable
 */
export type Turn<R, H> = Duties<H> & { readonly send: readonly Outgoing[] } & (
    { readonly next: (env: Env, inbox: Inbox) => Turn<R, H> } | { readonly done: R }
  );

/** A protocol for one session: the shapes of its rounds 1.. and its first turn. */
export type Protocol<R, H> = {
  readonly rounds: readonly RoundShape[];
  readonly begin: (env: Env) => Turn<R, H>;
};

export const broadcast = (open: Uint8Array): Outgoing => ({
  to: 0,
  open,
  sealed: new Uint8Array(),
});
