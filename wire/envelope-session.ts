/**
 * One party's envelopes of one session: opens what comes in, in the order of spec §2.3, and seals
 * what goes out. Whatever fails before the duplicate check is dropped and the party keeps waiting.
 * @module
 */
import type { KeyObject } from 'node:crypto';
import {
  decodeJoin,
  holds,
  InvariantViolation,
  joinBytes,
  ProtocolAbort,
  type CheckId,
  type Identity,
  type Join,
  type PartyIndex,
  type SessionKind,
} from '../core/index.ts';
import { sameBytes } from './bytes.ts';
import { ed25519PublicKey, type IdentitySigner } from './ed25519.ts';
import {
  ABORT_ROUND,
  decodeEnd,
  digestOf,
  directionKey,
  encodeEnd,
  encodeHeader,
  isSigned,
  openPart,
  sealPart,
  signEnvelope,
  type Envelope,
  type EnvelopeDigest,
  type SignedEnd,
  type Slot,
} from './envelope.ts';
import { LIMITS } from './limits.ts';
import { createEphemeral, type Ephemeral } from './x25519.ts';

export type EnvelopeSessionOptions = {
  readonly kind: SessionKind;
  /** The session's context, 32 bytes: the sid of round 0. */
  readonly ctx: Uint8Array;
  readonly self: PartyIndex;
  /** P with the identity keys of the roster, ascending, self included. */
  readonly parties: readonly Identity[];
  /** What a peer may send in rounds 1, 2, … */
  readonly rounds: readonly { readonly broadcast: boolean; readonly direct: boolean }[];
  /** Ceiling for public and sealed part together. */
  readonly maxPayloadBytes?: number;
};

export type EnvelopeSessionModules = {
  readonly identity: IdentitySigner;
  /** 32 fresh random bytes, wiped here. */
  readonly ephemeralSecret: Uint8Array;
};

/** A message whose sender is known and whose secret part is decrypted. */
export type OpenedMessage = {
  readonly round: number;
  readonly from: PartyIndex;
  readonly to: PartyIndex;
  readonly open: Uint8Array;
  readonly sealed: Uint8Array;
};

/** Two signed versions of one slot: whoever holds the sender's identity key can verify both. */
export type Equivocation = {
  readonly header: Uint8Array;
  readonly versions: readonly [EnvelopeDigest, EnvelopeDigest];
};

/** What became of an incoming envelope. */
export type Opened =
  | { readonly kind: 'message'; readonly message: OpenedMessage }
  | { readonly kind: 'end'; readonly from: PartyIndex; readonly end: SignedEnd }
  /** Class drop: count it and keep waiting. */
  | { readonly kind: 'dropped'; readonly check: CheckId; readonly reason: string }
  /** Class blame: `abort` names the culprit. */
  | {
      readonly kind: 'equivocation';
      readonly abort: ProtocolAbort;
      readonly evidence: Equivocation;
    };

type Processed = { readonly digest: EnvelopeDigest; readonly join?: Uint8Array };
type Keys = { readonly outgoing: Uint8Array; readonly incoming: Uint8Array };

const dropped = (check: CheckId, reason: string): Opened => ({ kind: 'dropped', check, reason });

export class EnvelopeSession {
  /** The public half of this session's ephemeral key, for the join; 32 bytes. */
  readonly ephemeralKey: Uint8Array;
  readonly #options: EnvelopeSessionOptions;
  readonly #identity: IdentitySigner;
  readonly #ephemeral: Ephemeral;
  /** Undefined for an unsound key, which the roster refuses already: it verifies nothing. */
  readonly #identityKeys: ReadonlyMap<PartyIndex, KeyObject | undefined>;
  readonly #keys = new Map<PartyIndex, Keys>();
  readonly #processed = new Map<string, Processed>();
  #sid: Uint8Array | undefined;

  constructor(options: EnvelopeSessionOptions, modules: EnvelopeSessionModules) {
    this.#options = { ...options, ctx: options.ctx.slice() };
    this.#identity = modules.identity;
    this.#ephemeral = createEphemeral(modules.ephemeralSecret);
    this.ephemeralKey = this.#ephemeral.publicKey;
    this.#identityKeys = new Map(
      options.parties.map(({ index, identityKey }) => [index, ed25519PublicKey(identityKey)]),
    );
  }

  /** Signs the own join: the R0 envelope. */
  sealJoin(join: Uint8Array): Envelope {
    const slot = { ...this.#slot(0, 0), sid: this.#options.ctx };
    return this.#sign(slot, join, new Uint8Array());
  }

  /**
   * Fixes the session id and derives both direction keys of every peer from the ephemeral keys of
   * the joins; the own ephemeral key is destroyed. Throws ProtocolAbort ZERO_SHARED_SECRET (C-11,
   * blame) naming every peer whose key has small order.
   */
  establish(sid: Uint8Array, ephemerals: ReadonlyMap<PartyIndex, Uint8Array>): void {
    if (this.#sid !== undefined) throw new InvariantViolation('session established twice');
    const { self, parties } = this.#options;
    const culprits: PartyIndex[] = [];
    for (const { index: peer } of parties) {
      if (peer === self) continue;
      const ephemeral = ephemerals.get(peer);
      if (ephemeral === undefined) throw new InvariantViolation('a join is missing');
      const shared = this.#ephemeral.agree(ephemeral);
      const isZero = shared.every((byte) => byte === 0);
      if (!holds('C-11', !isZero)) culprits.push(peer);
      this.#keys.set(peer, {
        outgoing: directionKey(shared, sid, self, peer),
        incoming: directionKey(shared, sid, peer, self),
      });
      shared.fill(0);
    }
    this.#ephemeral.destroy();
    if (culprits.length > 0) {
      this.destroy();
      throw new ProtocolAbort('ZERO_SHARED_SECRET', culprits);
    }
    this.#sid = sid.slice();
  }

  /** Seals and signs one message of a round of the protocol; `to` = 0 is a broadcast. */
  seal(message: Omit<OpenedMessage, 'from'>): Envelope {
    if (this.#sid === undefined) throw new InvariantViolation('session is not established');
    const slot = this.#slot(message.round, message.to);
    if (message.to === 0) return this.#sign(slot, message.open, new Uint8Array());
    const keys = this.#keys.get(message.to);
    if (keys === undefined) throw new InvariantViolation('no key for the recipient');
    const header = encodeHeader(this.#options.kind, slot);
    return this.#sign(slot, message.open, sealPart(keys.outgoing, slot, header, message.sealed));
  }

  /** A signed refusal or abort for all members of P; before the sid is known it names the ctx. */
  sealEnd(end: SignedEnd): Envelope {
    return this.#sign(this.#slot(ABORT_ROUND, 0), encodeEnd(end), new Uint8Array());
  }

  /** Opens one incoming envelope. Call it once per envelope received, in order of arrival. */
  open(envelope: Envelope): Opened {
    const { kind } = this.#options;
    const size = envelope.public.length + envelope.sealed.length;
    const ceiling = this.#options.maxPayloadBytes ?? LIMITS.envelopePayloadBytes;
    if (!holds('C-01', size <= ceiling)) return dropped('C-01', 'too large');
    if (!holds('C-01', this.#isExpected(envelope))) return dropped('C-01', 'not of this session');

    const key = this.#identityKeys.get(envelope.from);
    const header = encodeHeader(kind, envelope);
    const digest = digestOf(envelope);
    if (!holds('C-02', key !== undefined && isSigned(key, header, digest)))
      return dropped('C-02', 'signature');

    let plaintext: Uint8Array | undefined = new Uint8Array();
    if (envelope.to !== 0) {
      const keys = this.#keys.get(envelope.from);
      plaintext = keys && openPart(keys.incoming, envelope, header, envelope.sealed);
    }
    if (!holds('C-03', plaintext !== undefined)) return dropped('C-03', 'decryption');

    const repeated = this.#compare(envelope, header, digest);
    if (repeated !== undefined) return repeated;
    return this.#deliver(envelope, plaintext ?? new Uint8Array());
  }

  /** Wipes the session keys. Idempotent. */
  destroy(): void {
    this.#ephemeral.destroy();
    for (const { outgoing, incoming } of this.#keys.values()) {
      outgoing.fill(0);
      incoming.fill(0);
    }
    this.#keys.clear();
  }

  #slot(round: number, to: PartyIndex): Slot {
    return { sid: this.#sid ?? this.#options.ctx, round, from: this.#options.self, to, seq: 0 };
  }

  #sign(slot: Slot, open: Uint8Array, sealed: Uint8Array): Envelope {
    return signEnvelope(this.#identity, this.#options.kind, slot, { public: open, sealed });
  }

  /** C-01: known sid, round and sender, to = self or 0, and a form that the slot can have. */
  #isExpected({ sid, round, from, to, seq, sealed }: Envelope): boolean {
    const { ctx, self, rounds } = this.#options;
    if (seq !== 0 || !this.#identityKeys.has(from)) return false;
    if (to === 0 && sealed.length > 0) return false;
    const isOfContext = sameBytes(sid, ctx);
    const isOfSession = this.#sid !== undefined && sameBytes(sid, this.#sid);
    // The own join comes back with the others: the set must contain it unchanged (C-07).
    if (round === 0) return to === 0 && isOfContext;
    if (from === self) return false;
    if (round === ABORT_ROUND) return to === 0 && (isOfContext || isOfSession);
    const shape = rounds[round - 1];
    if (shape === undefined || !isOfSession) return false;
    return to === 0 ? shape.broadcast : to === self && shape.direct;
  }

  /** C-04 and C-06: what a second message for a slot means; undefined for the first. */
  #compare(envelope: Envelope, header: Uint8Array, digest: EnvelopeDigest): Opened | undefined {
    const slot = Buffer.from(header).toString('latin1');
    const before = this.#processed.get(slot);
    const join = envelope.round === 0 ? { join: envelope.public.slice() } : {};
    if (before === undefined) {
      this.#processed.set(slot, { digest, ...join });
      return undefined;
    }
    const identical =
      sameBytes(before.digest.publicHash, digest.publicHash) &&
      sameBytes(before.digest.sealedHash, digest.sealedHash);
    // One context may be opened again after a failure, and a signer says whatever it likes once it
    // has ended a session: neither is two versions of one message.
    const excused =
      envelope.round === ABORT_ROUND ||
      (before.join !== undefined && !isSameTick(before.join, envelope.public));
    if (!holds('C-06', identical || excused)) {
      const evidence: Equivocation = { header, versions: [before.digest, digest] };
      const abort = new ProtocolAbort('EQUIVOCATION', [envelope.from]);
      return { kind: 'equivocation', abort, evidence };
    }
    if (!holds('C-04', !identical && !excused)) return dropped('C-04', 'the slot was processed');
    return undefined;
  }

  #deliver(envelope: Envelope, sealed: Uint8Array): Opened {
    const { round, from, to } = envelope;
    if (round !== ABORT_ROUND)
      return { kind: 'message', message: { round, from, to, open: envelope.public, sealed } };
    const end = decodeEnd(envelope.public);
    if (end === undefined) return dropped('C-05', 'malformed abort');
    return { kind: 'end', from, end };
  }
}

/**
 * Whether two joins name the same process start and the same join of it. Other ticks are joins of
 * other sessions over one context, which a relay may replay: that blames nobody.
 */
function isSameTick(a: Uint8Array, b: Uint8Array): boolean {
  const decode = (bytes: Uint8Array): Join => decodeJoin(bytes, bytes[joinBytes(0) - 1] ?? 0, 0);
  try {
    const [first, second] = [decode(a), decode(b)];
    return first.tick === second.tick && sameBytes(first.boot, second.boot);
  } catch {
    return true; // A signed join that does not decode is its signer's fault.
  }
}
