/**
 * What one kind of session means at this signer: who takes part, under which context, which
 * protocol runs, what is durable when, and what comes of it.
 * @module
 */
import type {
  Join,
  PairState,
  PartyIndex,
  Protocol,
  Roster,
  SessionKind,
} from '../../core/index.ts';
import type { Envelope } from '../../wire/envelope.ts';

export type Plan<R, H> = {
  readonly kind: SessionKind;
  readonly ctx: Uint8Array;
  readonly parties: readonly PartyIndex[];
  readonly roster: Roster;
  /** ACTIVE generations named in the join, by peer; empty for kinds without pair entries. */
  readonly pairs: ReadonlyMap<PartyIndex, PairState>;
  readonly withPairs: boolean;
  /**
   * Ceiling of one envelope's parts (C-01), well above the largest honest message, so that one too
   * long by a byte is still told from garbage and blamed (C-05).
   */
  readonly maxPayloadBytes: number;
  /** Checks made once more when all joins are here, before any secret is drawn (C-14). */
  readonly confirm: () => void;
  /** All joins are in: the protocol of the session. */
  readonly begin: (formed: Formation) => Protocol<R, H>;
  /** Makes something durable before `outgoing`, the messages of the same step, leave. */
  readonly persist: (hold: H, outgoing: readonly Envelope[]) => Promise<void>;
  readonly finish: (result: R) => Promise<void>;
  /** The session is over, well or not: gives back and wipes what it held. Called once. */
  readonly release: () => void;
  /** Sees every accepted broadcast with its signature; key generation keeps them. */
  readonly observe?: (envelope: Envelope) => void;
};

/** A session whose joins are complete. */
export type Formation = { readonly sid: Uint8Array; readonly joins: readonly Join[] };
