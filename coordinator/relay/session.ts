/**
 * One protocol session as a coordinator sees it: it opens, collects the joins, shows all of them to
 * all members, and from then on passes envelopes on. It understands no payload but the joins, which
 * give the session id. Synchronous; time and the lines to the signers are passed in.
 * @module
 */
import { joinBytes, sessionId } from '../../core/index.ts';
import { sameBytes, sha256 } from '../../wire/bytes.ts';
import { ABORT_ROUND, type EndClass, type Envelope } from '../../wire/envelope.ts';
import type { AbortFrame, OpenAckFrame, OpenFrame } from '../../wire/relay-frame.ts';
import type { Refusal } from '../../wire/status.ts';

export type SessionKind = 'pair' | 'keygen' | 'sign';

export type SessionPlan = {
  readonly kind: SessionKind;
  readonly open: OpenFrame;
  /** The session is complete when every member has broadcast this round. */
  readonly finalRound: number;
};

/** Broadcasts by round and sender; the first of each slot. */
export type Broadcasts = ReadonlyMap<number, ReadonlyMap<number, Envelope>>;

export type SessionOutcome =
  | {
      readonly kind: 'completed';
      readonly ctx: Uint8Array;
      readonly sid: Uint8Array;
      /** Includes round 0, the joins. */
      readonly broadcasts: Broadcasts;
    }
  | { readonly kind: 'refused'; readonly refusals: ReadonlyMap<number, Refusal> }
  | {
      readonly kind: 'aborted';
      readonly by: number;
      readonly endClass: EndClass;
      readonly round: number;
      readonly reason: string;
    }
  /** Members named two contexts: they do not judge the same thing. */
  | { readonly kind: 'divided' }
  /** The connection to a member ended. */
  | { readonly kind: 'lost'; readonly signer: number }
  | { readonly kind: 'expired'; readonly waitingFor: readonly number[] }
  | { readonly kind: 'cancelled' };

export type SessionEvents = {
  readonly send: (to: number, envelope: Envelope) => void;
  /** The session id is known: envelopes under it are this session's. */
  readonly formed: (sid: Uint8Array) => void;
  /** Some members refused, the others are still to answer. */
  readonly refusing: () => void;
  readonly ended: (outcome: SessionOutcome) => void;
};

// Each slot once, and once more: kept bytes may be sent again (spec §4.1). More is flooding.
const SENDINGS_PER_SLOT = 2;

export class Session {
  readonly kind: SessionKind;
  readonly parties: readonly number[];
  readonly name: Uint8Array;
  /** Monotonic milliseconds of the last message that moved the session on. */
  lastProgressMs: number;
  sid: Uint8Array | undefined;
  outcome: SessionOutcome | undefined;
  readonly #plan: SessionPlan;
  readonly #events: SessionEvents;
  readonly #monotonicMs: () => number;
  readonly #contexts = new Map<number, Uint8Array>();
  readonly #refusals = new Map<number, Refusal>();
  readonly #stages = new Map<number, number>();
  readonly #sent = new Map<number, number>();
  readonly #broadcasts = new Map<number, Map<number, Envelope>>();

  constructor(
    plan: SessionPlan,
    modules: { readonly events: SessionEvents; readonly monotonicMs: () => number },
  ) {
    this.kind = plan.kind;
    this.parties = plan.open.parties;
    this.name = plan.open.session;
    this.#plan = plan;
    this.#events = modules.events;
    this.#monotonicMs = modules.monotonicMs;
    this.lastProgressMs = modules.monotonicMs();
  }

  /** Members that are furthest behind: the session waits for at least one of them. */
  waitingFor(): readonly number[] {
    const stages = this.parties.map((party) => this.#stages.get(party) ?? 0);
    const last = Math.min(...stages);
    return this.parties.filter((_, i) => stages[i] === last);
  }

  /** The context under which `from` joined, once it has acknowledged. */
  contextOf(from: number): Uint8Array | undefined {
    return this.#contexts.get(from);
  }

  acknowledge(from: number, { outcome }: OpenAckFrame): void {
    if (this.outcome || this.#contexts.has(from) || this.#refusals.has(from)) return;
    if (outcome.kind === 'refused') {
      this.#refusals.set(from, outcome.refusal);
      this.#judgeRefusals();
      return;
    }
    this.#contexts.set(from, outcome.ctx);
    const [first] = this.#contexts.values();
    if (first && !sameBytes(first, outcome.ctx)) {
      this.end({ kind: 'divided' });
      return;
    }
    this.#advance(from, 1);
    this.#judgeRefusals();
  }

  /** Takes an envelope whose sender the connection has confirmed; false: not this session's. */
  take(envelope: Envelope): boolean {
    const { from, round } = envelope;
    if (this.outcome || !this.#countSending(from)) return false;
    if (!this.sid) {
      if (round !== 0 || envelope.to !== 0) return round === ABORT_ROUND;
      return this.#join(envelope);
    }
    if (round === 0) return false;
    this.#pass(envelope);
    if (round > this.#plan.finalRound) return true;
    if (envelope.to === 0) this.#keep(envelope);
    this.#advance(from, 2 + round);
    this.#judgeCompletion();
    return true;
  }

  abort(by: number, { endClass, round, reason }: AbortFrame): void {
    this.end({ kind: 'aborted', by, endClass, round, reason });
  }

  lose(signer: number): void {
    this.end({ kind: 'lost', signer });
  }

  expire(): void {
    this.end({ kind: 'expired', waitingFor: this.waitingFor() });
  }

  /** The wait for further refusals is over. */
  endRefused(): void {
    if (this.#refusals.size > 0) this.end({ kind: 'refused', refusals: this.#refusals });
  }

  end(outcome: SessionOutcome): void {
    if (this.outcome) return;
    this.outcome = outcome;
    this.#events.ended(outcome);
  }

  /** A refused session is over when everybody has answered: all refusals are worth knowing. */
  #judgeRefusals(): void {
    if (this.#refusals.size === 0) return;
    if (this.#refusals.size + this.#contexts.size === this.parties.length) this.endRefused();
    else this.#events.refusing();
  }

  #countSending(from: number): boolean {
    const slots = (this.#plan.finalRound + 2) * this.parties.length;
    const sent = (this.#sent.get(from) ?? 0) + 1;
    this.#sent.set(from, sent);
    return sent <= SENDINGS_PER_SLOT * slots;
  }

  #join(envelope: Envelope): boolean {
    const ctx = this.#contexts.get(envelope.from);
    if (!ctx || !sameBytes(ctx, envelope.sid) || !this.#hasJoinLength(envelope.public))
      return false;
    if (!this.#keep(envelope)) return true;
    this.#advance(envelope.from, 2);
    const joins = this.#broadcasts.get(0);
    if (joins?.size === this.parties.length) this.#form(ctx, joins);
    return true;
  }

  #hasJoinLength({ length }: Uint8Array): boolean {
    return length === joinBytes(this.kind === 'sign' ? this.parties.length - 1 : 0);
  }

  #form(ctx: Uint8Array, joins: ReadonlyMap<number, Envelope>): void {
    const ascending = this.parties.flatMap((party) => joins.get(party) ?? []);
    this.sid = sessionId(
      sha256,
      ctx,
      ascending.map((join) => join.public),
    );
    // Registered first: an answer under this id may arrive before the last join has left.
    this.#events.formed(this.sid);
    for (const party of this.parties) {
      for (const join of ascending) this.#events.send(party, join);
    }
  }

  #pass(envelope: Envelope): void {
    const { from, to } = envelope;
    if (to === 0) {
      for (const party of this.parties) if (party !== from) this.#events.send(party, envelope);
    } else if (to !== from && this.parties.includes(to)) {
      this.#events.send(to, envelope);
    }
  }

  #keep(envelope: Envelope): boolean {
    const { round, from } = envelope;
    const slots = this.#broadcasts.get(round) ?? new Map<number, Envelope>();
    if (slots.has(from)) return false;
    this.#broadcasts.set(round, slots.set(from, envelope));
    return true;
  }

  #advance(from: number, stage: number): void {
    if (stage <= (this.#stages.get(from) ?? 0)) return;
    this.#stages.set(from, stage);
    this.lastProgressMs = this.#monotonicMs();
  }

  #judgeCompletion(): void {
    const ctx = this.#contexts.values().next().value;
    const last = this.#broadcasts.get(this.#plan.finalRound);
    if (!ctx || !this.sid || last?.size !== this.parties.length) return;
    this.end({ kind: 'completed', ctx, sid: this.sid, broadcasts: this.#broadcasts });
  }
}
