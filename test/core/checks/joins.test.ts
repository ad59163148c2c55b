/** C-05, C-07..C-10, C-12, C-14 and C-19: a session that must not form forms nowhere. */
import assert from 'node:assert/strict';
import t from 'tap';
import {
  checkKeyRef,
  checkPairMembers,
  checkSignerSet,
  chooseRoster,
  decodeJoin,
  encodeJoin,
  formSession,
  ProtocolAbort,
  rosterHash,
  sessionContext,
  sessionId,
  taggedHash,
  type FormInput,
  type Join,
  type KeyRef,
  type PairEntry,
  type PartyIndex,
  type Roster,
} from '../../../core/index.ts';
import { ascii, concat, u16, u32 } from '../../../core/codec/bytes.ts';
import { encodeItems, encodeKeyRef, encodeMembers } from '../../../core/session/context.ts';
import { dealKey, dealRoster } from '../../support/dealer.ts';
import { negative } from '../../support/negative.ts';
import { seededRandom, sha256 } from '../../support/rng.ts';
import {
  assertRefuses,
  extend,
  flipBit,
  flipByte,
  replaceAt,
  truncate,
} from '../../support/session.ts';

const random = seededRandom('joins');
const { roster } = dealRoster(random, [1, 2, 3, 5]);
const { facts } = dealKey(random, { t: 2, roster, committee: [1, 2, 3] });
const key: KeyRef = { keyId: facts.keyId, epoch: 0, keygenSid: facts.sid, conf: random.bytes(32) };
const parties: readonly PartyIndex[] = [1, 2, 3];
const request = {
  kind: 'sign',
  key,
  request32: random.bytes(32),
  attempt: 0,
  items: [{ digest: random.bytes(32), path: [0, 7] }],
} as const;
const ctx = sessionContext(sha256, { roster, parties, ...request });

/** The ACTIVE generation of each pair, by the two indices in ascending order. */
const digests = new Map(['1/2', '1/3', '2/3'].map((pair) => [pair, random.bytes(32)]));
function entriesOf(self: PartyIndex): PairEntry[] {
  return parties
    .filter((peer) => peer !== self)
    .map((peer) => {
      const digest = digests.get([self, peer].sort().join('/')) ?? new Uint8Array(32);
      return { peer, generation: 4, digest };
    });
}
function joinOf(from: PartyIndex): Join {
  const [nonce, eph, boot] = [random.bytes(32), random.bytes(32), random.bytes(32)];
  return { ctx, from, nonce, eph, boot, tick: 1n << 32n, pairs: entriesOf(from) };
}
const joins = new Map(parties.map((from) => [from, joinOf(from)]));
const encoded = new Map([...joins].map(([from, join]) => [from, encodeJoin(join)]));

/** What signer 1 forms its session from. */
const honest: FormInput = {
  self: 1,
  parties,
  ctx,
  ownJoin: encoded.get(1) ?? new Uint8Array(),
  withPairs: true,
  ownPairs: new Map(entriesOf(1).map((entry) => [entry.peer, entry])),
  joins: encoded,
};
const showing = (from: PartyIndex, bytes: Uint8Array): FormInput => ({
  ...honest,
  joins: new Map([...encoded, [from, bytes]]),
});
const saying = (from: PartyIndex, change: Partial<Join>): FormInput =>
  showing(from, encodeJoin({ ...(joins.get(from) ?? joinOf(from)), ...change }));
const retry = (check: `C-${number}`) => ({ check, abortClass: 'retry', culprits: [] }) as const;
const forming = (input: FormInput) => () => formSession(sha256, input);

void t.test('honest joins give all members one session id', async (t) => {
  const { sid, joins: decoded } = formSession(sha256, honest);
  t.same(sid, sessionId(sha256, ctx, [...encoded.values()]));
  t.same(
    decoded.map((join) => encodeJoin(join)),
    [...encoded.values()],
  );
  const others = ([2, 3] as const).map((self) => {
    const ownJoin = encoded.get(self) ?? new Uint8Array();
    const ownPairs = new Map(entriesOf(self).map((entry) => [entry.peer, entry]));
    return formSession(sha256, { ...honest, self, ownJoin, ownPairs }).sid;
  });
  t.same(others, [sid, sid]);
});

void t.test(
  'a join in which any bit is flipped changes the session id or is refused',
  async (t) => {
    const { sid } = formSession(sha256, honest);
    const join = encoded.get(2) ?? new Uint8Array();
    for (let bit = 0; bit < 8 * join.length; bit++) {
      let other: Uint8Array | undefined;
      try {
        other = formSession(sha256, showing(2, flipBit(join, bit))).sid;
      } catch (error) {
        assert.ok(error instanceof ProtocolAbort, String(error));
        assert.match(error.check, /C-(05|08|12)/);
      }
      assert.notDeepEqual(other, sid);
    }
    t.pass(`${8 * join.length} bits`);
  },
);

negative('C-05', 'refuses a join one byte shorter or longer, of another size or sender', () => {
  const join = encoded.get(2) ?? new Uint8Array();
  const blame = { check: 'C-05', abortClass: 'blame', culprits: [2] } as const;
  assertRefuses(forming(showing(2, truncate(join))), blame);
  assertRefuses(forming(showing(2, extend(join))), blame);
  assertRefuses(forming(showing(2, new Uint8Array())), blame);
  assertRefuses(forming(showing(2, replaceAt(join, 138, Uint8Array.of(1)))), blame);
  assertRefuses(forming(showing(2, replaceAt(join, 32, u16(3)))), blame);
  assertRefuses(() => decodeJoin(join, 1, 2), blame);
});

negative('C-07', 'refuses a set in which its own join was changed (N-82)', () => {
  assertRefuses(forming(showing(1, flipByte(honest.ownJoin, 60))), retry('C-07'));
  assertRefuses(forming(showing(1, encodeJoin(joinOf(1)))), retry('C-07'));
});

negative('C-08', 'refuses joins made for another request, path, attempt, roster or suite', () => {
  const items = [{ digest: request.items[0].digest, path: [0, 8] }];
  const newer: Roster = { ...roster, version: 2 };
  const kindParts = [encodeKeyRef(key), request.request32, u32(0), u32(1)];
  const others = [
    sessionContext(sha256, { roster, parties, ...request, request32: random.bytes(32) }),
    sessionContext(sha256, { roster, parties, ...request, items }),
    sessionContext(sha256, { roster, parties, ...request, attempt: 1 }),
    sessionContext(sha256, { roster, parties: [1, 2, 3, 5], ...request }),
    sessionContext(sha256, { roster: newer, parties, ...request }),
    taggedHash(
      sha256,
      'ctx/sign',
      ascii('trefoil-dkls23/secp256k1/sha256-blake3/sso-k4-nu2/xi416/v2'),
      roster.cluster32,
      rosterHash(sha256, roster),
      encodeMembers(roster.signers.slice(0, 3)),
      ...kindParts,
      encodeItems(request.items),
    ),
  ];
  for (const other of others) assertRefuses(forming(saying(3, { ctx: other })), retry('C-08'));
});

negative('C-08', 'notices two requests shown to two signers, at both of them', () => {
  const items = [{ digest: random.bytes(32), path: [0, 7] }];
  const other = sessionContext(sha256, { roster, parties, ...request, items });
  assertRefuses(forming(saying(2, { ctx: other })), retry('C-08'));
  assertRefuses(forming({ ...honest, ctx: other }), retry('C-08'));
});

negative('C-09', 'refuses signer sets that no honest coordinator names (N-93..N-97)', () => {
  const committee = [1, 2, 3];
  const sets: (readonly PartyIndex[])[] = [
    [1, 1], // a duplicate
    [1], // fewer than t
    [0, 1], // index 0
    [1, 5], // not in the committee
    [3, 1], // not ascending
    [2, 3], // without self
    [1, 2, 3, 3], // more than n
    [],
    [1, 256],
    [1, 1.5],
  ];
  for (const set of sets) {
    assertRefuses(() => {
      checkSignerSet(set, committee, 1, 2);
    }, retry('C-09'));
  }
  assertRefuses(() => {
    checkSignerSet([1, 2, 3], committee, 1, 4);
  }, retry('C-09'));
  checkSignerSet([1, 3], committee, 1, 2);
  checkSignerSet([1, 2, 3], committee, 1, 2);
});

negative('C-10', 'refuses an unknown roster, a removed signer and a replaced identity', () => {
  const [first, ...rest] = roster.signers;
  assert.ok(first);
  const replaced = { index: 1, identityKey: random.bytes(32) };
  const current: Roster = { ...roster, version: 2, signers: [replaced, ...rest.slice(0, 2)] };
  const choosing = (version: number, P: readonly PartyIndex[], previous?: Roster) => () =>
    chooseRoster(version, current, previous, P);
  assertRefuses(choosing(1, [2, 3]), retry('C-10')); // no previous one
  assertRefuses(choosing(3, [2, 3], roster), retry('C-10')); // a later one
  assertRefuses(choosing(0, [2, 3], roster), retry('C-10'));
  assertRefuses(choosing(1, [1, 2], roster), retry('C-10')); // replaced identity
  assertRefuses(choosing(1, [2, 5], roster), retry('C-10')); // removed signer
  assertRefuses(choosing(2, [2, 5], roster), retry('C-10'));
  assert.equal(chooseRoster(1, current, roster, [2, 3]), roster);
  assert.equal(chooseRoster(2, current, roster, [1, 2]), current);
});

negative('C-12', 'refuses old, PENDING and BURNED pair generations without a burn', () => {
  const entries = entriesOf(2);
  const withOne = (change: Partial<PairEntry>): PairEntry[] =>
    entries.map((entry) => (entry.peer === 1 ? { ...entry, ...change } : entry));
  const cases: FormInput[] = [
    saying(2, { pairs: withOne({ generation: 3 }) }), // the peer is on an old generation
    saying(2, { pairs: withOne({ generation: 5, digest: random.bytes(32) }) }), // not ACTIVE here
    saying(2, { pairs: withOne({ digest: random.bytes(32) }) }), // another set-up
    saying(2, { pairs: withOne({ generation: 0, digest: new Uint8Array(32) }) }), // peer PENDING
    saying(2, { pairs: withOne({ peer: 4 }) }),
    saying(2, { pairs: entries.toReversed() }),
    { ...honest, ownPairs: new Map([...honest.ownPairs].slice(1)) }, // BURNED here
  ];
  for (const input of cases) assertRefuses(forming(input), retry('C-12'));
});

negative('C-12', 'refuses a pair that two other members see differently', () => {
  const pairs = entriesOf(2).map((entry) =>
    entry.peer === 3 ? { ...entry, generation: 9 } : entry,
  );
  assertRefuses(forming(saying(2, { pairs })), retry('C-12'));
});

negative('C-12', 'compares with the own ACTIVE generation, not with the own join', () => {
  const stale = new Map(entriesOf(1).map((entry) => [entry.peer, { ...entry, generation: 5 }]));
  assertRefuses(forming({ ...honest, ownPairs: stale }), retry('C-12'));
});

negative(
  'C-14',
  'refuses another epoch, another certificate, another key and a PENDING key',
  () => {
    const others: (KeyRef | undefined)[] = [
      { ...key, epoch: 1 },
      { ...key, conf: random.bytes(32) },
      { ...key, keygenSid: random.bytes(32) },
      { ...key, keyId: random.bytes(32) },
      undefined, // PENDING: no ACTIVE epoch
    ];
    for (const own of others) {
      assertRefuses(() => {
        checkKeyRef(own, key);
      }, retry('C-14'));
    }
    checkKeyRef({ ...key }, key);
  },
);

negative('C-19', 'refuses a pair of one, of strangers, of three, reversed or without self', () => {
  const sets = [[1, 1], [1, 4], [4, 5], [3, 1], [1], [], [1, 2, 3], [2, 3]];
  for (const set of sets) {
    assertRefuses(() => {
      checkPairMembers(set, roster, 1);
    }, retry('C-19'));
  }
  checkPairMembers([1, 5], roster, 1);
});

void t.test(
  'a context is injective: parts that join to the same bytes differ (P-34)',
  async (t) => {
    const [a, b] = [
      taggedHash(sha256, 'sid', ascii('a'), ascii('bc')),
      taggedHash(sha256, 'sid', ascii('ab'), ascii('c')),
    ];
    t.notSame(a, b);
    t.same(concat(ascii('a'), ascii('bc')), concat(ascii('ab'), ascii('c')));
  },
);

void t.test('items outside the encoding are refused by field', async (t) => {
  const of = (items: { digest: Uint8Array; path: number[] }[]) => () =>
    sessionContext(sha256, { roster, parties, ...request, items });
  const digest = random.bytes(32);
  t.throws(of([]), { name: 'InvalidInput', field: 'items' });
  t.throws(of(Array.from({ length: 65 }, () => ({ digest, path: [] }))), {
    name: 'InvalidInput',
    field: 'items',
  });
  t.throws(of([{ digest: digest.slice(1), path: [] }]), {
    name: 'InvalidInput',
    field: 'items[0].digest',
  });
  const long = Array.from({ length: 256 }, () => 0);
  t.throws(of([{ digest, path: long }]), { name: 'InvalidInput', field: 'items[0].path' });
  t.throws(of([{ digest, path: [2 ** 32] }]), { name: 'InvariantViolation' });
});
