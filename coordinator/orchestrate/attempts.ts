/**
 * One request's attempts: a quorum signs; when it is silent a second one tries beside it, when it
 * fails another one follows, until there is a signature, a final refusal, or no time (security R1).
 *
 * A loop over what has happened since the last look. It owns its sessions: none outlives it.
 * @module
 */
import { ProtocolAbort, type Signature } from '../../core/index.ts';
import { TrefoilError } from '../../wire/status.ts';
import type { Metrics } from '../metrics.ts';
import type { Clock, Logger } from '../ports.ts';
import type { RunningSession } from '../relay/board.ts';
import type { SignerStanding } from '../relay/relay.ts';
import type { SessionOutcome } from '../relay/session.ts';
import { formatIndices } from '../store/columns.ts';
import type { Timing } from '../timing.ts';
import type { Failures } from './failures.ts';
import { chooseQuorum, type QuorumChoice } from './quorum.ts';
import { allowsAnotherQuorum, refusalError, someRefusalIs, type Refusals } from './refusals.ts';

/** What to sign and how to begin. */
export type AttemptPlan = {
  /** Roster indices, ascending. */
  readonly committee: readonly number[];
  readonly threshold: number;
  /** Quorums that have signed with this wallet before. */
  readonly proven: ReadonlySet<string>;
  /** Monotonic milliseconds at which the caller no longer listens. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** Opens a session with the next attempt number, stored before anything leaves. */
  readonly open: (parties: readonly number[]) => Promise<RunningSession>;
  /** Combines and verifies; throws ProtocolAbort when no valid signature comes out. */
  readonly combine: (outcome: Completed, parties: readonly number[]) => Signature[];
  /** A signer has seen this attempt number: earlier attempts were made by who knew more. */
  readonly attemptReused: () => Promise<Signed | undefined>;
  /** Told of every attempt that failed, so that somebody can look after its signers. */
  readonly failed: (outcome: SessionOutcome, parties: readonly number[]) => void;
};

export type Completed = Extract<SessionOutcome, { kind: 'completed' }>;

export type Signed = {
  readonly signers: readonly number[];
  readonly signatures: readonly Signature[];
};

export type AttemptModules = {
  readonly relay: { readonly standing: (index: number) => SignerStanding };
  readonly fleet: { readonly pairUsable: (a: number, b: number) => boolean };
  readonly maxSessionsPerSigner: number;
  readonly failures: Failures;
  readonly random: () => number;
  readonly timing: Timing;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Logger;
};

type Live = RunningSession & { readonly parties: readonly number[]; hedged: boolean };

/** One running attempt and one beside it: a third would only take places from other requests. */
const MAX_LIVE = 2;

/** Signs, or throws TrefoilError. */
export async function runAttempts(plan: AttemptPlan, modules: AttemptModules): Promise<Signed> {
  const run = new AttemptRun(plan, modules);
  try {
    for (;;) {
      const signed = (await run.harvest()) ?? (await run.startIfDue());
      if (signed) return signed;
      run.giveUpIfHopeless();
      await run.pause();
    }
  } finally {
    run.cancelAll();
  }
}

class AttemptRun {
  readonly #plan: AttemptPlan;
  readonly #modules: AttemptModules;
  readonly #answerByMs: number;
  readonly #failed = new Map<string, number>();
  #live: Live[] = [];
  /** Since when no quorum can be asked and none is at work; monotonic. */
  #hopelessSinceMs: number | undefined;
  #lastChoice: QuorumChoice['kind'] = 'quorum';
  #lastRefusals: Refusals | undefined;
  #failureCount = 0;
  /** No attempt starts before; monotonic. */
  #notBeforeMs = 0;

  constructor(plan: AttemptPlan, modules: AttemptModules) {
    this.#plan = plan;
    this.#modules = modules;
    const leftMs = plan.deadlineMs - modules.clock.monotonicMs();
    this.#answerByMs = plan.deadlineMs - Math.min(modules.timing.answerMarginMs, leftMs / 10);
  }

  /** Takes what ended and what has been silent for too long. */
  async harvest(): Promise<Signed | undefined> {
    for (const live of this.#live) {
      if (live.session.outcome || !this.#isStalled(live, this.#modules.timing.stallAfterMs))
        continue;
      this.#blame(live.parties, live.session.waitingFor());
      live.cancel();
    }
    const ended = this.#live.filter(({ session }) => session.outcome);
    this.#live = this.#live.filter(({ session }) => !session.outcome);
    for (const { session, parties } of ended) {
      if (!session.outcome) continue;
      const signed = await this.#judge(session.outcome, parties);
      if (signed) return signed;
      this.#plan.failed(session.outcome, parties);
    }
    return undefined;
  }

  /** Starts the first attempt, the next one, or one beside a silent one. */
  async startIfDue(): Promise<Signed | undefined> {
    const { metrics, log } = this.#modules;
    const suspects = new Set<number>();
    for (const live of this.#live) {
      const silent = this.#suspectsOf(live);
      if (!silent) return undefined; // an attempt is at work
      for (const index of silent) suspects.add(index);
    }
    const choice = this.#choose(suspects);
    this.#lastChoice = choice.kind;
    if (choice.kind !== 'quorum' || this.#live.length >= MAX_LIVE) return undefined;
    if (this.#timeIsUp() || this.#modules.clock.monotonicMs() < this.#notBeforeMs) return undefined;
    const { parties } = choice;
    if (this.#live.some((live) => formatIndices(live.parties) === formatIndices(parties))) {
      return undefined;
    }
    for (const live of this.#live) {
      if (live.hedged) continue;
      live.hedged = true;
      metrics.hedges.inc();
      this.#modules.failures.note(suspects);
      log.info({ waitingFor: [...suspects], parties }, 'hedging');
    }
    const running = await this.#plan.open(parties);
    this.#live.push({ ...running, parties, hedged: false });
    this.#hopelessSinceMs = undefined;
    return undefined;
  }

  /** Throws when time is up, or has been without a quorum for as long as that is worth waiting. */
  giveUpIfHopeless(): void {
    if (this.#plan.signal.aborted)
      throw new TrefoilError('CALL_CANCELLED', 'the call was given up');
    const now = this.#modules.clock.monotonicMs();
    const atWork = this.#live.some((live) => !this.#suspectsOf(live));
    if (atWork || this.#lastChoice === 'quorum') this.#hopelessSinceMs = undefined;
    else this.#hopelessSinceMs ??= now;
    if (this.#timeIsUp()) {
      if (this.#hopelessSinceMs !== undefined) throw this.#unavailable();
      throw this.#lastRefusals ? refusalError(this.#lastRefusals) : late();
    }
    const waitedMs = now - (this.#hopelessSinceMs ?? now);
    if (waitedMs > this.#modules.timing.unavailableAfterMs) throw this.#unavailable();
  }

  /** Until a session ends, the caller leaves, or it is time to look again. */
  async pause(): Promise<void> {
    const { clock, timing } = this.#modules;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const wake = (): void => {
      resolve(undefined);
    };
    const cancel = clock.after(timing.lookAgainMs, wake);
    this.#plan.signal.addEventListener('abort', wake, { once: true });
    await Promise.race([promise, ...this.#live.map(({ ended }) => ended)]);
    this.#plan.signal.removeEventListener('abort', wake);
    cancel();
  }

  cancelAll(): void {
    for (const live of this.#live) live.cancel();
  }

  #timeIsUp(): boolean {
    return this.#modules.clock.monotonicMs() >= this.#answerByMs;
  }

  #choose(avoid: ReadonlySet<number>): QuorumChoice {
    const { relay, fleet, failures, timing, maxSessionsPerSigner, random } = this.#modules;
    const { committee, threshold, proven } = this.#plan;
    const failed = new Map(this.#failed);
    for (const { parties } of this.#live) this.#count(failed, parties);
    return chooseQuorum(
      { committee, threshold, avoid, failed, proven, maxSessionsPerSigner },
      {
        pairUsable: (a, b) => fleet.pairUsable(a, b),
        standing: (index) => {
          const { up, silentMs, sessions } = relay.standing(index);
          const usable = up && silentMs <= timing.silentAfterMs;
          return { usable, silentMs, sessions, failures: failures.of(index) };
        },
      },
      random,
    );
  }

  /** Whom a silent attempt waits for, as far as that can be told; undefined while it is at work. */
  #suspectsOf(live: Live): readonly number[] | undefined {
    const { relay, timing } = this.#modules;
    const awaited = live.session.waitingFor();
    const isSilent = (index: number) => relay.standing(index).silentMs > timing.silentAfterMs;
    const silent = awaited.filter(isSilent);
    if (silent.length > 0) return silent;
    if (!this.#isStalled(live, timing.hedgeAfterMs)) return undefined;
    // All of them behind tells nothing about any of them: only another quorum is asked for.
    return awaited.length < live.parties.length ? awaited : [];
  }

  #isStalled({ session }: Live, afterMs: number): boolean {
    return this.#modules.clock.monotonicMs() - session.lastProgressMs > afterMs;
  }

  #count(failed: Map<string, number>, parties: readonly number[]): void {
    const name = formatIndices(parties);
    failed.set(name, (failed.get(name) ?? 0) + 1);
  }

  #blame(parties: readonly number[], signers: readonly number[]): void {
    const { clock, failures, timing } = this.#modules;
    this.#count(this.#failed, parties);
    failures.note(signers);
    this.#failureCount += 1;
    // The first failure is answered at once; what keeps failing quickly must not spin.
    if (this.#failureCount < 2) return;
    const waitMs = timing.retryFirstMs * 2 ** Math.min(this.#failureCount - 2, 16);
    this.#notBeforeMs = clock.monotonicMs() + Math.min(waitMs, timing.retryLastMs);
  }

  async #judge(outcome: SessionOutcome, parties: readonly number[]): Promise<Signed | undefined> {
    switch (outcome.kind) {
      case 'completed':
        return this.#combine(outcome, parties);
      case 'refused':
        return this.#judgeRefusals(outcome.refusals, parties);
      case 'lost':
        this.#blame(parties, [outcome.signer]);
        return undefined;
      case 'expired':
        this.#blame(parties, outcome.waitingFor);
        return undefined;
      case 'aborted':
      case 'divided':
        // Who reports a failure is not who caused it, and what it reports is not signed.
        this.#blame(parties, parties);
        return undefined;
      case 'cancelled':
        return undefined;
    }
  }

  #combine(outcome: Completed, parties: readonly number[]): Signed | undefined {
    try {
      const signatures = this.#plan.combine(outcome, parties);
      this.#modules.failures.clear(parties);
      return { signers: parties, signatures };
    } catch (error) {
      if (!(error instanceof ProtocolAbort)) throw error;
      this.#modules.log.warn({ parties, check: error.check, code: error.code }, 'no signature');
      this.#blame(parties, parties);
      return undefined;
    }
  }

  async #judgeRefusals(
    refusals: Refusals,
    parties: readonly number[],
  ): Promise<Signed | undefined> {
    if (![...refusals.values()].every(allowsAnotherQuorum)) throw refusalError(refusals);
    this.#lastRefusals = refusals;
    // Blamed all the same: whoever says so every time must not keep the request spinning.
    this.#blame(parties, [...refusals.keys()]);
    return someRefusalIs(refusals, 'ATTEMPT_REUSED') ? this.#plan.attemptReused() : undefined;
  }

  #unavailable(): TrefoilError {
    if (this.#lastChoice === 'busy') {
      return new TrefoilError('OVERLOADED', 'all signers are at their limit of sessions');
    }
    const { committee, threshold } = this.#plan;
    const { relay, timing } = this.#modules;
    const answering = committee.filter((index) => {
      const { up, silentMs } = relay.standing(index);
      return up && silentMs <= timing.silentAfterMs;
    });
    return new TrefoilError(
      'SIGNERS_UNAVAILABLE',
      `${threshold} signers with pairs set up are needed, ${answering.length} answer`,
      { metadata: { needed: String(threshold), answering: formatIndices(answering) || 'none' } },
    );
  }
}

const late = (): TrefoilError =>
  new TrefoilError('DEADLINE_PASSED', 'no signature within the deadline');
