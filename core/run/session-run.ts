/**
 * Runs one protocol in one session (spec §2.4, §2.5): collects each round's messages whatever
 * their order, compares echoes before anything else, calls each handler once. Pure: messages in,
 * messages out; deadlines, storage and transport belong to the caller.
 *
 * Messages arrive here with their sender authenticated and their secret part decrypted. What is
 * not expected is dropped without a trace (class drop).
 * @module
 */
import type { Arith } from '../arith.ts';
import { concat, u8 } from '../codec/bytes.ts';
import { ensure, InvariantViolation } from '../errors.ts';
import { taggedHash } from '../hash/transcript.ts';
import { at, entryOf } from '../list.ts';
import type { PartyIndex, Rng, Sha256 } from '../types.ts';
import type { Direct, Inbox, Outgoing, Protocol, RoundShape, Turn } from './protocol.ts';

/** A protocol message in or out. `to` = 0 is a broadcast. */
export type RunMessage = {
  readonly round: number;
  readonly from: PartyIndex;
  readonly to: PartyIndex;
  readonly open: Uint8Array;
  readonly sealed: Uint8Array;
};

/** What a step of the run asks of its owner, in this order: release, make durable, send. */
export type Effects<R, H> = {
  readonly checked: readonly PartyIndex[];
  readonly hold: readonly H[];
  readonly send: readonly RunMessage[];
  readonly done?: R;
};

/** Random bytes for a session; `bind` hashes its transcript so far (spec §1.7). */
export type Draw = (label: string, length: number, bind: Uint8Array) => Uint8Array;

export type RunModules = {
  readonly arith: Arith;
  readonly sha256: Sha256;
  readonly draw: Draw;
};

export type RunOptions<R, H> = {
  readonly sid: Uint8Array;
  readonly self: PartyIndex;
  readonly parties: readonly PartyIndex[];
  /** All joins ascending: the start of the transcript. */
  readonly joins: readonly Uint8Array[];
  readonly protocol: Protocol<R, H>;
};

type Slots = {
  readonly broadcast: Map<PartyIndex, Uint8Array>;
  readonly direct: Map<PartyIndex, Direct>;
};

const ECHO_BYTES = 32;
const NO_ECHO = new Uint8Array();

export class SessionRun<R, H> {
  readonly #options: RunOptions<R, H>;
  readonly #modules: RunModules;
  readonly #peers: readonly PartyIndex[];
  readonly #slots: Slots[];
  readonly #echoes: Uint8Array[] = [NO_ECHO];
  #turn: Turn<R, H> | undefined;
  #round = 0;
  #bind: Uint8Array;

  constructor(options: RunOptions<R, H>, modules: RunModules) {
    this.#options = options;
    this.#modules = modules;
    this.#peers = options.parties.filter((index) => index !== options.self);
    this.#slots = options.protocol.rounds.map(() => ({ broadcast: new Map(), direct: new Map() }));
    this.#bind = modules.sha256(...options.joins);
  }

  /** Begins round 1. */
  start(): Effects<R, H> {
    if (this.#round !== 0) throw new InvariantViolation('session started twice');
    return this.#advance(this.#options.protocol.begin(this.#env()));
  }

  /** Takes one message; throws ProtocolAbort when a check fails, and is then over. */
  receive(message: RunMessage): Effects<R, H> {
    if (!this.#accept(message)) return { checked: [], hold: [], send: [] };
    return this.#advance(undefined);
  }

  /** Stores a message in its slot; false when no such slot is open. */
  #accept({ round, from, to, open, sealed }: RunMessage): boolean {
    const shape = this.#options.protocol.rounds[round - 1];
    const slots = this.#slots[round - 1];
    if (shape === undefined || slots === undefined || round < this.#round) return false;
    if (!this.#peers.includes(from)) return false;
    // Nobody holds a key for a secret part sent to all: such a message is no broadcast (C-03).
    const isBroadcast = to === 0 && sealed.length === 0;
    if (isBroadcast && shape.broadcast && !slots.broadcast.has(from)) {
      slots.broadcast.set(from, open.slice());
      return true;
    }
    if (to === this.#options.self && shape.direct && !slots.direct.has(from)) {
      slots.direct.set(from, { open: open.slice(), sealed: sealed.slice() });
      return true;
    }
    return false;
  }

  /** Applies a turn, then every further round whose messages are already here. */
  #advance(first: Turn<R, H> | undefined): Effects<R, H> {
    const checked: PartyIndex[] = [];
    const hold: H[] = [];
    const send: RunMessage[] = [];
    for (let turn = first ?? this.#nextTurn(); turn !== undefined; turn = this.#nextTurn()) {
      this.#turn = turn;
      this.#round += 1;
      checked.push(...(turn.checked ?? []));
      if (turn.hold !== undefined) hold.push(turn.hold);
      send.push(...this.#outgoing(turn));
      if ('done' in turn) return { checked, hold, send, done: turn.done };
    }
    return { checked, hold, send };
  }

  /** Runs the current round's handler once all of its messages are here. */
  #nextTurn(): Turn<R, H> | undefined {
    const turn = this.#turn;
    if (turn === undefined || !('next' in turn) || !this.#complete()) return undefined;
    this.#turn = undefined;
    return turn.next(this.#env(), this.#inbox());
  }

  #complete(): boolean {
    const shape = this.#shape(this.#round);
    const slots = at(this.#slots, this.#round - 1);
    return this.#peers.every(
      (peer) =>
        (!shape.broadcast || slots.broadcast.has(peer)) &&
        (!shape.direct || slots.direct.has(peer)),
    );
  }

  /** The round's messages without echo, after all echoes were compared (C-15). */
  #inbox(): Inbox {
    const shape = this.#shape(this.#round);
    const slots = at(this.#slots, this.#round - 1);
    for (const peer of this.#peers) {
      const direct = slots.direct.get(peer);
      if (shape.broadcast) this.#absorb(entryOf(slots.broadcast, peer));
      if (direct !== undefined) this.#absorb(direct.open, direct.sealed);
    }
    const echo = shape.broadcast ? this.#echoOf(slots.broadcast) : NO_ECHO;
    this.#echoes[this.#round] = echo;
    // In ascending order, whatever the order of arrival: the same messages give the same abort.
    const broadcast = new Map<PartyIndex, Uint8Array>();
    const direct = new Map<PartyIndex, Direct>();
    const bare = (payload: Uint8Array, from: PartyIndex): Uint8Array =>
      shape.echo ? this.#withoutEcho(payload, from) : payload;
    for (const from of this.#peers) {
      const message = slots.direct.get(from);
      if (shape.broadcast) broadcast.set(from, bare(entryOf(slots.broadcast, from), from));
      if (message !== undefined)
        direct.set(from, { ...message, sealed: bare(message.sealed, from) });
    }
    return { broadcast, direct, echo };
  }

  #withoutEcho(payload: Uint8Array, from: PartyIndex): Uint8Array {
    ensure('PAYLOAD_LENGTH', payload.length >= ECHO_BYTES, [from]);
    const echo = at(this.#echoes, this.#round - 1);
    ensure('ECHO_MISMATCH', this.#modules.arith.equal(payload.slice(0, ECHO_BYTES), echo));
    return payload.slice(ECHO_BYTES);
  }

  /** echo_r = TH("echo"; sid, u8 r, H_i ascending), H_i over the whole public payload. */
  #echoOf(broadcasts: ReadonlyMap<PartyIndex, Uint8Array>): Uint8Array {
    const { sha256 } = this.#modules;
    const { parties, sid } = this.#options;
    const hashes = parties.map((index) => sha256(entryOf(broadcasts, index)));
    return taggedHash(sha256, 'echo', sid, u8(this.#round), ...hashes);
  }

  /** Numbers a turn's messages, adds the echo and keeps the own broadcast for the next echo. */
  #outgoing(turn: Turn<R, H>): RunMessage[] {
    if (turn.send.length === 0) return [];
    const shape = this.#shape(this.#round);
    const echo = shape.echo ? at(this.#echoes, this.#round - 1) : NO_ECHO;
    return turn.send.map((message) => this.#number(message, echo));
  }

  #number({ to, open, sealed }: Outgoing, echo: Uint8Array): RunMessage {
    const { self } = this.#options;
    const round = this.#round;
    const message =
      to === 0
        ? { round, from: self, to, open: concat(echo, open), sealed }
        : { round, from: self, to, open, sealed: concat(echo, sealed) };
    if (to === 0) at(this.#slots, round - 1).broadcast.set(self, message.open);
    this.#absorb(message.open, message.sealed);
    return message;
  }

  #shape(round: number): RoundShape {
    return at(this.#options.protocol.rounds, round - 1);
  }

  #absorb(...parts: readonly Uint8Array[]): void {
    const { sha256 } = this.#modules;
    this.#bind = sha256(this.#bind, ...parts.map((part) => sha256(part)));
  }

  /** The environment of one handler: its draws are bound to the transcript up to here. */
  #env(): { arith: Arith; sha256: Sha256; rng: Rng } {
    const { arith, sha256, draw } = this.#modules;
    return { arith, sha256, rng: (label, length) => draw(label, length, this.#bind) };
  }
}
