/**
 * One session at this signer, from the signed join to its end. Envelopes are handled strictly one
 * after another; nothing leaves before what the step asks for is released (C-52) and durable
 * (C-25, C-35, C-49).
 * @module
 */
import {
  encodeJoin,
  formSession,
  joinBytes,
  membersOf,
  ProtocolAbort,
  SESSION_ROUNDS,
  SessionRun,
  decodeJoin,
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
import { StoreUnavailable } from '../store/errors.ts';
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
/** Envelopes waiting for their turn; a session needs a few per peer and round. */
const MAX_WAITING = 4096;

export class LiveSession<R, H> {
  readonly #plan: Plan<R, H>;
  readonly #self: PartyIndex;
  readonly #modules: LiveSessionModules;
  readonly #envelopes: EnvelopeSession;
  readonly #ownJoin: Uint8Array;
  readonly #joins = new Map<PartyIndex, Uint8Array>();
  #run: SessionRun<R, H> | undefined;
  #queue: Promise<void> = Promise.resolve();
  #waiting = 0;
  #round = 0;
  #ended = false;

  constructor(plan: Plan<R, H>, options: LiveSessionOptions, modules: LiveSessionModules) {
    const { self, boot, tick } = options;
    const { kind, ctx, parties, roster } = plan;
    this.#plan = plan;
    this.#self = self;
    this.#modules = modules;
    const members = membersOf(roster, parties);
    const ephemeralSecret = modules.random(SECRET_BYTES);
    this.#envelopes = new EnvelopeSession(
      { kind, ctx, self, parties: members, rounds: SESSION_ROUNDS[kind] },
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

  /** Queues an incoming envelope. */
  deliver(envelope: Envelope): void {
    if (this.#ended || this.#waiting >= MAX_WAITING) return;
    this.#waiting += 1;
    this.#queue = this.#queue.then(async () => {
      this.#waiting -= 1;
      if (this.#ended) return;
      try {
        await this.#handle(envelope);
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  /** Ends the session from outside: time-out, stream gone, burn in another session. */
  end(endClass: EndClass, reason: Reason): void {
    this.#close({ endClass, round: this.#round, reason, culprits: [] });
  }

  async #handle(envelope: Envelope): Promise<void> {
    const opened = this.#envelopes.open(envelope);
    switch (opened.kind) {
      case 'dropped':
        this.#modules.onDropped(opened.check);
        return;
      case 'equivocation':
        throw opened.abort;
      case 'end':
        // Unverifiable as to its cause: it ends the session, and blames nobody (class retry).
        throw new PeerEnded();
      case 'message':
        if (envelope.to === 0) this.#plan.observe?.(envelope);
        await this.#take(opened.message);
    }
  }

  async #take(message: OpenedMessage): Promise<void> {
    this.#round = Math.max(this.#round, message.round);
    if (message.round === 0) await this.#takeJoin(message);
    else if (this.#run !== undefined) await this.#apply(this.#run.receive(message));
  }

  async #takeJoin({ from, open }: OpenedMessage): Promise<void> {
    if (this.#run !== undefined) return;
    this.#joins.set(from, open);
    const { parties } = this.#plan;
    if (!parties.every((index) => this.#joins.has(index))) return;
    this.#run = this.#form();
    await this.#apply(this.#run.start());
  }

  /** All joins are here: compares everything, then derives keys and begins (spec §2.2). */
  #form(): SessionRun<R, H> {
    const { arith, draw, starts, pairs, onFormed } = this.#modules;
    const { ctx, parties, withPairs } = this.#plan;
    const ownPairs = new Map(
      [...this.#plan.pairs.keys()].flatMap((peer) => {
        const active = pairs.active(peer);
        return active === undefined ? [] : [[peer, active] as const];
      }),
    );
    const np = withPairs ? parties.length - 1 : 0;
    for (const [from, bytes] of this.#joins) {
      if (from !== this.#self && bytes.length === joinBytes(np)) {
        starts.note(decodeJoin(bytes, np, from), bytes);
      }
    }
    const self = this.#self;
    const form = { self, parties, ctx, ownJoin: this.#ownJoin, withPairs, ownPairs };
    const formed = formSession(sha256, { ...form, joins: this.#joins });
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
  async #apply(effects: Effects<R, H>): Promise<void> {
    for (const peer of effects.checked) this.#settle(peer, true);
    const outgoing = effects.send.map((message) => this.#seal(message));
    for (const hold of effects.hold) await this.#plan.persist(hold, outgoing);
    if (this.#ended) return;
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
  const reason = error instanceof StoreUnavailable ? 'STORAGE_UNAVAILABLE' : 'INTERNAL';
  return { endClass: 'fatal', reason, culprits: [] };
}
