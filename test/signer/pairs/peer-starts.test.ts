import assert from 'node:assert/strict';
import t from 'tap';
import { encodeJoin, makeTick, ProtocolAbort, type Join } from '../../../core/index.ts';
import { createPeerStarts, type PeerStarts } from '../../../signer/pairs/peer-starts.ts';
import { negative } from '../../support/negative.ts';
import { seededRandom } from '../../support/rng.ts';
import { failureOf, withStore } from '../../support/signer-store.ts';

const random = seededRandom('peer starts');
const BOOT = random.bytes(32);

function joinOf(start: number, n: number, changes: Partial<Join> = {}): Join {
  return {
    ctx: random.bytes(32),
    from: 2,
    nonce: random.bytes(32),
    eph: random.bytes(32),
    boot: BOOT,
    tick: makeTick(start, n),
    pairs: [],
    ...changes,
  };
}

const note = (starts: PeerStarts, join: Join): void => {
  starts.note(join, encodeJoin(join));
};

async function outcome(act: () => unknown): Promise<string> {
  const error = await failureOf(act);
  if (!(error instanceof ProtocolAbort)) return error.name;
  return `${error.code} ${error.abortClass} [${error.culprits.join()}]`;
}
const REFUSED = 'START_REGRESSED retry []';

t.test('takes joins of one process in any order, and of later ones', async (t) => {
  await withStore(async ({ store }) => {
    const starts = createPeerStarts(store().pairs);
    for (const n of [1, 3, 2]) note(starts, joinOf(4, n));
    note(starts, joinOf(5, 1, { boot: random.bytes(32) }));
    note(starts, joinOf(1, 1, { from: 3 }));
    t.equal(store().pairs.get(2).seen?.start, 5);
    t.equal(store().pairs.get(3).seen?.start, 1);
  });
});

t.test('the same join may come again', async (t) => {
  await withStore(async ({ store }) => {
    const starts = createPeerStarts(store().pairs);
    const join = joinOf(1, 1);
    note(starts, join);
    note(starts, join);
    t.notOk(store().pairs.get(2).refused);
  });
});

t.test('a peer that was refused stays refused, over a restart', async (t) => {
  await withStore(async ({ store, restart }) => {
    note(createPeerStarts(store().pairs), joinOf(7, 1));
    const going = joinOf(7, 2, { boot: random.bytes(32) });
    t.equal(await outcome(() => note(createPeerStarts(store().pairs), going)), REFUSED);
    await restart();
    const later = joinOf(8, 1, { boot: random.bytes(32) });
    t.equal(await outcome(() => note(createPeerStarts(store().pairs), later)), REFUSED);
  });
});

t.test('ticks are remembered for a while, not for ever', async (t) => {
  await withStore(async ({ store }) => {
    const starts = createPeerStarts(store().pairs);
    for (let n = 1; n <= 5000; n += 1) note(starts, joinOf(1, n));
    t.equal(await outcome(() => note(starts, joinOf(1, 5000))), REFUSED, 'a recent one');
  });
});

negative('C-13', 'refuses a cloned process: two different joins with equal tick', async () => {
  await withStore(async ({ store }) => {
    const starts = createPeerStarts(store().pairs);
    note(starts, joinOf(3, 9));
    assert.equal(await outcome(() => note(starts, joinOf(3, 9))), REFUSED);
    assert.ok(store().pairs.get(2).refused, 'until an operator clears it');
  });
});

negative(
  'C-13',
  'refuses a join whose start is below the largest known, not its signer',
  async () => {
    await withStore(async ({ store }) => {
      const starts = createPeerStarts(store().pairs);
      const old = joinOf(2, 1);
      note(starts, old);
      note(starts, joinOf(3, 1, { boot: random.bytes(32) }));
      assert.equal(await outcome(() => note(starts, old)), REFUSED);
      assert.ok(!store().pairs.get(2).refused, 'a relay may have kept it');
    });
  },
);

negative('C-13', 'refuses a restored disk: an earlier start with another boot id', async () => {
  await withStore(async ({ store }) => {
    const starts = createPeerStarts(store().pairs);
    note(starts, joinOf(2, 1));
    note(starts, joinOf(3, 1));
    assert.equal(
      await outcome(() => note(starts, joinOf(2, 9, { boot: random.bytes(32) }))),
      REFUSED,
    );
    assert.ok(store().pairs.get(2).refused);
  });
});

negative('C-13', 'refuses two processes: one start with two boot ids', async () => {
  await withStore(async ({ store }) => {
    const starts = createPeerStarts(store().pairs);
    note(starts, joinOf(3, 1));
    assert.equal(
      await outcome(() => note(starts, joinOf(3, 2, { boot: random.bytes(32) }))),
      REFUSED,
    );
    assert.ok(store().pairs.get(2).refused);
  });
});
