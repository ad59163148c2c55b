/**
 * Keeps the pairs set up: whenever two connected signers do not report their pair equally ACTIVE, a
 * set-up is opened (spec §4). The signers decide; an approval that is owed is waited for.
 * @module
 */
import { fractionOf, type Clock, type Logger, type RandomBytes } from '../ports.ts';
import type { Relay } from '../relay/relay.ts';
import type { SessionOutcome } from '../relay/session.ts';
import type { Timing } from '../timing.ts';
import type { Fleet } from './fleet.ts';

export type PairKeeperOptions = {
  /** Roster indices, ascending. */
  readonly signers: readonly number[];
  readonly rosterVersion: number;
  readonly timing: Timing;
};

export type PairKeeperModules = {
  readonly relay: Relay;
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Logger;
};

type Pair = {
  readonly lo: number;
  readonly hi: number;
  running: boolean;
  failures: number;
  /** Monotonic milliseconds. */
  notBeforeMs: number;
};

/** The acknowledgement, after which both sides are known to be ACTIVE. */
const FINAL_ROUND = 4;
// A set-up keeps two event loops busy for seconds. More at a time than processors gain nothing.
const MAX_RUNNING = 4;
const MAX_GENERATION = 2 ** 32 - 1;

export class PairKeeper {
  readonly #options: PairKeeperOptions;
  readonly #modules: PairKeeperModules;
  readonly #pairs: readonly Pair[];
  #closed = false;
  #cancelTimer = (): void => undefined;

  constructor(options: PairKeeperOptions, modules: PairKeeperModules) {
    this.#options = options;
    this.#modules = modules;
    const { signers } = options;
    this.#pairs = signers.flatMap((lo, i) =>
      signers.slice(i + 1).map((hi) => ({ lo, hi, running: false, failures: 0, notBeforeMs: 0 })),
    );
    this.#lookAgainLater();
  }

  /** Looks at all pairs and opens the set-ups that are due. */
  look(): void {
    if (this.#closed) return;
    let free = MAX_RUNNING - this.#pairs.filter(({ running }) => running).length;
    for (const pair of this.#pairs) {
      const generation = free > 0 ? this.#dueGeneration(pair) : undefined;
      if (generation === undefined) continue;
      free -= 1;
      pair.running = true;
      void this.#setUp(pair, generation).finally(() => {
        pair.running = false;
        this.look();
      });
    }
  }

  /** A signer came anew: its pairs are tried without waiting. */
  forgive(index: number): void {
    for (const pair of this.#pairs) {
      if (pair.lo !== index && pair.hi !== index) continue;
      pair.failures = 0;
      pair.notBeforeMs = 0;
    }
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer();
  }

  #lookAgainLater(): void {
    const { clock } = this.#modules;
    this.#cancelTimer = clock.after(this.#options.timing.pairLookMs, () => {
      this.look();
      this.#lookAgainLater();
    });
  }

  /** The generation to set up now, or undefined while none is due or allowed. */
  #dueGeneration({ lo, hi, running, notBeforeMs }: Pair): number | undefined {
    const { fleet, clock } = this.#modules;
    if (running || clock.monotonicMs() < notBeforeMs) return undefined;
    if (!this.#answers(lo) || !this.#answers(hi)) return undefined;
    const [one, other] = [fleet.pairInfo(lo, hi), fleet.pairInfo(hi, lo)];
    if (!one || !other || fleet.pairUsable(lo, hi)) return undefined;
    if (one.needsApproval || other.needsApproval) return undefined;
    if (one.state === 'refused' || other.state === 'refused') return undefined;
    const generation = 1 + Math.max(one.largestGeneration, other.largestGeneration);
    return generation <= MAX_GENERATION ? generation : undefined;
  }

  #answers(index: number): boolean {
    const { up, silentMs } = this.#modules.relay.standing(index);
    return up && silentMs <= this.#options.timing.silentAfterMs;
  }

  async #setUp(pair: Pair, generation: number): Promise<void> {
    const { relay, fleet, random, log } = this.#modules;
    const { lo, hi } = pair;
    log.info({ pair: [lo, hi], generation }, 'pair set-up begins');
    const outcome = await relay.run({
      kind: 'pair',
      finalRound: FINAL_ROUND,
      open: {
        kind: 'open',
        session: random(16),
        parties: [lo, hi],
        rosterVersion: this.#options.rosterVersion,
        timeoutMs: this.#options.timing.pairTimeoutMs,
        subject: { kind: 'pair', generation },
      },
    }).ended;
    // Both, whatever came out: the numbers have moved.
    await Promise.all([fleet.refresh(lo), fleet.refresh(hi)]);
    if (fleet.pairUsable(lo, hi)) {
      pair.failures = 0;
      log.info({ pair: [lo, hi], generation }, 'pair is active');
    } else {
      this.#waitAfter(pair, generation, outcome);
    }
  }

  #waitAfter(pair: Pair, generation: number, outcome: SessionOutcome): void {
    const { clock, random, log } = this.#modules;
    const { pairBackoffFirstMs, pairBackoffLastMs } = this.#options.timing;
    const doubled = pairBackoffFirstMs * 2 ** Math.min(pair.failures, 16);
    const waitMs = Math.min(pairBackoffLastMs, doubled) * (0.5 + fractionOf(random) / 2);
    pair.failures += 1;
    pair.notBeforeMs = clock.monotonicMs() + waitMs;
    const { lo, hi } = pair;
    log.warn(
      { pair: [lo, hi], generation, outcome: outcome.kind, waitMs: Math.round(waitMs) },
      'pair set-up failed',
    );
  }
}
