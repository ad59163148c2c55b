/**
 * Whole sessions of key generation and signing in one process, with a hand on every message: what
 * a deviating sender or a relay could do, and what came of it at each party.
 */
import assert from 'node:assert/strict';
import {
  createReferenceArith,
  keyGeneration,
  pairSetup,
  signing,
  type AbortClass,
  type Arith,
  type CheckId,
  type DkgHold,
  type Draw,
  type Item,
  type PairHold,
  type PairState,
  type PartyIndex,
  type Protocol,
  type RunMessage,
  type SignHold,
  type Signature,
} from '../../core/index.ts';
import type { Outgoing, Turn } from '../../core/run/protocol.ts';
import { record, type Recording, type Replayed } from './recorded.ts';
import { dealKey, dealPairs, dealRoster, type DealtKey } from './dealer.ts';
import { seededRandom, sha256, type SeededRandom } from './rng.ts';
import { runAll, type Relay, type RunsOutcome } from './runs.ts';

/** One instance for all parties: the reference keeps no state. */
export const arith: Arith = createReferenceArith();
export const env = { arith, sha256 };

export type Part = 'open' | 'sealed';

/** Which messages a tamper takes; what is not given matches all. */
export type Target = {
  readonly from?: PartyIndex;
  readonly round?: number;
  /** 0 for broadcasts. */
  readonly to?: PartyIndex;
  /** The one receiver whose copy is changed: the others get the original (equivocation). */
  readonly receiver?: PartyIndex;
};

function matches(target: Target, message: RunMessage, receiver: PartyIndex): boolean {
  const { from = message.from, round = message.round, to = message.to } = target;
  if (target.receiver !== undefined && target.receiver !== receiver) return false;
  return message.from === from && message.round === round && message.to === to;
}

/** A relay that replaces the targeted messages. It counts, so that a test can see that it acted. */
export function tamper(
  target: Target,
  change: (message: RunMessage) => RunMessage | readonly RunMessage[],
): Relay & { hits: number } {
  const relay = Object.assign(
    (message: RunMessage, receiver: PartyIndex): readonly RunMessage[] => {
      if (!matches(target, message, receiver)) return [message];
      relay.hits += 1;
      const changed = change(message);
      return 'round' in changed ? [changed] : changed;
    },
    { hits: 0 },
  );
  return relay;
}

/** A copy of a message with another public or secret part. */
export function withPart(
  message: RunMessage,
  part: Part,
  change: (bytes: Uint8Array) => Uint8Array,
): RunMessage {
  return { ...message, [part]: change(message[part].slice()) };
}

/** Changes of one field (spec §17, item 4). */
export const flipBit = (bytes: Uint8Array, bit: number): Uint8Array => {
  const out = bytes.slice();
  out[bit >> 3] = (out[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return out;
};
export const flipByte = (bytes: Uint8Array, offset: number): Uint8Array =>
  flipBit(bytes, 8 * (offset < 0 ? bytes.length + offset : offset));
export const truncate = (bytes: Uint8Array): Uint8Array => bytes.slice(0, -1);
export const extend = (bytes: Uint8Array): Uint8Array => Uint8Array.of(...bytes, 0);
export const replaceAt = (bytes: Uint8Array, offset: number, field: Uint8Array): Uint8Array => {
  const out = bytes.slice();
  out.set(field, offset < 0 ? bytes.length + offset : offset);
  return out;
};

/** Randomness that depends on the label only, so that a test can know or replace single draws. */
export function labelledDraw(
  seed: string,
  scripted: Readonly<Record<string, Uint8Array>> = {},
): Draw {
  return (label, length) =>
    scripted[label]?.slice() ?? seededRandom(`${seed}/${label}`).bytes(length);
}

/** Encodes a scalar as the 48 bytes that a draw reduces to it. */
export const wide = (scalar32: Uint8Array): Uint8Array => {
  const out = new Uint8Array(48);
  out.set(scalar32, 16);
  return out;
};

export type SignWorld = {
  readonly random: SeededRandom;
  readonly key: DealtKey;
  readonly parties: readonly PartyIndex[];
  readonly pairs: ReadonlyMap<PartyIndex, ReadonlyMap<PartyIndex, PairState>>;
  readonly items: readonly Item[];
  readonly sid: Uint8Array;
  readonly seed: string;
};

/** A dealt t-of-n key, dealt pairs and random items for one session of `parties`. */
export function signWorld(options: {
  readonly seed: string;
  readonly n?: number;
  readonly t?: number;
  readonly parties?: readonly PartyIndex[];
  readonly B?: number;
  readonly depth?: number;
}): SignWorld {
  const { seed, n = 3, t = 2, parties = [1, 3], B = 1, depth = 1 } = options;
  const random = seededRandom(seed);
  const { roster } = dealRoster(
    random,
    Array.from({ length: n }, (_, k) => k + 1),
  );
  const key = dealKey(random, { t, roster });
  const pairs = dealPairs(random, parties);
  const items = Array.from({ length: B }, () => ({
    digest: random.bytes(32),
    path: Array.from({ length: depth }, () => random.below(0x8000_0000)),
  }));
  return { random, key, parties, pairs, items, sid: random.bytes(32), seed };
}

const must = <T>(value: T | undefined): T => {
  assert.ok(value !== undefined, 'dealt');
  return value;
};

/** What a party brings to a session of the world. */
export function signSetup(world: SignWorld, self: PartyIndex) {
  const { sid, parties, items } = world;
  const key = must(world.key.shares.get(self));
  return { sid, self, parties, key, pairs: must(world.pairs.get(self)), items };
}

/** How single parties deviate, and what the relay does. */
export type Deviation<R, H> = {
  readonly relay?: Relay;
  readonly arith?: Readonly<Record<PartyIndex, Arith>>;
  readonly scripted?: Readonly<Record<PartyIndex, Readonly<Record<string, Uint8Array>>>>;
  readonly protocol?: Readonly<Record<PartyIndex, Protocol<R, H>>>;
};

/** A party that sends something else and stands by it: its own echoes count what it sent. */
export function sendingOtherwise<R, H>(
  protocol: Protocol<R, H>,
  change: (message: Outgoing, round: number) => Outgoing,
): Protocol<R, H> {
  const changed = (turn: Turn<R, H>, round: number): Turn<R, H> => {
    const send = turn.send.map((message) => change(message, round));
    if ('done' in turn) return { ...turn, send };
    return { ...turn, send, next: (env, inbox) => changed(turn.next(env, inbox), round + 1) };
  };
  return { ...protocol, begin: (env) => changed(protocol.begin(env), 1) };
}

export type SignOutcome = RunsOutcome<readonly Signature[], SignHold>;

export function runSigning(
  world: SignWorld,
  deviation: Deviation<readonly Signature[], SignHold> = {},
): SignOutcome {
  const { sid, parties, seed } = world;
  const { relay } = deviation;
  return runAll({
    sid,
    parties,
    joins: [sid],
    protocol: (self) => deviation.protocol?.[self] ?? signing(signSetup(world, self)),
    arith: (self) => deviation.arith?.[self] ?? arith,
    draw: (self) => labelledDraw(`${seed}/${String(self)}`, deviation.scripted?.[self]),
    ...(relay === undefined ? {} : { relay }),
  });
}

export type DkgWorld = {
  readonly seed: string;
  readonly sid: Uint8Array;
  readonly keyId: Uint8Array;
  readonly t: number;
  readonly cluster32: Uint8Array;
  readonly committee: ReturnType<typeof dealRoster>['roster']['signers'];
  readonly parties: readonly PartyIndex[];
};

export function dkgWorld(options: {
  readonly seed: string;
  readonly n?: number;
  readonly t?: number;
}): DkgWorld {
  const { seed, n = 3, t = 2 } = options;
  const random = seededRandom(seed);
  const { roster } = dealRoster(
    random,
    Array.from({ length: n }, (_, k) => k + 1),
  );
  const { cluster32, signers: committee } = roster;
  const parties = committee.map(({ index }) => index);
  const ids = { sid: random.bytes(32), keyId: random.bytes(32) };
  return { seed, ...ids, t, cluster32, committee, parties };
}

export type DkgOutcome = RunsOutcome<DkgHold, DkgHold>;

export function runKeyGeneration(
  world: DkgWorld,
  deviation: Deviation<DkgHold, DkgHold> = {},
): DkgOutcome {
  const { seed, parties, sid } = world;
  const { relay } = deviation;
  return runAll({
    sid,
    parties,
    joins: [sid],
    protocol: (self) => deviation.protocol?.[self] ?? keyGeneration({ ...world, self }),
    arith: (self) => deviation.arith?.[self] ?? arith,
    draw: (self) => labelledDraw(`${seed}/${String(self)}`, deviation.scripted?.[self]),
    ...(relay === undefined ? {} : { relay }),
  });
}

/** Pair set-up of {1, 3}: about a second a side. */
function pairProtocol(sid: Uint8Array, self: PartyIndex): Protocol<PairState, PairHold> {
  return pairSetup({ setupSid: sid, self, peer: self === 1 ? 3 : 1, generation: 1 });
}

/** Records one honest session of the world. */
export function recordSigning(world: SignWorld): Recording<readonly Signature[], SignHold> {
  const { sid, parties, seed } = world;
  return record({
    sid,
    parties,
    joins: [sid],
    protocol: (self) => signing(signSetup(world, self)),
    arith: () => arith,
    draw: (self) => labelledDraw(`${seed}/${String(self)}`),
  });
}

/** Records one honest key generation. */
export function recordKeyGeneration(world: DkgWorld): Recording<DkgHold, DkgHold> {
  const { sid, parties, seed } = world;
  return record({
    sid,
    parties,
    joins: [sid],
    protocol: (self) => keyGeneration({ ...world, self }),
    arith: () => arith,
    draw: (self) => labelledDraw(`${seed}/${String(self)}`),
  });
}

/** Records one set-up of the pair {1, 3}. */
export function recordPairSetup(
  seed: string,
  computing: Arith = arith,
): Recording<PairState, PairHold> {
  const sid = sha256(new TextEncoder().encode(seed));
  return record({
    sid,
    parties: [1, 3],
    joins: [sid],
    protocol: (self) => pairProtocol(sid, self),
    arith: () => computing,
    draw: (self) => labelledDraw(`${seed}/${String(self)}`),
  });
}

/** What an abort says. */
export type Verdict = {
  readonly check: CheckId;
  readonly abortClass: AbortClass;
  readonly culprits: readonly PartyIndex[];
};

/** Asserts that each of these parties ended in exactly this abort and that nothing came out. */
export function assertAborts<R, H>(
  outcome: RunsOutcome<R, H>,
  parties: readonly PartyIndex[],
  verdict: Verdict,
): void {
  for (const party of parties) {
    assert.ok(!outcome.results.has(party), `${String(party)} has no result`);
    const { check, abortClass, culprits } = must(outcome.aborts.get(party));
    assert.deepEqual({ check, abortClass, culprits: [...culprits] }, verdict);
  }
}

/** Asserts that a call ends in exactly this abort. */
export function assertRefuses(act: () => unknown, verdict: Verdict): void {
  assert.throws(act, (error: Partial<Verdict>) => {
    const { check, abortClass, culprits } = error;
    assert.deepEqual({ check, abortClass, culprits: [...(culprits ?? [])] }, verdict);
    return true;
  });
}

/** Asserts that a replayed party ended in exactly this abort. */
export function assertReplayAborts<R>(replayed: Replayed<R>, verdict: Verdict): void {
  assert.ok(replayed.result === undefined, 'no result');
  const { check, abortClass, culprits } = must(replayed.abort);
  assert.deepEqual({ check, abortClass, culprits: [...culprits] }, verdict);
}
