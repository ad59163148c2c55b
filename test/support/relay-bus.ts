/**
 * A minimal relay: it opens sessions, shows all joins to all members once they are complete, and
 * routes envelopes by their recipient, as an honest coordinator does. Hooks change what single
 * recipients get, so that the same code plays every hostile coordinator. It knows no signer: a link
 * leads to one in this process (in-process-signers.ts) or to a real one
 * (`bus.connect(1, (onFrame) => client.openRelay({ onFrame, onEnd }))`).
 *
 *     const session = bus.open({ parties: [1, 2], subject: { kind: 'sign', request, attempt: 0 } });
 *     await session.settled();
 *     session.signatures(key, items);
 */
import { randomBytes } from 'node:crypto';
import {
  combineSignatures,
  createReferenceArith,
  sessionId,
  type CombineInput,
  type PartyIndex,
  type Signature,
} from '../../core/index.ts';
import { sha256, toHex } from '../../wire/bytes.ts';
import { ABORT_ROUND, decodeEnd, type Envelope, type SignedEnd } from '../../wire/envelope.ts';
import type {
  AbortFrame,
  Frame,
  OpenAckFrame,
  OpenFrame,
  OpenSubject,
} from '../../wire/relay-frame.ts';
import { until } from './until.ts';

/** One signer's end of the relay stream. */
export type SignerLink = { readonly send: (frame: Frame) => void };
/** Makes a link whose incoming frames go to `onFrame`. */
export type Connect = (onFrame: (frame: Frame) => void) => SignerLink;

/**
 * Sees every frame on its way to one recipient, opens included, and returns what to deliver in its
 * place: nothing, the same, others, several.
 */
export type Hook = (frame: Frame, to: PartyIndex) => readonly Frame[];

export type OpenOptions = {
  readonly parties: readonly PartyIndex[];
  readonly subject: OpenSubject;
  /** Default 1. */
  readonly rosterVersion?: number;
  /** Default 30 000. */
  readonly timeoutMs?: number;
  /** Fields of the Open of single signers that differ. */
  readonly opens?: Readonly<Partial<Record<PartyIndex, Partial<Omit<OpenFrame, 'kind'>>>>>;
  /** Who gets an Open; default all parties. */
  readonly to?: readonly PartyIndex[];
};

/**
 * What is known of one member: asked to join, joined, refused, over with an abort, or through: it
 * sent the last broadcast of the protocol.
 */
export type MemberState = 'asked' | 'joined' | 'refused' | 'aborted' | 'through';

const LAST_ROUND = { pair: 4, keygen: 4, sign: 3 } as const;

/** Matches envelopes on their way to one recipient; what is not given matches all. */
export type Match = {
  readonly round?: number;
  readonly from?: PartyIndex;
  /** The recipient of this copy. */
  readonly to?: PartyIndex;
  /** Broadcast or direct only. */
  readonly channel?: 'broadcast' | 'direct';
  readonly session?: RelaySession;
};

export class RelayBus {
  readonly #links = new Map<PartyIndex, SignerLink>();
  readonly #sessions: RelaySession[] = [];
  readonly #bySid = new Map<string, RelaySession>();
  readonly #hooks: Hook[] = [];
  /** Every frame that arrived from a signer, in order. */
  readonly received: { readonly from: PartyIndex; readonly frame: Frame }[] = [];

  /** Connects a signer; again after its restart. */
  connect(index: PartyIndex, connect: Connect): void {
    const link = connect((frame) => {
      if (this.#links.get(index) === link) this.#take(index, frame);
    });
    this.#links.set(index, link);
  }

  disconnect(index: PartyIndex): void {
    this.#links.delete(index);
  }

  /** Sends Opens to the members. */
  open(options: OpenOptions): RelaySession {
    const session = new RelaySession(options);
    this.#sessions.push(session);
    for (const index of options.to ?? options.parties) {
      const open: OpenFrame = {
        kind: 'open',
        session: session.name,
        parties: options.parties,
        rosterVersion: options.rosterVersion ?? 1,
        timeoutMs: options.timeoutMs ?? 30_000,
        subject: options.subject,
        ...options.opens?.[index],
      };
      this.deliver(index, open);
    }
    return session;
  }

  /** Gives a session up: tells its members. */
  abort(session: RelaySession): void {
    const { name } = session;
    for (const to of session.parties)
      this.deliver(to, {
        ...{ kind: 'abort', session: name, endClass: 'retry', round: 0 },
        reason: 'SESSION_TIMEOUT',
      });
  }

  /** A frame to one signer, through the hooks. */
  deliver(to: PartyIndex, frame: Frame): void {
    let frames: readonly Frame[] = [frame];
    for (const hook of this.#hooks) frames = frames.flatMap((each) => hook(each, to));
    for (const each of frames) this.send(to, each);
  }

  /** A frame to one signer, past the hooks. */
  send(to: PartyIndex, frame: Frame): void {
    this.#links.get(to)?.send(frame);
  }

  /** Adds a hook; they run in order. Returns its removal. */
  hook(hook: Hook): () => void {
    this.#hooks.push(hook);
    return () => void this.#hooks.splice(this.#hooks.indexOf(hook), 1);
  }

  /** Replaces matching envelopes. `hits` counts, so that a test can see that it acted. */
  tamper(
    match: Match,
    change: (envelope: Envelope, to: PartyIndex) => Envelope | readonly Envelope[],
  ): { readonly hits: number; readonly stop: () => void } {
    const state = { hits: 0, stop: (): void => undefined };
    state.stop = this.hook((frame, to) => {
      if (frame.kind !== 'envelope' || !this.#matches(match, frame.envelope, to)) return [frame];
      state.hits += 1;
      const changed = change(frame.envelope, to);
      const envelopes = 'sid' in changed ? [changed] : changed;
      return envelopes.map((envelope): Frame => ({ kind: 'envelope', envelope }));
    });
    return state;
  }

  drop(match: Match): { readonly hits: number; readonly stop: () => void } {
    return this.tamper(match, () => []);
  }

  duplicate(match: Match, copies = 2): { readonly hits: number; readonly stop: () => void } {
    return this.tamper(match, (envelope) => Array.from({ length: copies }, () => envelope));
  }

  /** Keeps matching envelopes back until `release`, in any order. */
  hold(match: Match): {
    readonly held: readonly { readonly to: PartyIndex; readonly envelope: Envelope }[];
    readonly release: (order?: 'as-sent' | 'reversed') => void;
  } {
    const held: { to: PartyIndex; envelope: Envelope }[] = [];
    const { stop } = this.tamper(match, (envelope, to) => {
      held.push({ to, envelope });
      return [];
    });
    const release = (order: 'as-sent' | 'reversed' = 'as-sent'): void => {
      stop();
      const all = held.splice(0);
      if (order === 'reversed') all.reverse();
      for (const { to, envelope } of all) this.deliver(to, { kind: 'envelope', envelope });
    };
    return { held, release };
  }

  #matches(match: Match, envelope: Envelope, to: PartyIndex): boolean {
    const channel = envelope.to === 0 ? 'broadcast' : 'direct';
    return (
      (match.round ?? envelope.round) === envelope.round &&
      (match.from ?? envelope.from) === envelope.from &&
      (match.to ?? to) === to &&
      (match.channel ?? channel) === channel &&
      (match.session === undefined || match.session.knows(envelope.sid))
    );
  }

  #take(from: PartyIndex, frame: Frame): void {
    this.received.push({ from, frame });
    switch (frame.kind) {
      case 'open_ack':
        this.#named(frame.session)?.acknowledged(from, frame);
        return;
      case 'abort':
        this.#named(frame.session)?.aborted(from, frame);
        return;
      case 'envelope':
        this.#route(from, frame.envelope);
        return;
      case 'open':
      case 'ping':
    }
  }

  #named(name: Uint8Array): RelaySession | undefined {
    return this.#sessions.find((session) => toHex(session.name) === toHex(name));
  }

  /**
   * The session of an envelope. Members that were shown different joins name session ids that the
   * relay did not compute: those are of the sender's latest session that knows the sender.
   */
  #sessionOf(from: PartyIndex, { sid }: Envelope): RelaySession | undefined {
    const known = this.#bySid.get(toHex(sid)) ?? this.#sessions.findLast((s) => s.knows(sid));
    if (known !== undefined) return known;
    const guessed = this.#sessions.findLast((s) => s.isFormed && s.stateOf(from) === 'joined');
    guessed?.alsoKnownAs(sid);
    if (guessed !== undefined) this.#bySid.set(toHex(sid), guessed);
    return guessed;
  }

  #route(from: PartyIndex, envelope: Envelope): void {
    const session = this.#sessionOf(from, envelope);
    if (session === undefined) return;
    const joins = session.sent(from, envelope);
    if (joins.length > 0) {
      this.#bySid.set(toHex(session.sid ?? session.name), session);
      for (const to of session.parties)
        for (const join of joins) this.deliver(to, { kind: 'envelope', envelope: join });
    }
    if (envelope.round === 0) return;
    const all = session.parties.filter((index) => index !== from);
    for (const to of envelope.to === 0 ? all : [envelope.to])
      this.deliver(to, { kind: 'envelope', envelope });
  }
}

/** One session as the relay sees it. */
export class RelaySession {
  readonly name: Uint8Array = new Uint8Array(randomBytes(16));
  readonly parties: readonly PartyIndex[];
  readonly acks = new Map<PartyIndex, OpenAckFrame['outcome']>();
  readonly aborts = new Map<PartyIndex, AbortFrame>();
  /** Signed refusals and aborts. */
  readonly ends = new Map<PartyIndex, SignedEnd>();
  /** Every envelope that a member sent, in order. */
  readonly envelopes: Envelope[] = [];
  /** Of the joins as their signers sent them. */
  sid: Uint8Array | undefined;
  readonly #kind: OpenSubject['kind'];
  readonly #states = new Map<PartyIndex, MemberState>();
  readonly #names = new Set<string>();

  constructor({ parties, subject, to = parties }: OpenOptions) {
    this.parties = parties;
    this.#kind = subject.kind;
    for (const index of to) this.#states.set(index, 'asked');
  }

  get isFormed(): boolean {
    return this.sid !== undefined;
  }

  stateOf(index: PartyIndex): MemberState | undefined {
    return this.#states.get(index);
  }

  /** States in the order of the parties. */
  states(): (MemberState | undefined)[] {
    return this.parties.map((index) => this.stateOf(index));
  }

  /** The reason of each refusal and abort. */
  reasons(): Partial<Record<PartyIndex, string>> {
    const refused = [...this.acks].flatMap(([index, outcome]) =>
      outcome.kind === 'refused' ? [[index, outcome.refusal.reason] as const] : [],
    );
    const aborted = [...this.aborts].map(([index, { reason }]) => [index, reason] as const);
    return Object.fromEntries([...refused, ...aborted]);
  }

  /** Waits until every member that was asked has refused, aborted or is through. */
  async settled(timeoutMs = 20_000): Promise<this> {
    const isOver = (state: MemberState): boolean => state !== 'asked' && state !== 'joined';
    const describe = (): string => `${this.#kind} session settled: ${this.states().join(', ')}`;
    try {
      await until('over', () => [...this.#states.values()].every(isOver), timeoutMs);
    } catch {
      throw new Error(`not in ${timeoutMs} ms: ${describe()}`);
    }
    return this;
  }

  /** Envelopes of a round by sender; broadcasts only unless `to` is given. */
  round(round: number, to: PartyIndex = 0): Map<PartyIndex, Envelope> {
    const sent = this.envelopes.filter((each) => each.round === round && each.to === to);
    return new Map(sent.map((envelope) => [envelope.from, envelope]));
  }

  /** Combines the members' broadcasts of R2 and R3, as a coordinator does; throws ProtocolAbort. */
  signatures(key: CombineInput['key'], items: CombineInput['items']): Signature[] {
    const payloads = (round: number): Map<PartyIndex, Uint8Array> =>
      new Map([...this.round(round)].map(([from, envelope]) => [from, envelope.public]));
    if (this.sid === undefined) throw new Error('the session was never formed');
    return combineSignatures(
      { arith: createReferenceArith(), sha256 },
      {
        ...{ sid: this.sid, parties: this.parties, key, items },
        ...{ round2: payloads(2), round3: payloads(3) },
      },
    );
  }

  knows(id: Uint8Array): boolean {
    return this.#names.has(toHex(id));
  }

  alsoKnownAs(id: Uint8Array): void {
    this.#names.add(toHex(id));
  }

  acknowledged(from: PartyIndex, { outcome }: OpenAckFrame): void {
    this.acks.set(from, outcome);
    this.#states.set(from, outcome.kind === 'accepted' ? 'joined' : 'refused');
    if (outcome.kind === 'accepted') this.alsoKnownAs(outcome.ctx);
  }

  aborted(from: PartyIndex, frame: AbortFrame): void {
    this.aborts.set(from, frame);
    this.#states.set(from, 'aborted');
  }

  /** Notes an envelope; returns all joins when this one completes them. */
  sent(from: PartyIndex, envelope: Envelope): readonly Envelope[] {
    this.envelopes.push(envelope);
    if (envelope.round === ABORT_ROUND) {
      const end = decodeEnd(envelope.public);
      if (end !== undefined) this.ends.set(from, end);
      return [];
    }
    if (envelope.round === LAST_ROUND[this.#kind] && envelope.to === 0)
      this.#states.set(from, 'through');
    if (envelope.round !== 0 || this.isFormed) return [];
    const joins = this.round(0);
    const ascending = this.parties.flatMap((index) => joins.get(index) ?? []);
    if (ascending.length < this.parties.length) return [];
    const encoded = ascending.map((join) => join.public);
    const ctx = ascending[0]?.sid ?? new Uint8Array();
    this.sid = sessionId(sha256, ctx, encoded);
    this.alsoKnownAs(this.sid);
    return ascending;
  }
}
