/**
 * One session at this signer, from the signed join to its end. Envelopes are handled strictly one
 * after another; nothing leaves before what the step asks for is released (C-52) and durable
 * (C-25, C-35, C-49). A step that needs nothing durable is taken at once, so that a session is
 * formed, and found by its id, before the envelope after the last join is looked at.
 * @module
 */
import {
  encodeJoin,
  formSession,
  membersOf,
  ProtocolAbort,
  SESSION_ROUNDS,
  SessionRun,
  type Arith,
  type Draw,
  type Effects,
  type PartyIndex,
  type RunMessage,
} from '../../core/index.ts';
import { sha256 } from '../../wire/bytes.ts';
import { EnvelopeSession, type OpenedMessage } from '../../wire/envelope-session.ts';
import type { Envelope, EndClass } from '../../wire/envelope.ts';
import type { IdentitySigner } from '../../wire/ed25519.ts';
import type { RandomBytes } from '../../core/index.ts';
import type { Reason } from '../../wire/reasons.ts';
import { SealFailure } from '../ports.ts';
import { refusalOf } from '../refusal.ts';
import { KeyIdTaken, LedgerConflict, PairRefused, StoreUnavailable } from '../store/errors.ts';
import type { PairTable } from '../pairs/pair-table.ts';
import type { PeerStarts } from '../pairs/peer-starts.ts';
import type { Plan } from './plan.ts';

/** How a session ended here. */
export type SessionEnd = {
  readonly endClass: EndClass | 'done';
  readonly round: number;
  readonly reason: Reason | 'DONE';
  readonly culprits: readonly PartyIndex[];
  /** For the own log. */
  readonly cause?: unknown;
};

export type LiveSessionOptions = {
  readonly self: PartyIndex;
  readonly boot: Uint8Array;
  readonly tick: bigint;
};

export type LiveSessionModules = {
  readonly identity: IdentitySigner;
  readonly random: RandomBytes;
  readonly arith: Arith;
  readonly draw: Draw;
  readonly pairs: PairTable;
  readonly starts: PeerStarts;
  readonly send: (envelopes: readonly Envelope[]) => void;
  /** The sid is known from here on: envelopes that name it belong to this session. */
  readonly onFormed: (sid: Uint8Array) => void;
  readonly onDropped: (check: string) => void;
  readonly onEnd: (end: SessionEnd) => void;
};

const SECRET_BYTES = 32;
/** Envelopes waiting for their turn, per member; one sends a few a round. */
const MAX_WAITING = 32;

export class LiveSession<R, H> {
  readonly #plan: Plan<R, H>;
  readonly #self: PartyIndex;
  readonly #modules: LiveSessionModules;
  readonly #envelopes: EnvelopeSession;
  readonly #ownJoin: Uint8Array;
  readonly #joins = new Map<PartyIndex, Uint8Array>();
  #run: SessionRun<R, H> | undefined;
  readonly #waiting: Envelope[] = [];
  #isBusy = false;
  #round = 0;
  /** The verdict is being made durable; what ends all sessions of the pair does not overtake it. */
  #isFailing = false;
  #ended = false;

  constructor(plan: Plan<R, H>, options: LiveSessionOptions, modules: LiveSessionModules) {
    const { self, boot, tick } = options;
    const { kind, ctx, parties, roster, maxPayloadBytes } = plan;
    this.#plan = plan;
    this.#self = self;
    this.#modules = modules;
    const members = membersOf(roster, parties);
    const ephemeralSecret = modules.random(SECRET_BYTES);
    this.#envelopes = new EnvelopeSession(
      { kind, ctx, self, parties: members, rounds: SESSION_ROUNDS[kind], maxPayloadBytes },
      { identity: modules.identity, ephemeralSecret },
    );
    const pairs = plan.withPairs
      ? [...plan.pairs].map(([peer, { generation, digest }]) => ({ peer, generation, digest }))
      : [];
    const nonce = modules.random(SECRET_BYTES);
    const eph = this.#envelopes.ephemeralKey;
    this.#ownJoin = encodeJoin({ ctx, from: self, nonce, eph, boot, tick, pairs });
  }

  get peers(): PartyIndex[] {
    return this.#plan.parties.filter((index) => index !== this.#self);
  }

  /** The R0 envelope: signing it is this signer's approval (spec §2.2). */
  join(): Envelope {
    return this.#envelopes.sealJoin(this.#ownJoin);
  }

  /** Handles an incoming envelope, now or after those before it. */
  deliver(envelope: Envelope): void {
    const isFull = this.#waiting.length >= MAX_WAITING * this.#plan.parties.length;
    if (this.#ended || isFull) return;
    this.#waiting.push(envelope);
    if (!this.#isBusy) void this.#work();
  }

  /** Ends the session from outside: time-out, stream gone, burn in another session. */
  end(endClass: EndClass, reason: Reason): void {
    if (this.#isFailing) return;
    this.#close({ endClass, round: this.#round, reason, culprits: [] });
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        const durable = this.#handle(next);
        if (durable !== undefined) await durable;
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#isBusy = false;
  }

  /** A promise only where something has to become durable. */
  #handle(envelope: Envelope): Promise<void> | undefined {
    const opened = this.#envelopes.open(envelope);
    switch (opened.kind) {
      case 'dropped':
        this.#modules.onDropped(opened.check);
        return undefined;
      case 'equivocation':
        throw opened.abort;
      case 'end':
        // Unverifiable as to its cause: it ends the session, and blames nobody (class retry).
        throw new PeerEnded();
      case 'message':
        if (envelope.to === 0) this.#plan.observe?.(envelope);
        return this.#take(opened.message);
    }
  }

  #take(message: OpenedMessage): Promise<void> | undefined {
    this.#round = Math.max(this.#round, message.round);
    if (message.round === 0) return this.#takeJoin(message);
    return this.#run === undefined ? undefined : this.#apply(this.#run.receive(message));
  }

  #takeJoin({ from, open }: OpenedMessage): Promise<void> | undefined {
    if (this.#run !== undefined) return undefined;
    this.#joins.set(from, open);
    const { parties } = this.#plan;
    if (!parties.every((index) => this.#joins.has(index))) return undefined;
    this.#run = this.#form();
    return this.#apply(this.#run.start());
  }

  /**
   * All joins are here: compares everything in the order of spec §2.2, then derives keys and begins.
   * The start rule comes after the pairs: a join of an earlier process that somebody replays names a
   * pair that is gone, which is no reason to refuse its signer for ever.
   */
  #form(): SessionRun<R, H> {
    const { arith, draw, pairs, onFormed } = this.#modules;
    const { ctx, parties, withPairs } = this.#plan;
    const ownPairs = new Map(
      [...this.#plan.pairs.keys()].flatMap((peer) => {
        const active = pairs.active(peer);
        return active === undefined ? [] : [[peer, active] as const];
      }),
    );
    const self = this.#self;
    const form = { self, parties, ctx, ownJoin: this.#ownJoin, withPairs, ownPairs };
    const formed = formSession(sha256, { ...form, joins: this.#joins });
    for (const join of formed.joins) {
      if (join.from !== self) this.#modules.starts.note(join, encodeJoin(join));
    }
    this.#plan.confirm();
    const ephemerals = formed.joins.map(({ from, eph }) => [from, eph] as const);
    this.#envelopes.establish(formed.sid, new Map(ephemerals));
    onFormed(formed.sid);
    const joins = formed.joins.map((join) => encodeJoin(join));
    const protocol = this.#plan.begin(formed);
    return new SessionRun(
      { sid: formed.sid, self, parties, joins, protocol },
      { arith, sha256, draw },
    );
  }

  /** Release, make durable, send, finish: in this order (spec §2.5, §13.2). */
  #apply(effects: Effects<R, H>): Promise<void> | undefined {
    for (const peer of effects.checked) this.#settle(peer, true);
    const outgoing = effects.send.map((message) => this.#seal(message));
    if (effects.hold.length > 0 || 'done' in effects) return this.#conclude(effects, outgoing);
    if (outgoing.length > 0) this.#modules.send(outgoing);
    return undefined;
  }

  /** The session may end, by time or by a burn, at every `await`: then nothing more leaves. */
  async #conclude(effects: Effects<R, H>, outgoing: readonly Envelope[]): Promise<void> {
    for (const hold of effects.hold) {
      await this.#plan.persist(hold, outgoing);
      if (this.#ended) return;
    }
    this.#modules.send(outgoing);
    if (!('done' in effects)) return;
    await this.#plan.finish(effects.done);
    this.#close({ endClass: 'done', round: this.#round, reason: 'DONE', culprits: [] });
  }

  #seal(message: RunMessage): Envelope {
    this.#round = Math.max(this.#round, message.round);
    const { round, to, open, sealed } = message;
    const envelope = this.#envelopes.seal({ round, to, open, sealed });
    if (to === 0) this.#plan.observe?.(envelope);
    return envelope;
  }

  #settle(peer: PartyIndex, passed: boolean): void {
    const pair = this.#plan.pairs.get(peer);
    if (pair !== undefined) this.#modules.pairs.settle(peer, pair.generation, passed);
  }

  /** Turns what was thrown into the end of the session; burns and counts come first. */
  #fail(thrown: unknown): void {
    if (this.#ended) return;
    this.#isFailing = true;
    let error = thrown;
    try {
      if (thrown instanceof ProtocolAbort) this.#recordCheat(thrown);
    } catch (discarded) {
      error = discarded;
    }
    const end = endOf(error);
    this.#close({ ...end, round: this.#round, cause: error });
  }

  #recordCheat(abort: ProtocolAbort): void {
    for (const culprit of abort.culprits) {
      if (abort.abortClass === 'burn') this.#settle(culprit, false);
      if (abort.code === 'PPRF_DIGEST_MISMATCH') this.#modules.pairs.countFailedSetup(culprit);
    }
  }

  #close(end: SessionEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    // Class fatal says nothing to anybody (spec §13.1); a finished session has nothing to say.
    const { endClass, round } = end;
    if (endClass !== 'done' && endClass !== 'fatal') {
      this.#modules.send([this.#envelopes.sealEnd({ endClass, round, largestGeneration: 0 })]);
    }
    this.#envelopes.destroy();
    this.#modules.arith.wipe();
    this.#plan.release();
    this.#run = undefined;
    this.#waiting.length = 0;
    this.#modules.onEnd(end);
  }
}

/** A peer said that the session is over for it. */
class PeerEnded extends Error {
  override readonly name = 'PeerEnded';
}

type Verdict = Pick<SessionEnd, 'endClass' | 'reason' | 'culprits'>;

function endOf(error: unknown): Verdict {
  if (error instanceof PeerEnded)
    return { endClass: 'retry', reason: 'SESSION_ABORTED', culprits: [] };
  if (error instanceof ProtocolAbort) {
    const { abortClass: endClass, culprits } = error;
    const reason = endClass === 'burn' ? 'SESSION_BURNED' : 'SESSION_ABORTED';
    return { endClass, reason, culprits };
  }
  if (isRefusal(error)) return { endClass: 'retry', reason: refusalOf(error).reason, culprits: [] };
  const reason = error instanceof StoreUnavailable ? 'STORAGE_UNAVAILABLE' : 'INTERNAL';
  return { endClass: 'fatal', reason, culprits: [] };
}

/**
 * What a coordinator can bring about, such as one attempt with two quorums at once, or the outside
 * world: neither is a fault here. An own blob that does not authenticate is.
 */
function isRefusal(error: unknown): boolean {
  if (error instanceof SealFailure) return error.code !== 'not-authentic';
  return (
    error instanceof LedgerConflict || error instanceof KeyIdTaken || error instanceof PairRefused
  );
}
