/**
 * The line to one signer: one connection that is replaced by itself, with pings to know how it is.
 * @module
 */
import type { Frame } from '../../wire/relay-frame.ts';
import { fractionOf, type Clock, type Logger, type RandomBytes } from '../ports.ts';
import type { Timing } from '../timing.ts';

/** One stream to a signer; frames sent in one tick travel in one message where they fit. */
export type Connection = {
  readonly send: (frame: Frame) => void;
  /** Ends it. Idempotent. */
  readonly close: () => void;
};

export type ConnectionEvents = {
  readonly frame: (frame: Frame) => void;
  /** It ended or failed. */
  readonly closed: (why: string) => void;
};

/** Starts a connection; failure arrives as `closed`. No event comes before it returns. */
export type Connect = (events: ConnectionEvents) => Connection;

export type LinkState = {
  /** The connection has answered a ping and stands. */
  readonly up: boolean;
  /** How long a ping has been unanswered with nothing else heard, in milliseconds; 0: none owed. */
  readonly silentMs: number;
};

export type LinkEvents = {
  readonly up: () => void;
  readonly down: (why: string) => void;
  readonly frame: (frame: Frame) => void;
  /** A ping came back; milliseconds. */
  readonly roundTrip: (ms: number) => void;
};

export type LinkModules = {
  readonly connect: Connect;
  readonly events: LinkEvents;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Logger;
};

/** One connection and what was heard over it. */
type Attempt = {
  readonly connection: Connection;
  readonly startedMs: number;
  /** When the link last looked after this connection. */
  lookedMs: number;
  up: boolean;
  /** The ping that is on its way. */
  ping: { readonly nonce: bigint; sentMs: number } | undefined;
  heardMs: number;
};

/** Connects at once and again after every failure, until `close`. */
export class Link {
  readonly #timing: Timing;
  readonly #modules: LinkModules;
  #attempt: Attempt | undefined;
  #failures = 0;
  #nonce = 0n;
  #closed = false;
  #cancelTimer = (): void => undefined;

  constructor({ timing }: { readonly timing: Timing }, modules: LinkModules) {
    this.#timing = timing;
    this.#modules = modules;
    this.#start();
  }

  state(): LinkState {
    const { up = false } = this.#attempt ?? {};
    return { up, silentMs: this.#silentMs(this.#modules.clock.monotonicMs()) };
  }

  /** Sends, or drops when the connection is not up. */
  send(frame: Frame): void {
    if (this.#attempt?.up) this.#attempt.connection.send(frame);
  }

  /** Ends the connection and does not come back. No event follows. */
  close(): void {
    this.#closed = true;
    this.#stop();
  }

  #start(): void {
    const { connect, clock } = this.#modules;
    const now = clock.monotonicMs();
    // What an earlier connection still says must not be taken for its successor's.
    const ifCurrent = (react: (attempt: Attempt) => void): void => {
      if (this.#attempt === attempt) react(attempt);
    };
    const connection = connect({
      frame: (frame) => {
        ifCurrent(() => {
          this.#hear(attempt, frame);
        });
      },
      closed: (why) => {
        ifCurrent(() => {
          this.#fail(why);
        });
      },
    });
    const attempt: Attempt = {
      connection,
      startedMs: now,
      lookedMs: now,
      up: false,
      ping: undefined,
      heardMs: now,
    };
    this.#attempt = attempt;
    this.#ping(attempt);
    this.#watch(attempt);
  }

  #ping(attempt: Attempt): void {
    this.#nonce += 1n;
    attempt.ping = { nonce: this.#nonce, sentMs: this.#modules.clock.monotonicMs() };
    attempt.connection.send({ kind: 'ping', nonce: this.#nonce, reply: false });
  }

  #hear(attempt: Attempt, frame: Frame): void {
    const { clock, events } = this.#modules;
    attempt.heardMs = clock.monotonicMs();
    if (frame.kind !== 'ping') {
      events.frame(frame);
      return;
    }
    if (!frame.reply) {
      attempt.connection.send({ ...frame, reply: true });
      return;
    }
    if (frame.nonce !== attempt.ping?.nonce) return;
    events.roundTrip(attempt.heardMs - attempt.ping.sentMs);
    attempt.ping = undefined;
    if (attempt.up) return;
    attempt.up = true;
    this.#failures = 0;
    events.up();
  }

  /** Pings, and gives up on silence; looks again after each ping interval. */
  #watch(attempt: Attempt): void {
    const { clock } = this.#modules;
    const { pingIntervalMs, connectTimeoutMs, reconnectAfterMs } = this.#timing;
    this.#cancelTimer = clock.after(pingIntervalMs, () => {
      const now = clock.monotonicMs();
      if (attempt.ping) attempt.ping.sentMs += this.#ownStallMs(attempt, now);
      attempt.lookedMs = now;
      if (!attempt.up && now - attempt.startedMs > connectTimeoutMs) this.#fail('no answer');
      else if (this.#silentMs(now) > reconnectAfterMs) this.#fail('silent');
      else {
        if (!attempt.ping) this.#ping(attempt);
        this.#watch(attempt);
      }
    });
  }

  /** This process was busy or stopped itself for so long: what came in meanwhile is not read yet. */
  #ownStallMs({ lookedMs }: Attempt, now: number): number {
    const lateMs = now - lookedMs - this.#timing.pingIntervalMs;
    return lateMs > this.#timing.pingIntervalMs ? lateMs : 0;
  }

  #silentMs(now: number): number {
    const attempt = this.#attempt;
    if (!attempt?.ping) return 0;
    const sinceMs = Math.max(attempt.ping.sentMs, attempt.heardMs);
    return Math.max(0, now - sinceMs - this.#ownStallMs(attempt, now));
  }

  #fail(why: string): void {
    const { clock, random, events, log } = this.#modules;
    const { backoffFirstMs, backoffLastMs } = this.#timing;
    const wasUp = this.#attempt?.up ?? false;
    this.#stop();
    const longestMs = Math.min(backoffLastMs, backoffFirstMs * 2 ** Math.min(this.#failures, 16));
    const waitMs = longestMs * (0.5 + fractionOf(random) / 2);
    this.#failures += 1;
    log.debug({ why, waitMs: Math.round(waitMs) }, 'connection failed');
    if (!this.#closed) {
      this.#cancelTimer = clock.after(waitMs, () => {
        this.#start();
      });
    }
    if (wasUp) events.down(why);
  }

  #stop(): void {
    this.#cancelTimer();
    const { connection } = this.#attempt ?? {};
    this.#attempt = undefined;
    connection?.close();
  }
}
