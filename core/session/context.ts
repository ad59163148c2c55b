/**
 * Contexts (spec §2.1, §2.2): one hash over everything a session is about, equal at all members
 * before any of them draws a secret.
 * @module
 */
import { ascii, concat, u8, u16, u32 } from '../codec/bytes.ts';
import { InvalidInput } from '../errors.ts';
import { taggedHash } from '../hash/transcript.ts';
import { MAX_BATCH, SUITE } from '../params.ts';
import type { Identity, Item, KeyRef, PartyIndex, Roster, Sha256 } from '../types.ts';

/** SUITE as bound into contexts and envelope headers. */
export const SUITE_BYTES: Uint8Array = ascii(SUITE);

/** The session kinds of this version. */
export type SessionKind = 'pair' | 'keygen' | 'sign';

/** What a session is about, besides suite, cluster and roster. */
export type Subject =
  | { readonly kind: 'pair'; readonly generation: number }
  | {
      readonly kind: 'keygen';
      readonly keyId: Uint8Array;
      readonly request32: Uint8Array;
      readonly t: number;
    }
  | {
      readonly kind: 'sign';
      readonly key: KeyRef;
      readonly request32: Uint8Array;
      readonly attempt: number;
      readonly items: readonly Item[];
    };

/** A session's members and subject. `parties` is P, ascending. */
export type Description = Subject & {
  readonly roster: Roster;
  readonly parties: readonly PartyIndex[];
};

/** LISTP(P) = u16 |P| || (u16 index || identity key) ascending. */
export function encodeMembers(members: readonly Identity[]): Uint8Array {
  const entries = members.map(({ index, identityKey }) => concat(u16(index), identityKey));
  return concat(u16(members.length), ...entries);
}

/** roster_hash = TH("roster"; cluster32, u32 version, LISTP(all)). */
export function rosterHash(sha256: Sha256, roster: Roster): Uint8Array {
  const members = encodeMembers(roster.signers);
  return taggedHash(sha256, 'roster', roster.cluster32, u32(roster.version), members);
}

/** The roster's entries of P, in the order of P. Throws InvalidInput for a foreign index. */
export function membersOf(roster: Roster, parties: readonly PartyIndex[]): Identity[] {
  return parties.map((index) => {
    const entry = roster.signers.find((signer) => signer.index === index);
    if (entry === undefined) throw new InvalidInput('parties', `no signer ${String(index)}`);
    return entry;
  });
}

/** KEYREF = key_id32 || u32 epoch || keygen_sid32 || conf32. */
export function encodeKeyRef(key: KeyRef): Uint8Array {
  return concat(key.keyId, u32(key.epoch), key.keygenSid, key.conf);
}

/** Bytes of a digest. */
const DIGEST_BYTES = 32;
/** A depth is one byte. */
const MAX_DEPTH = 255;

/** 1 to 64 items, each a 32-byte digest and a non-hardened path. Throws InvalidInput. */
export function checkItems(items: readonly Item[]): void {
  if (items.length < 1 || items.length > MAX_BATCH)
    throw new InvalidInput('items', `1 to ${String(MAX_BATCH)}`);
  items.forEach(({ digest, path }, m) => {
    if (digest.length !== DIGEST_BYTES)
      throw new InvalidInput(`items[${String(m)}].digest`, `${String(DIGEST_BYTES)} bytes`);
    if (path.length > MAX_DEPTH)
      throw new InvalidInput(`items[${String(m)}].path`, `at most ${String(MAX_DEPTH)} indices`);
  });
}

/** ITEMS = per item digest32 || u8 depth || u32 index * depth. */
export function encodeItems(items: readonly Item[]): Uint8Array {
  return concat(
    ...items.map(({ digest, path }) => concat(digest, u8(path.length), ...path.map(u32))),
  );
}

function subjectParts(subject: Subject): Uint8Array[] {
  switch (subject.kind) {
    case 'pair':
      return [u32(subject.generation)];
    case 'keygen':
      return [subject.keyId, subject.request32, u16(subject.t)];
    case 'sign': {
      const { key, request32, attempt, items } = subject;
      checkItems(items);
      return [encodeKeyRef(key), request32, u32(attempt), u32(items.length), encodeItems(items)];
    }
  }
}

/** ctx = TH("ctx/<kind>"; SUITE, cluster32, roster_hash, LISTP(P), kind parts), 32 bytes. */
export function sessionContext(sha256: Sha256, description: Description): Uint8Array {
  const { roster, parties, kind } = description;
  return taggedHash(
    sha256,
    `ctx/${kind}`,
    SUITE_BYTES,
    roster.cluster32,
    rosterHash(sha256, roster),
    encodeMembers(membersOf(roster, parties)),
    ...subjectParts(description),
  );
}
