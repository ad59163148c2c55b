/**
 * A trusted dealer for tests: consistent pair states, key shares and rosters from a seed, without
 * running pair set-up (about a second a side) or key generation.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import {
  confirmation,
  type Identity,
  type KeyFacts,
  type KeyShare,
  type PairState,
  type PartyIndex,
  type Roster,
} from '../../core/index.ts';
import { sha256, type SeededRandom } from './rng.ts';

const Point = secp256k1.Point;
const q = Point.Fn.ORDER;

/** What both directions of one pair need: leaves of Bob, Delta and punctured leaves of Alice. */
function dealDirection(random: SeededRandom) {
  const otid = random.bytes(32);
  const leaves = random.bytes(32 * 16 * 16);
  const delta = random.bytes(32).map((byte) => byte & 15);
  const punctured = leaves.slice();
  delta.forEach((x, i) => punctured.fill(0, 16 * (16 * i + x), 16 * (16 * i + x + 1)));
  return {
    sender: { otid, delta, leaves: punctured },
    receiver: { otid: otid.slice(), leaves },
  };
}

/** Both sides' state of the pair {a, b}; the sides share no buffer. */
export function dealPair(
  random: SeededRandom,
  a: PartyIndex,
  b: PartyIndex,
  generation = 1,
): readonly [PairState, PairState] {
  const digest = random.bytes(32);
  const zeroSeed = random.bytes(32);
  const there = dealDirection(random); // a > b
  const back = dealDirection(random); // b > a
  const common = { generation, digest };
  return [
    {
      ...common,
      self: a,
      peer: b,
      zeroSeed,
      asSender: there.sender,
      asReceiver: back.receiver,
    },
    {
      ...common,
      self: b,
      peer: a,
      zeroSeed: zeroSeed.slice(),
      asSender: back.sender,
      asReceiver: there.receiver,
    },
  ];
}

/** Pair states of every party with every other: outer key the owner, inner key the peer. */
export function dealPairs(
  random: SeededRandom,
  parties: readonly PartyIndex[],
): Map<PartyIndex, Map<PartyIndex, PairState>> {
  const all = new Map(parties.map((i) => [i, new Map<PartyIndex, PairState>()]));
  for (const a of parties) {
    for (const b of parties.filter((other) => other > a)) {
      const [ofA, ofB] = dealPair(random, a, b);
      all.get(a)?.set(b, ofA);
      all.get(b)?.set(a, ofB);
    }
  }
  return all;
}

export type DealtRoster = {
  readonly roster: Roster;
  /** Ed25519 seeds of the identities by index. */
  readonly identitySeeds: ReadonlyMap<PartyIndex, Uint8Array>;
};

/** A roster with real identity keys. `indices` ascend. */
export function dealRoster(random: SeededRandom, indices: readonly PartyIndex[]): DealtRoster {
  const identitySeeds = new Map(indices.map((index) => [index, random.bytes(32)]));
  const signers = [...identitySeeds].map(([index, seed]): Identity => {
    return { index, identityKey: ed25519.getPublicKey(seed) };
  });
  return { roster: { cluster32: random.bytes(32), version: 1, signers }, identitySeeds };
}

export type DealtKey = {
  /** The private key: exists in tests only. */
  readonly x: bigint;
  readonly publicKey: Uint8Array;
  readonly facts: KeyFacts;
  readonly shares: ReadonlyMap<PartyIndex, KeyShare>;
};

function randomScalar(random: SeededRandom): bigint {
  const wide = random.bytes(48).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  return (wide % (q - 1n)) + 1n;
}

const encodeScalar = (value: bigint): Uint8Array => Point.Fn.toBytes(value);

/** A t-of-n key of the roster members `committee` (ascending), as Shamir shares of a random x. */
export function dealKey(
  random: SeededRandom,
  options: {
    readonly t: number;
    readonly roster: Roster;
    readonly committee?: readonly PartyIndex[];
  },
): DealtKey {
  const { t, roster } = options;
  const chosen = options.committee ?? roster.signers.map(({ index }) => index);
  const committee = roster.signers.filter(({ index }) => chosen.includes(index));
  const a = Array.from({ length: t }, () => randomScalar(random));
  const f = (x: number): bigint => a.reduceRight((sum, a_m) => (sum * BigInt(x) + a_m) % q, 0n);
  const F = a.map((a_m) => Point.BASE.multiply(a_m).toBytes(true));
  const S = committee.map(({ index }) => Point.BASE.multiply(f(index)).toBytes(true));
  const facts: KeyFacts = {
    sid: random.bytes(32),
    keyId: random.bytes(32),
    epoch: 0,
    cluster32: roster.cluster32,
    t,
    committee,
    publicKey: F[0] ?? new Uint8Array(),
    chainCode: random.bytes(32),
    F,
    S,
    echo1: random.bytes(32),
    echo2: random.bytes(32),
  };
  const { keyId, epoch, publicKey, chainCode } = facts;
  const conf = confirmation(sha256, facts);
  const shares = committee.map(({ index }): [PartyIndex, KeyShare] => [
    index,
    {
      keyId,
      epoch,
      keygenSid: facts.sid,
      conf,
      t,
      committee,
      index,
      s_i: encodeScalar(f(index)),
      publicKey,
      chainCode,
      F,
      S,
    },
  ]);
  return { x: a[0] ?? 0n, publicKey, facts, shares: new Map(shares) };
}
