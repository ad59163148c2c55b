/**
 * Sessions of envelopes for tests: three parties with identities and joins, no protocol.
 */
import {
  encodeJoin,
  sessionId,
  type Identity,
  type PartyIndex,
  type SessionKind,
} from '../../core/index.ts';
import { createIdentitySigner, type IdentitySigner } from '../../wire/ed25519.ts';
import { EnvelopeSession, type Opened } from '../../wire/envelope-session.ts';
import type { Envelope } from '../../wire/envelope.ts';
import { createEphemeral } from '../../wire/x25519.ts';
import { sha256 } from './rng.ts';

const bytes = (label: string): Uint8Array => sha256(new TextEncoder().encode(label));

export const KIND: SessionKind = 'sign';
const PARTIES: readonly PartyIndex[] = [1, 2, 5];

/** One broadcast and one direct message per peer and round. */
const ROUNDS = [
  { broadcast: true, direct: true },
  { broadcast: true, direct: true },
] as const;

export const identityOf = (index: PartyIndex): IdentitySigner =>
  createIdentitySigner(bytes(`identity ${index}`));

export const members: readonly Identity[] = PARTIES.map((index) => ({
  index,
  identityKey: identityOf(index).publicKey,
}));

/** The secret of a party's ephemeral key in the session called `name`. */
export const ephemeralSecretOf = (name: string, index: PartyIndex): Uint8Array =>
  bytes(`${name} ephemeral ${index}`);

export const ephemeralKeyOf = (name: string, index: PartyIndex): Uint8Array =>
  createEphemeral(ephemeralSecretOf(name, index)).publicKey;

export const ctxOf = (name: string): Uint8Array => bytes(`${name} ctx`);

/** A join without pair entries. */
export function joinOf(name: string, index: PartyIndex, tick = 1n): Uint8Array {
  return encodeJoin({
    ctx: ctxOf(name),
    from: index,
    nonce: bytes(`${name} nonce ${index} ${tick}`),
    eph: ephemeralKeyOf(name, index),
    boot: bytes(`boot ${index}`),
    tick: (1n << 32n) | tick,
    pairs: [],
  });
}

export const sidOf = (name: string): Uint8Array =>
  sessionId(
    sha256,
    ctxOf(name),
    PARTIES.map((index) => joinOf(name, index)),
  );

export type SessionChoice = {
  readonly kind?: SessionKind;
  readonly maxPayloadBytes?: number;
  readonly parties?: readonly Identity[];
};

/** One party's side of a session, before the session id is known. */
export function joinSession(
  name: string,
  self: PartyIndex,
  choice: SessionChoice = {},
): EnvelopeSession {
  const { kind = KIND, parties = members, ...rest } = choice;
  return new EnvelopeSession(
    { kind, ctx: ctxOf(name), self, parties, rounds: ROUNDS, ...rest },
    { identity: identityOf(self), ephemeralSecret: ephemeralSecretOf(name, self) },
  );
}

/** One party's side of an established session. */
export function openSession(
  name: string,
  self: PartyIndex,
  choice: SessionChoice = {},
): EnvelopeSession {
  const session = joinSession(name, self, choice);
  const ephemerals = PARTIES.map((index) => [index, ephemeralKeyOf(name, index)] as const);
  session.establish(sidOf(name), new Map(ephemerals));
  return session;
}

/** `message` or the reason why there is none, in one word for assertions. */
export function outcomeOf(opened: Opened): string {
  switch (opened.kind) {
    case 'dropped':
      return `dropped ${opened.check}`;
    case 'message':
    case 'end':
    case 'equivocation':
      return opened.kind;
  }
}

/** The same envelope with one bit of one part changed. */
export function flipBit(
  envelope: Envelope,
  part: 'sid' | 'public' | 'sealed' | 'signature',
  bit: number,
): Envelope {
  const changed = envelope[part].slice();
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return { ...envelope, [part]: changed };
}
