/**
 * Sessions of the vectors: roster, joins, context and session id, formed by core's real functions.
 * Also section `context`.
 */
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import {
  encodeMembers,
  membersOf,
  rosterHash,
  sessionContext,
  type Subject,
} from '../../core/session/context.ts';
import { formSession } from '../../core/session/form.ts';
import { encodeJoin, type PairEntry } from '../../core/session/join.ts';
import type { Identity, PartyIndex, Roster } from '../../core/types.ts';
import { sha256 } from '../support/rng.ts';
import { hex, kat } from './labels.ts';
import type { Tree } from './tree.ts';

const identityOf = (index: PartyIndex): Identity => ({
  index,
  identityKey: ed25519.getPublicKey(identitySeed(index)),
});

export const identitySeed = (index: PartyIndex): Uint8Array => kat(`id/${index}`, 32);

export const roster: Roster = {
  cluster32: kat('cluster', 32),
  version: 1,
  signers: [1, 2, 3, 4, 5, 7, 11].map(identityOf),
};

export type SessionInput = {
  /** Session prefix. */
  readonly S: string;
  readonly subject: Subject;
  readonly parties: readonly PartyIndex[];
  readonly tick: number;
  /** Pair entries of a party's join by peer; kinds without them leave it out. */
  readonly pairs?: (self: PartyIndex) => ReadonlyMap<PartyIndex, Omit<PairEntry, 'peer'>>;
};

export type KatSession = SessionInput & {
  readonly ctx: Uint8Array;
  readonly sid: Uint8Array;
  /** Ascending. */
  readonly joins: readonly Uint8Array[];
  readonly tree: Tree;
};

/** The X25519 secret of a party. */
export const ephemeralSecret = (S: string, index: PartyIndex): Uint8Array =>
  kat(`${S}/eph/${index}`, 32);

function joinOf(input: SessionInput, ctx: Uint8Array, from: PartyIndex): Uint8Array {
  const { S, tick, parties, pairs } = input;
  const own = pairs?.(from);
  const peers = own === undefined ? [] : parties.filter((index) => index !== from);
  return encodeJoin({
    ctx,
    from,
    nonce: kat(`${S}/nonce/${from}`, 32),
    eph: x25519.getPublicKey(ephemeralSecret(S, from)),
    boot: kat(`boot/${from}`, 32),
    tick: BigInt(tick),
    pairs: peers.map((peer) => {
      const entry = own?.get(peer);
      if (entry === undefined) throw new Error(`no pair with ${peer}`);
      return { peer, ...entry };
    }),
  });
}

/** What the party `self` checks when the joins are shown to it (spec §2.2). */
export function formAt(
  session: Pick<KatSession, 'ctx' | 'joins' | 'parties' | 'pairs'>,
  self: PartyIndex,
  shown: ReadonlyMap<PartyIndex, Uint8Array> = new Map(),
): Uint8Array {
  const { ctx, parties, joins, pairs } = session;
  const own = (index: PartyIndex): Uint8Array => joins[parties.indexOf(index)] ?? new Uint8Array();
  const { sid } = formSession(sha256, {
    self,
    parties,
    ctx,
    ownJoin: own(self),
    withPairs: pairs !== undefined,
    ownPairs: pairs?.(self) ?? new Map(),
    joins: new Map(parties.map((index) => [index, shown.get(index) ?? own(index)])),
  });
  return sid;
}

export function openSession(input: SessionInput): KatSession {
  const { S, subject, parties, tick } = input;
  const ctx = sessionContext(sha256, { ...subject, roster, parties });
  const joins = parties.map((index) => joinOf(input, ctx, index));
  const [sid, ...others] = parties.map((index) => formAt({ ...input, ctx, joins }, index));
  if (sid === undefined || others.some((other) => hex(other) !== hex(sid))) {
    throw new Error('the parties formed different sessions');
  }
  const tree = {
    S,
    kind: subject.kind,
    P: [...parties],
    tick,
    ctx: hex(ctx),
    joins: joins.map(hex),
    sid: hex(sid),
  };
  return { ...input, ctx, sid, joins, tree };
}

export function contextSection(): Tree {
  return {
    roster: hex(rosterHash(sha256, roster)),
    'LISTP([1,3])': hex(encodeMembers(membersOf(roster, [1, 3]))),
  };
}
