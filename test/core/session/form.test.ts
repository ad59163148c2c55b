import t from 'tap';
import {
  checkKeyRef,
  checkPairMembers,
  checkSignerSet,
  chooseRoster,
  formSession,
  type FormInput,
} from '../../../core/session/form.ts';
import { encodeJoin, sessionId, type Join } from '../../../core/session/join.ts';
import type { PartyIndex } from '../../../core/types.ts';
import { at } from '../../../core/list.ts';
import { assertAborts } from '../../support/aborts.ts';
import { dealRoster } from '../../support/dealer.ts';
import { randomOf, sha256, type SeededRandom } from '../../support/rng.ts';

const PARTIES = [1, 3, 4];

/** A consistent set of joins with pair entries, as party 1 sees it. */
function consistent(random: SeededRandom) {
  const ctx = random.bytes(32);
  const pairs = new Map<string, { generation: number; digest: Uint8Array }>();
  for (const a of PARTIES) {
    for (const b of PARTIES.filter((other) => other > a)) {
      const pair = { generation: 10 * a + b, digest: random.bytes(32) };
      pairs.set(`${a},${b}`, pair).set(`${b},${a}`, pair);
    }
  }
  const pairOf = (a: PartyIndex, b: PartyIndex) => {
    const pair = pairs.get(`${a},${b}`);
    if (pair === undefined) throw new Error('no pair');
    return pair;
  };
  const joins = PARTIES.map((from): Join => {
    const peers = PARTIES.filter((index) => index !== from);
    return {
      ctx,
      from,
      nonce: random.bytes(32),
      eph: random.bytes(32),
      boot: random.bytes(32),
      tick: 1n,
      pairs: peers.map((peer) => ({ peer, ...pairOf(from, peer) })),
    };
  });
  const ownPairs = new Map(PARTIES.slice(1).map((peer) => [peer, pairOf(1, peer)]));
  const inputOf = (shown: readonly Join[]): FormInput => ({
    self: 1,
    parties: PARTIES,
    ctx,
    ownJoin: encodeJoin(at(joins, 0)),
    withPairs: true,
    ownPairs,
    joins: new Map(shown.map((join) => [join.from, encodeJoin(join)])),
  });
  return { ctx, joins, inputOf };
}

/** One join of the set changed. */
const withJoin = (joins: readonly Join[], from: PartyIndex, change: (join: Join) => Join) =>
  joins.map((join) => (join.from === from ? change(join) : join));

t.test('a consistent set forms the session of its joins', (t) => {
  const { ctx, joins, inputOf } = consistent(randomOf(t));
  const formed = formSession(sha256, inputOf(joins.toReversed()));
  t.same(formed.sid, sessionId(sha256, ctx, joins.map(encodeJoin)));
  t.same(formed.joins, joins);
  t.end();
});

t.test('a kind without pairs takes joins without entries only', (t) => {
  const { joins, inputOf } = consistent(randomOf(t));
  const bare = joins.map((join) => ({ ...join, pairs: [] }));
  const input = { ...inputOf(bare), withPairs: false, ownPairs: new Map() };
  const ownJoin = encodeJoin(at(bare, 0));
  t.equal(formSession(sha256, { ...input, ownJoin }).joins.length, 3);
  const mixed = new Map(input.joins).set(3, encodeJoin(at(joins, 1)));
  assertAborts(() => formSession(sha256, { ...input, ownJoin, joins: mixed }), {
    check: 'C-05',
    culprits: [3],
  });
  t.end();
});

t.test('every disagreement of the joins is refused by its check', (t) => {
  const random = randomOf(t);
  const { joins, inputOf } = consistent(random);
  const other = random.bytes(32);
  const entry = (join: Join, peer: PartyIndex, change: object): Join => ({
    ...join,
    pairs: join.pairs.map((pair) => (pair.peer === peer ? { ...pair, ...change } : pair)),
  });
  const refused = (changed: readonly Join[], check: 'C-05' | 'C-07' | 'C-08' | 'C-12'): void => {
    assertAborts(() => formSession(sha256, inputOf(changed)), { check });
  };
  refused(
    withJoin(joins, 1, (join) => ({ ...join, nonce: other })),
    'C-07',
  );
  refused(
    withJoin(joins, 3, (join) => ({ ...join, ctx: other })),
    'C-08',
  );
  // Own pair, pair of two others, order of entries.
  refused(
    withJoin(joins, 3, (join) => entry(join, 1, { generation: 99 })),
    'C-12',
  );
  refused(
    withJoin(joins, 3, (join) => entry(join, 4, { generation: 99 })),
    'C-12',
  );
  refused(
    withJoin(joins, 4, (join) => entry(join, 3, { digest: other })),
    'C-12',
  );
  refused(
    withJoin(joins, 4, (join) => ({ ...join, pairs: join.pairs.toReversed() })),
    'C-12',
  );
  t.end();
});

t.test('both sides naming a generation that is not the own ACTIVE one is refused', (t) => {
  const { joins, inputOf } = consistent(randomOf(t));
  const input = inputOf(joins);
  const stale = new Map(input.ownPairs).set(3, { generation: 1, digest: new Uint8Array(32) });
  assertAborts(() => formSession(sha256, { ...input, ownPairs: stale }), { check: 'C-12' });
  const none = new Map([...input.ownPairs].filter(([peer]) => peer !== 3));
  assertAborts(() => formSession(sha256, { ...input, ownPairs: none }), { check: 'C-12' });
  t.end();
});

t.test('a join under the index of another signer blames the one who signed it', (t) => {
  const { joins, inputOf } = consistent(randomOf(t));
  const input = inputOf(joins);
  const swapped = new Map(input.joins).set(3, encodeJoin({ ...at(joins, 1), from: 4 }));
  assertAborts(() => formSession(sha256, { ...input, joins: swapped }), {
    check: 'C-05',
    culprits: [3],
  });
  t.end();
});

t.test('a signer set is ascending, from the committee, with self, of t to n members', (t) => {
  const committee = [1, 2, 5];
  checkSignerSet([1, 2], committee, 1, 2);
  checkSignerSet([1, 2, 5], committee, 5, 3);
  for (const [parties, self, threshold] of [
    [[2, 1], 1, 2],
    [[1, 1], 1, 2],
    [[1], 1, 2],
    [[], 1, 0],
    [[1, 3], 1, 2],
    [[2, 5], 1, 2],
    [[1, 2], 1, 3],
    [[0, 1], 1, 2],
  ] as const) {
    assertAborts(
      () => {
        checkSignerSet(parties, committee, self, threshold);
      },
      { check: 'C-09' },
    );
  }
  t.end();
});

t.test('a pair is two members of the roster, ascending, one of them self', (t) => {
  const { roster } = dealRoster(randomOf(t), [1, 2, 3]);
  checkPairMembers([1, 3], roster, 3);
  for (const [parties, self] of [
    [[1, 1], 1],
    [[3, 1], 1],
    [[1, 9], 1],
    [[1, 2], 3],
    [[1], 1],
    [[1, 2, 3], 1],
    [[], 1],
  ] as const) {
    assertAborts(
      () => {
        checkPairMembers(parties, roster, self);
      },
      { check: 'C-19' },
    );
  }
  t.end();
});

t.test('the previous roster serves while the entries of P are the same in both', (t) => {
  const random = randomOf(t);
  const { roster: previous } = dealRoster(random, [1, 2, 3]);
  const { roster: stranger } = dealRoster(random, [3]);
  const signers = [...previous.signers.slice(0, 2), ...stranger.signers];
  const current = { ...previous, version: 2, signers };
  t.equal(chooseRoster(2, current, previous, [1, 3]), current);
  t.equal(chooseRoster(1, current, previous, [1, 2]), previous);
  const refused = (version: number, parties: readonly number[], old = true): void => {
    const before = old ? previous : undefined;
    assertAborts(() => chooseRoster(version, current, before, parties), { check: 'C-10' });
  };
  refused(1, [1, 3]);
  refused(3, [1, 2]);
  refused(0, [1, 2]);
  refused(1, [1, 2], false);
  refused(2, [1, 9]);
  t.end();
});

t.test('a key is named by all four parts of its reference', (t) => {
  const random = randomOf(t);
  const [keyId, keygenSid, conf] = [random.bytes(32), random.bytes(32), random.bytes(32)];
  const own = { keyId, epoch: 1, keygenSid, conf };
  checkKeyRef(own, { ...own });
  const other = random.bytes(32);
  for (const changed of [{ keyId: other }, { epoch: 0 }, { keygenSid: other }, { conf: other }]) {
    assertAborts(
      () => {
        checkKeyRef(own, { ...own, ...changed });
      },
      { check: 'C-14' },
    );
  }
  assertAborts(
    () => {
      checkKeyRef(undefined, own);
    },
    { check: 'C-14' },
  );
  t.end();
});
