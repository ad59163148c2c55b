/**
 * A session of several signers in this thread as it goes over the relay: signed joins, sealed and
 * signed envelopes, encoded RelayMessages.
 */
import {
  createReferenceArith,
  encodeJoin,
  formSession,
  makeTick,
  membersOf,
  SESSION_ROUNDS,
  SessionRun,
  type Effects,
  type Formed,
  type PairEntry,
  type PartyIndex,
  type Protocol,
  type Roster,
  type SessionKind,
} from '../core/index.ts';
import { sha256 } from '../wire/bytes.ts';
import { createIdentitySigner } from '../wire/ed25519.ts';
import { EnvelopeSession, type OpenedMessage } from '../wire/envelope-session.ts';
import type { Envelope } from '../wire/envelope.ts';
import type { Frame } from '../wire/relay-frame.ts';
import { decodeRelayMessage, encodeRelayMessages } from '../wire/relay.ts';
import { drawFor, identitySeeds, random } from './party.ts';
import { present } from './present.ts';

export type Enveloped<R, H> = {
  readonly kind: SessionKind;
  readonly ctx: Uint8Array;
  readonly roster: Roster;
  readonly parties: readonly PartyIndex[];
  /** The pair entries of a party's join. */
  readonly pairs: (self: PartyIndex) => readonly PairEntry[];
  readonly protocol: (self: PartyIndex, sid: Uint8Array) => Protocol<R, H>;
};

/** Bytes of RelayMessages that each party sent. */
export type Sent = ReadonlyMap<PartyIndex, number>;

class Party<R, H> {
  readonly self: PartyIndex;
  result: R | undefined;
  readonly #session: Enveloped<R, H>;
  readonly #envelopes: EnvelopeSession;
  readonly #joins = new Map<PartyIndex, Uint8Array>();
  readonly #ownJoin: Uint8Array;
  #run: SessionRun<R, H> | undefined;

  constructor(session: Enveloped<R, H>, self: PartyIndex, tick: bigint) {
    const { kind, ctx, roster, parties } = session;
    this.self = self;
    this.#session = session;
    this.#envelopes = new EnvelopeSession(
      { kind, ctx, self, parties: membersOf(roster, parties), rounds: SESSION_ROUNDS[kind] },
      {
        identity: createIdentitySigner(present(identitySeeds.get(self))),
        ephemeralSecret: random.bytes(32),
      },
    );
    const eph = this.#envelopes.ephemeralKey;
    const own = { nonce: random.bytes(32), boot: random.bytes(32), pairs: session.pairs(self) };
    this.#ownJoin = encodeJoin({ ctx, from: self, eph, tick, ...own });
  }

  /** What a signer answers to Open: that it takes part, and its join. */
  open(): Frame[] {
    const outcome = { kind: 'accepted', ctx: this.#session.ctx } as const;
    const ack = { kind: 'open_ack', session: random.bytes(16), outcome } as const;
    return [ack, { kind: 'envelope', envelope: this.#envelopes.sealJoin(this.#ownJoin) }];
  }

  receive(envelope: Envelope): Frame[] {
    const opened = this.#envelopes.open(envelope);
    if (opened.kind !== 'message') throw new Error(`an honest envelope: ${opened.kind}`);
    const effects = this.#take(opened.message);
    if (effects === undefined) return [];
    if ('done' in effects) this.result = effects.done;
    return effects.send.map((message) => {
      return { kind: 'envelope', envelope: this.#envelopes.seal(message) };
    });
  }

  #take(message: OpenedMessage): Effects<R, H> | undefined {
    if (this.#run !== undefined) return this.#run.receive(message);
    this.#joins.set(message.from, message.open);
    if (this.#joins.size < this.#session.parties.length) return undefined;
    this.#run = this.#form();
    return this.#run.start();
  }

  #form(): SessionRun<R, H> {
    const { ctx, kind, parties, pairs, protocol } = this.#session;
    const { self } = this;
    const ownPairs = new Map(pairs(self).map((pair) => [pair.peer, pair]));
    const set = { self, parties, ctx, ownJoin: this.#ownJoin, joins: this.#joins };
    const formed: Formed = formSession(sha256, { ...set, withPairs: kind === 'sign', ownPairs });
    this.#envelopes.establish(
      formed.sid,
      new Map(formed.joins.map(({ from, eph }) => [from, eph])),
    );
    const joins = parties.map((index) => present(this.#joins.get(index)));
    return new SessionRun(
      { sid: formed.sid, self, parties, joins, protocol: protocol(self, formed.sid) },
      { arith: createReferenceArith(), sha256, draw: drawFor(ctx) },
    );
  }
}

let ticks = 0;

/** Runs to the end and counts. Throws when a party does not finish. */
export function runEnveloped<R, H>(session: Enveloped<R, H>): Sent {
  const tick = makeTick(1, ++ticks);
  const parties = session.parties.map((self) => new Party(session, self, tick));
  const sent = new Map<PartyIndex, number>();
  const queue: { readonly from: PartyIndex; readonly message: Uint8Array }[] = [];
  const post = (from: PartyIndex, frames: readonly Frame[]): void => {
    for (const message of encodeRelayMessages(frames)) {
      sent.set(from, (sent.get(from) ?? 0) + message.length);
      queue.push({ from, message });
    }
  };
  for (const party of parties) post(party.self, party.open());
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const frame of decodeRelayMessage(next.message).frames) {
      if (frame.kind !== 'envelope') continue;
      const { round, from, to } = frame.envelope;
      // The coordinator hands every join to every member, its own sender included.
      const takes = ({ self }: Party<R, H>): boolean =>
        round === 0 || (self !== from && (to === 0 || to === self));
      for (const party of parties.filter(takes)) post(party.self, party.receive(frame.envelope));
    }
  }
  for (const { result } of parties) present(result);
  return sent;
}
