/**
 * All sessions of this signer: opens them for coordinators, finds them by context and session id,
 * ends them by time, by loss of their stream and by burns.
 * @module
 */
import {
  chooseRoster,
  makeTick,
  toHex,
  type ArithFactory,
  type Draw,
  type PartyIndex,
  type RandomBytes,
  type Roster,
} from '../../core/index.ts';
import { ABORT_ROUND, encodeEnd, signEnvelope, type Envelope } from '../../wire/envelope.ts';
import type { IdentitySigner } from '../../wire/ed25519.ts';
import type { AbortFrame, Frame, OpenFrame } from '../../wire/relay-frame.ts';
import type { SignedRoster } from '../../wire/roster.ts';
import { toRefusal, TrefoilError } from '../../wire/status.ts';
import { refusalOf } from '../refusal.ts';
import type { PairTable } from '../pairs/pair-table.ts';
import type { PeerStarts } from '../pairs/peer-starts.ts';
import { SealFailure } from '../ports.ts';
import { PairRefused, StoreCorrupted } from '../store/errors.ts';
import { LiveSession, type SessionEnd } from './live-session.ts';
import type { Plan } from './plan.ts';
import { planKeygen, type KeygenPlanModules } from './plan-keygen.ts';
import { pairContext, planPair } from './plan-pair.ts';
import { planSign, type SignPlanModules } from './plan-sign.ts';

/** The stream of one coordinator replica. */
export type Owner = { readonly name: string; readonly send: (frames: readonly Frame[]) => void };

export type SessionTableOptions = {
  readonly self: PartyIndex;
  readonly boot: Uint8Array;
  readonly start: number;
  readonly roster: Roster;
  readonly previousRoster: Roster | undefined;
  readonly signedRosters: ReadonlyMap<number, SignedRoster>;
  readonly maxSessions: number;
  readonly maxSessionMs: number;
};

/** What happened in a session, for logs and metrics. */
export type SessionEvent = {
  readonly session: string;
  readonly kind: string;
  readonly parties: readonly PartyIndex[];
  readonly coordinator: string;
};

export type SessionObserver = {
  readonly opened: (event: SessionEvent) => void;
  readonly refused: (event: SessionEvent, error: TrefoilError, cause: unknown) => void;
  readonly ended: (event: SessionEvent, end: SessionEnd) => void;
  readonly dropped: (check: string) => void;
  /** This signer refuses service from here on. Once. */
  readonly faulted: () => void;
};

export type SessionTableModules = KeygenPlanModules &
  SignPlanModules & {
    readonly identity: IdentitySigner;
    readonly random: RandomBytes;
    readonly createArith: ArithFactory;
    readonly drawFor: (ctx: Uint8Array) => Draw;
    readonly pairs: PairTable;
    readonly starts: PeerStarts;
    readonly observer: SessionObserver;
    readonly setTimer: (ms: number, action: () => void) => () => void;
  };

type Live = {
  readonly session: Pick<LiveSession<never, never>, 'peers' | 'join' | 'deliver' | 'end'>;
  readonly owner: Owner;
  readonly name: string;
  readonly keys: Set<string>;
};

export class SessionTable {
  readonly #options: SessionTableOptions;
  readonly #modules: SessionTableModules;
  /** By context until the session id is known, by both afterwards. */
  readonly #byKey = new Map<string, Live>();
  readonly #live = new Set<Live>();
  /** Streams that ended; what was still being judged for them is not begun. */
  readonly #gone = new WeakSet<Owner>();
  #opening = 0;
  #ticks = 0;
  #stopping = false;
  #isFaulted = false;

  constructor(options: SessionTableOptions, modules: SessionTableModules) {
    this.#options = options;
    this.#modules = modules;
  }

  get size(): number {
    return this.#live.size;
  }

  /** Judges an Open; answers with OpenAck and, when it takes part, the signed join. */
  async open(owner: Owner, frame: OpenFrame): Promise<void> {
    const event = this.#event(owner, frame);
    this.#opening += 1;
    try {
      if (this.#stopping) throw new TrefoilError('STOPPING', 'this signer is stopping');
      if (this.#isFaulted) throw new TrefoilError('INTERNAL', 'this signer refuses service');
      if (this.#live.size + this.#opening > this.#options.maxSessions)
        throw new TrefoilError('OVERLOADED', 'too many sessions');
      await this.#openPlan(owner, frame, event);
    } catch (error) {
      this.#refuse(owner, frame, event, error);
    } finally {
      this.#opening -= 1;
      this.#noticeIdle();
    }
  }

  /** An envelope that a coordinator relayed. One of no session is dropped (C-01). */
  deliver(envelope: Envelope): void {
    const live = this.#byKey.get(toHex(envelope.sid));
    if (live === undefined) this.#modules.observer.dropped('C-01');
    else live.session.deliver(envelope);
  }

  /** The owner gave a session up. */
  abort(owner: Owner, { session }: AbortFrame): void {
    for (const live of this.#live) {
      if (live.owner === owner && live.name === toHex(session)) {
        live.session.end('retry', 'SESSION_TIMEOUT');
      }
    }
  }

  /** The stream of an owner is gone: nobody relays its sessions any more. */
  forget(owner: Owner): void {
    this.#gone.add(owner);
    for (const live of [...this.#live]) {
      if (live.owner === owner) live.session.end('retry', 'PEER_UNAVAILABLE');
    }
  }

  /** A burn is durable: every session with this peer ends, of all keys (spec §13.2). */
  endWith(peer: PartyIndex): void {
    for (const live of [...this.#live]) {
      if (live.session.peers.includes(peer)) live.session.end('retry', 'PAIR_NOT_ACTIVE');
    }
  }

  /** Takes no new sessions and waits for the running ones, at most `ms`. */
  async drain(ms: number): Promise<void> {
    this.#stopping = true;
    if (this.#live.size + this.#opening > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
        this.#modules.setTimer(ms, resolve);
      });
    }
    for (const live of [...this.#live]) live.session.end('retry', 'STOPPING');
  }

  #onIdle: (() => void) | undefined;

  async #openPlan(owner: Owner, frame: OpenFrame, event: SessionEvent): Promise<void> {
    const { subject } = frame;
    const roster = this.#rosterOf(frame);
    const { self } = this.#options;
    const common = { self, parties: frame.parties, roster };
    switch (subject.kind) {
      case 'pair': {
        const { generation } = subject;
        this.#begin(owner, frame, event, planPair({ ...common, generation }, this.#modules.pairs));
        return;
      }
      case 'keygen': {
        const signedRoster = this.#signedRoster(roster.version);
        const input = { ...common, signedRoster, stamped: subject.request };
        this.#begin(owner, frame, event, await planKeygen(input, this.#modules));
        return;
      }
      case 'sign': {
        const { request: stamped, attempt } = subject;
        const plan = await planSign({ ...common, stamped, attempt }, this.#modules);
        this.#begin(owner, frame, event, plan);
      }
    }
  }

  #rosterOf({ rosterVersion, parties }: OpenFrame): Roster {
    const { roster, previousRoster } = this.#options;
    return chooseRoster(rosterVersion, roster, previousRoster, parties);
  }

  #signedRoster(version: number): SignedRoster {
    const signed = this.#options.signedRosters.get(version);
    if (signed === undefined)
      throw new TrefoilError('ROSTER_VERSION_UNKNOWN', `no roster of version ${version}`);
    return signed;
  }

  /** What was judged becomes a session; a plan that does not gives back what it holds. */
  #begin<R, H>(owner: Owner, frame: OpenFrame, event: SessionEvent, plan: Plan<R, H>): void {
    let live: Live;
    try {
      this.#requireRoom(owner, plan.ctx);
      live = this.#createLive(owner, frame, event, plan);
    } catch (error) {
      plan.release();
      throw error;
    }
    for (const key of live.keys) this.#byKey.set(key, live);
    this.#live.add(live);
    this.#modules.observer.opened(event);
    owner.send([
      { kind: 'open_ack', session: frame.session, outcome: { kind: 'accepted', ctx: plan.ctx } },
      { kind: 'envelope', envelope: live.session.join() },
    ]);
  }

  /** Judging takes time: much may have changed meanwhile. */
  #requireRoom(owner: Owner, ctx: Uint8Array): void {
    if (this.#stopping) throw new TrefoilError('STOPPING', 'this signer is stopping');
    if (this.#gone.has(owner)) throw new TrefoilError('PEER_UNAVAILABLE', 'the stream is gone');
    if (this.#byKey.has(toHex(ctx)))
      throw new TrefoilError('ATTEMPT_REUSED', 'this very session is running already');
  }

  #createLive<R, H>(owner: Owner, frame: OpenFrame, event: SessionEvent, plan: Plan<R, H>): Live {
    const { modules, options } = { modules: this.#modules, options: this.#options };
    const keys = new Set([toHex(plan.ctx)]);
    let cancelTimer = (): void => undefined;
    this.#ticks += 1;
    const tick = makeTick(options.start, this.#ticks);
    const session = new LiveSession(
      plan,
      { self: options.self, boot: options.boot, tick },
      {
        identity: modules.identity,
        random: modules.random,
        arith: modules.createArith(),
        draw: modules.drawFor(plan.ctx),
        pairs: modules.pairs,
        starts: modules.starts,
        send: (envelopes) => {
          owner.send(envelopes.map((envelope) => ({ kind: 'envelope', envelope })));
        },
        onFormed: (sid) => {
          keys.add(toHex(sid));
          this.#byKey.set(toHex(sid), live);
        },
        onDropped: modules.observer.dropped,
        onEnd: (end) => {
          cancelTimer();
          this.#remove(live);
          this.#announce(live, frame, end);
          modules.observer.ended(event, end);
          this.#noticeFault(end.cause);
        },
      },
    );
    const live: Live = { session, owner, name: event.session, keys };
    const ms = Math.min(frame.timeoutMs, options.maxSessionMs);
    cancelTimer = modules.setTimer(ms, () => {
      session.end('retry', 'SESSION_TIMEOUT');
    });
    return live;
  }

  /** For people and for cleaning up; the signed end went out before (spec §2.3). */
  #announce(live: Live, { session }: OpenFrame, end: SessionEnd): void {
    if (end.endClass === 'done') return;
    const { endClass, round, reason } = end;
    live.owner.send([
      { kind: 'abort', session, endClass, round, reason: reason === 'DONE' ? 'UNKNOWN' : reason },
    ]);
  }

  #remove(live: Live): void {
    for (const key of live.keys) this.#byKey.delete(key);
    this.#live.delete(live);
    this.#noticeIdle();
  }

  #noticeIdle(): void {
    if (this.#live.size + this.#opening === 0) this.#onIdle?.();
  }

  #refuse(owner: Owner, frame: OpenFrame, event: SessionEvent, thrown: unknown): void {
    const error = refusalOf(thrown);
    this.#modules.observer.refused(event, error, thrown);
    this.#noticeFault(thrown);
    const refusal = toRefusal(error);
    owner.send([
      { kind: 'open_ack', session: frame.session, outcome: { kind: 'refused', refusal } },
      ...this.#signedRefusal(frame, thrown),
    ]);
  }

  /** Own state that does not authenticate (C-60, class fatal): refuse service, heal nothing. */
  #noticeFault(cause: unknown): void {
    const isDamaged =
      cause instanceof StoreCorrupted ||
      (cause instanceof SealFailure && cause.code === 'not-authentic');
    if (!isDamaged || this.#isFaulted) return;
    this.#isFaulted = true;
    this.#modules.observer.faulted();
  }

  /** A refused set-up reports the largest generation, signed (spec §4.4, C-24). */
  #signedRefusal(frame: OpenFrame, thrown: unknown): Frame[] {
    const { subject, parties } = frame;
    if (subject.kind !== 'pair' || !(thrown instanceof PairRefused)) return [];
    const { self } = this.#options;
    const roster = this.#rosterOf(frame);
    const { generation } = subject;
    const sid = pairContext({ self, parties, roster, generation });
    const { largestGeneration } = thrown;
    const end = encodeEnd({ endClass: 'refuse', round: 0, largestGeneration });
    const slot = { sid, round: ABORT_ROUND, from: self, to: 0, seq: 0 };
    const parts = { public: end, sealed: new Uint8Array() };
    return [
      { kind: 'envelope', envelope: signEnvelope(this.#modules.identity, 'pair', slot, parts) },
    ];
  }

  #event(owner: Owner, { session, subject, parties }: OpenFrame): SessionEvent {
    return { session: toHex(session), kind: subject.kind, parties, coordinator: owner.name };
  }
}
