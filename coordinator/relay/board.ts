/**
 * The sessions in progress: what comes in goes to its session, at once and without waiting for
 * anything, so that one stuck session never holds another (security R17). A session leaves every
 * table when it ends, at its own time-out at the latest (R11).
 * @module
 */
import { sameBytes, toHex } from '../../wire/bytes.ts';
import type { Envelope } from '../../wire/envelope.ts';
import type { AbortFrame, Frame, OpenAckFrame } from '../../wire/relay-frame.ts';
import type { Metrics } from '../metrics.ts';
import type { Clock, Logger } from '../ports.ts';
import type { Timing } from '../timing.ts';
import { Session, type SessionOutcome, type SessionPlan } from './session.ts';

export type RunningSession = {
  readonly session: Session;
  /** Resolves at the latest at the session's own time-out. Never rejects. */
  readonly ended: Promise<SessionOutcome>;
  /** Ends the session here and at its members; nothing happens when it has ended. */
  readonly cancel: () => void;
};

export type BoardModules = {
  readonly send: (to: number, frame: Frame) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
};

// Signers count their time from receipt; what they send at its end is still worth having.
const SIGNER_CLOCK_SLACK_MS = 100;

export class Board {
  readonly #timing: Timing;
  readonly #modules: BoardModules;
  readonly #byName = new Map<string, Session>();
  readonly #bySid = new Map<string, Session>();

  constructor({ timing }: { readonly timing: Timing }, modules: BoardModules) {
    this.#timing = timing;
    this.#modules = modules;
  }

  /** A session that is to be opened. */
  add(plan: SessionPlan): RunningSession {
    const { clock, send } = this.#modules;
    const { session: name, timeoutMs } = plan.open;
    const { promise, resolve } = Promise.withResolvers<SessionOutcome>();
    const timers: (() => void)[] = [];
    const session = new Session(plan, {
      monotonicMs: clock.monotonicMs,
      events: {
        send: (to, envelope) => {
          send(to, { kind: 'envelope', envelope });
        },
        formed: (sid) => {
          this.#bySid.set(toHex(sid), session);
        },
        refusing: () => {
          const end = (): void => {
            session.endRefused();
          };
          timers.push(clock.after(this.#timing.refusalGraceMs, end));
        },
        ended: (outcome) => {
          for (const cancel of timers) cancel();
          this.#remove(session, outcome);
          resolve(outcome);
        },
      },
    });
    this.#byName.set(toHex(name), session);
    const expire = (): void => {
      session.expire();
    };
    timers.push(clock.after(timeoutMs + SIGNER_CLOCK_SLACK_MS, expire));
    const cancel = (): void => {
      session.end({ kind: 'cancelled' });
    };
    return { session, ended: promise, cancel };
  }

  /** A frame from a signer, whose index the connection has confirmed. */
  take(from: number, frame: Frame): void {
    switch (frame.kind) {
      case 'open_ack': {
        const session = this.#named(from, frame);
        if (session) session.acknowledge(from, frame);
        else this.#drop('unknown session');
        return;
      }
      case 'abort':
        // Unknown is usual: a session that ended here is aborted at its members.
        this.#named(from, frame)?.abort(from, frame);
        return;
      case 'envelope': {
        const { envelope } = frame;
        if (envelope.from !== from) this.#drop('foreign sender');
        else if (this.#sessionOf(envelope)?.take(envelope) !== true) this.#drop('unknown session');
        return;
      }
      case 'open':
      case 'ping':
        this.#drop('unexpected');
    }
  }

  /** The line to a signer went down: its sessions are lost. */
  lose(signer: number): void {
    for (const session of this.#with(signer)) session.lose(signer);
  }

  count(): number {
    return this.#byName.size;
  }

  /** Sessions that a signer takes part in. */
  countOf(signer: number): number {
    return this.#with(signer).length;
  }

  /** Cancels everything. */
  close(): void {
    for (const session of [...this.#byName.values()]) session.end({ kind: 'cancelled' });
  }

  #with(signer: number): Session[] {
    return [...this.#byName.values()].filter(({ parties }) => parties.includes(signer));
  }

  #named(from: number, { session: name }: OpenAckFrame | AbortFrame): Session | undefined {
    const session = this.#byName.get(toHex(name));
    return session?.parties.includes(from) === true ? session : undefined;
  }

  #sessionOf({ sid, from }: Envelope): Session | undefined {
    const formed = this.#bySid.get(toHex(sid));
    if (formed) return formed.parties.includes(from) ? formed : undefined;
    // A join carries the context instead. Few sessions are still gathering joins.
    return this.#with(from).find((session) => {
      const ctx = session.sid ? undefined : session.contextOf(from);
      return ctx && sameBytes(ctx, sid);
    });
  }

  #remove(session: Session, outcome: SessionOutcome): void {
    const { log, metrics, send } = this.#modules;
    const { kind, name, parties, sid } = session;
    this.#byName.delete(toHex(name));
    if (sid) this.#bySid.delete(toHex(sid));
    metrics.sessions.inc({ kind, outcome: outcome.kind });
    log.debug({ session: toHex(name), kind, parties, ...summaryOf(outcome) }, 'session ended');
    const reason = reasonOf(outcome);
    if (reason === undefined) return;
    const abort: AbortFrame = {
      kind: 'abort',
      session: name,
      ...(sid ? { sid } : {}),
      ...{ endClass: 'retry', round: 0, reason },
    };
    for (const party of parties) send(party, abort);
  }

  #drop(reason: string): void {
    this.#modules.metrics.droppedFrames.inc({ reason });
  }
}

/** What the members are told; nothing after a completed session, which they end by themselves. */
function reasonOf({ kind }: SessionOutcome): string | undefined {
  switch (kind) {
    case 'completed':
      return undefined;
    case 'refused':
      return 'SIGNERS_REFUSED';
    case 'aborted':
    case 'divided':
      return 'SESSION_ABORTED';
    case 'lost':
      return 'PEER_UNAVAILABLE';
    case 'expired':
      return 'SESSION_TIMEOUT';
    case 'cancelled':
      return 'CALL_CANCELLED';
  }
}

/** An outcome as log fields. */
function summaryOf(outcome: SessionOutcome): Readonly<Record<string, unknown>> {
  switch (outcome.kind) {
    case 'completed':
    case 'divided':
    case 'cancelled':
      return { outcome: outcome.kind };
    case 'refused': {
      const refusals = [...outcome.refusals].map(([signer, { reason }]) => `${signer} ${reason}`);
      return { outcome: outcome.kind, refusals };
    }
    case 'aborted': {
      const { by, endClass, round, reason } = outcome;
      return { outcome: outcome.kind, by, endClass, round, reason };
    }
    case 'lost':
      return { outcome: outcome.kind, signer: outcome.signer };
    case 'expired':
      return { outcome: outcome.kind, waitingFor: outcome.waitingFor };
  }
}
