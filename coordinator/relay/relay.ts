/**
 * The lines to all signers and the sessions that run over them.
 * @module
 */
import type { Metrics } from '../metrics.ts';
import type { Clock, Logger, RandomBytes } from '../ports.ts';
import type { Timing } from '../timing.ts';
import { Board, type RunningSession } from './board.ts';
import { Link, type Connect, type LinkEvents, type LinkState } from './link.ts';
import type { SessionPlan } from './session.ts';

export type SignerStanding = LinkState & {
  /** Sessions in progress through this signer. */
  readonly sessions: number;
};

export type RelayEvents = {
  readonly signerUp: (index: number) => void;
  readonly signerDown: (index: number) => void;
};

export type RelayOptions = {
  /** Roster indices and how to reach each. */
  readonly signers: ReadonlyMap<number, Connect>;
  readonly timing: Timing;
};

export type RelayModules = {
  readonly events: RelayEvents;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Logger;
  readonly metrics: Metrics;
};

export class Relay {
  readonly #links: ReadonlyMap<number, Link>;
  readonly #board: Board;
  readonly #modules: RelayModules;

  constructor({ signers, timing }: RelayOptions, modules: RelayModules) {
    this.#modules = modules;
    const send = (to: number, frame: Parameters<Link['send']>[0]): void => {
      this.#links.get(to)?.send(frame);
    };
    this.#board = new Board({ timing }, { ...modules, send });
    this.#links = new Map(
      [...signers].map(([index, connect]) => {
        const log = modules.log.child({ signer: index });
        const events = this.#eventsOf(index, log);
        return [index, new Link({ timing }, { ...modules, connect, log, events })];
      }),
    );
  }

  standing(index: number): SignerStanding {
    const state = this.#links.get(index)?.state() ?? { up: false, silentMs: 0 };
    return { ...state, sessions: this.#board.countOf(index) };
  }

  /** Sends Open to all parties. Lost at once when the line to one of them is down. */
  run(plan: SessionPlan): RunningSession {
    const running = this.#board.add(plan);
    const { parties } = plan.open;
    const absent = parties.find((party) => !this.standing(party).up);
    if (absent !== undefined) running.session.lose(absent);
    else for (const party of parties) this.#links.get(party)?.send(plan.open);
    return running;
  }

  sessionCount(): number {
    return this.#board.count();
  }

  /** Cancels all sessions and closes all lines. */
  close(): void {
    this.#board.close();
    for (const link of this.#links.values()) link.close();
  }

  #eventsOf(index: number, log: Logger): LinkEvents {
    const { metrics, events } = this.#modules;
    const signer = String(index);
    return {
      up: () => {
        metrics.signerUp.set({ signer }, 1);
        log.info({}, 'signer connected');
        events.signerUp(index);
      },
      down: (why) => {
        metrics.signerUp.set({ signer }, 0);
        log.warn({ why }, 'signer disconnected');
        this.#board.lose(index);
        events.signerDown(index);
      },
      roundTrip: (ms) => {
        metrics.pingSeconds.set({ signer }, ms / 1000);
      },
      frame: (frame) => {
        this.#board.take(index, frame);
      },
    };
  }
}
