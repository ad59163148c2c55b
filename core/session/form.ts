/**
 * From a set of signed joins to a session (spec §2.2, C-07..C-10, C-12, C-14, C-19): everything
 * is compared before any secret of the session exists.
 * @module
 */
import { sameBytes } from '../codec/bytes.ts';
import { ensure } from '../errors.ts';
import { at, entryOf } from '../list.ts';
import { MAX_PARTY } from '../params.ts';
import type { Identity, KeyRef, PartyIndex, Roster, Sha256 } from '../types.ts';
import { decodeJoin, sessionId, type Join, type PairEntry } from './join.ts';

/** C-09: P ascends, is distinct, comes from the committee, contains self, and t <= |P| <= n. */
export function checkSignerSet(
  parties: readonly PartyIndex[],
  committee: readonly PartyIndex[],
  self: PartyIndex,
  t: number,
): void {
  const ascending = parties.every((i, k) => k === 0 || i > at(parties, k - 1));
  const members = parties.every((i) => i >= 1 && i <= MAX_PARTY && committee.includes(i));
  const sized = parties.length >= t && parties.length <= committee.length;
  ensure('SIGNER_SET_INVALID', ascending && members && sized && parties.includes(self));
}

/** C-19: kind pair has lo < hi, both in the roster, self one of them. */
export function checkPairMembers(
  parties: readonly PartyIndex[],
  roster: Roster,
  self: PartyIndex,
): void {
  const [lo = 0, hi = 0] = parties;
  const known = (index: PartyIndex): boolean => roster.signers.some((s) => s.index === index);
  const valid = parties.length === 2 && lo < hi && known(lo) && known(hi);
  ensure('PAIR_MEMBERS_INVALID', valid && parties.includes(self));
}

/**
 * C-10: the roster version is the current one or the previous one, and then every entry of P is
 * the same in both.
 */
export function chooseRoster(
  version: number,
  current: Roster,
  previous: Roster | undefined,
  parties: readonly PartyIndex[],
): Roster {
  const chosen = version === current.version ? current : previous;
  const keyOf = (roster: Roster | undefined, index: PartyIndex): Identity | undefined =>
    roster?.signers.find((signer) => signer.index === index);
  const unchanged = parties.every((index) => {
    const [now, then] = [keyOf(current, index), keyOf(chosen, index)];
    if (now === undefined || then === undefined) return false;
    return sameBytes(now.identityKey, then.identityKey);
  });
  ensure('ROSTER_MISMATCH', chosen?.version === version && unchanged);
  return chosen ?? current;
}

/** C-14: the request names the key's own ACTIVE epoch. */
export function checkKeyRef(own: KeyRef | undefined, named: KeyRef): void {
  const equal =
    own?.epoch === named.epoch &&
    sameBytes(own.keyId, named.keyId) &&
    sameBytes(own.keygenSid, named.keygenSid) &&
    sameBytes(own.conf, named.conf);
  ensure('KEY_EPOCH_MISMATCH', equal);
}

export type FormInput = {
  readonly self: PartyIndex;
  readonly parties: readonly PartyIndex[];
  readonly ctx: Uint8Array;
  /** The join this party signed, exactly as sent. */
  readonly ownJoin: Uint8Array;
  /** Whether joins of this kind carry pair entries. */
  readonly withPairs: boolean;
  /** Own ACTIVE generations by peer; empty for kinds without pair entries. */
  readonly ownPairs: ReadonlyMap<PartyIndex, Omit<PairEntry, 'peer'>>;
  /** One validly signed join of every member of P. */
  readonly joins: ReadonlyMap<PartyIndex, Uint8Array>;
};

export type Formed = {
  readonly sid: Uint8Array;
  /** Decoded joins, ascending. */
  readonly joins: readonly Join[];
};

/** C-12: for every pair inside P both joins name one generation; own pairs are the ACTIVE ones. */
function checkPairs(input: FormInput, joins: readonly Join[]): void {
  const entry = (join: Join, peer: PartyIndex): PairEntry | undefined =>
    join.pairs.find((pair) => pair.peer === peer);
  const same = (a: Omit<PairEntry, 'peer'> | undefined, b: PairEntry | undefined): boolean =>
    a !== undefined && b?.generation === a.generation && sameBytes(a.digest, b.digest);
  for (const join of joins) {
    const peers = input.parties.filter((index) => index !== join.from);
    const listed = peers.every((peer, k) => join.pairs[k]?.peer === peer);
    ensure('PAIR_MISMATCH', listed);
    for (const other of joins) {
      if (other.from === join.from) continue;
      ensure('PAIR_MISMATCH', same(entry(join, other.from), entry(other, join.from)));
    }
    if (join.from === input.self) continue;
    ensure('PAIR_MISMATCH', same(input.ownPairs.get(join.from), entry(join, input.self)));
  }
}

/** Checks the set and computes the session id. */
export function formSession(sha256: Sha256, input: FormInput): Formed {
  const np = input.withPairs ? input.parties.length - 1 : 0;
  const shown = entryOf(input.joins, input.self);
  ensure('JOIN_CHANGED', sameBytes(shown, input.ownJoin));
  const encoded = input.parties.map((index) => entryOf(input.joins, index));
  const joins = input.parties.map((index) => {
    const join = decodeJoin(entryOf(input.joins, index), np, index);
    ensure('PAYLOAD_LENGTH', join.from === index, [index]);
    ensure('CONTEXT_MISMATCH', sameBytes(join.ctx, input.ctx));
    return join;
  });
  if (input.withPairs) checkPairs(input, joins);
  return { sid: sessionId(sha256, input.ctx, encoded), joins };
}
