import assert from 'node:assert/strict';
import t from 'tap';
import { ProtocolAbort, type PairState } from '../../../core/index.ts';
import { PairTable } from '../../../signer/pairs/pair-table.ts';
import type { PairStore } from '../../../signer/ports.ts';
import { PairRefused, StoreUnavailable } from '../../../signer/store/errors.ts';
import { TrefoilError } from '../../../wire/status.ts';
import { dealPair } from '../../support/dealer.ts';
import { negative } from '../../support/negative.ts';
import { seededRandom } from '../../support/rng.ts';
import { failureOf, withStore, type StoreFixture } from '../../support/signer-store.ts';

const random = seededRandom('pair table');
/** Signer 1's side of {1, 2}. */
const deal = (generation: number): PairState => dealPair(random, 1, 2, generation)[0];

type World = StoreFixture & { readonly table: PairTable; readonly burned: number[] };

async function withTable(
  body: (world: World) => Promise<void> | void,
  options: { readonly cure?: boolean; readonly store?: (store: PairStore) => PairStore } = {},
): Promise<void> {
  await withStore(async (fixture) => {
    const burned: number[] = [];
    const own = fixture.store().pairs;
    const table = new PairTable(
      { peers: [2, 3], cureBurnsAutomatically: options.cure ?? false },
      {
        store: options.store?.(own) ?? own,
        clock: fixture.clock,
        onBurned: (peer) => void burned.push(peer),
      },
    );
    await body({ ...fixture, table, burned });
  });
}

/** A whole set-up. */
function setUp(table: PairTable, pair: PairState): PairState {
  table.beginSetup(pair.peer, pair.generation);
  table.addPending(pair);
  table.activate(pair);
  table.endSetup(pair.peer, pair.generation);
  return pair;
}

const secretsOf = ({ zeroSeed, asSender, asReceiver }: PairState): Uint8Array[] => [
  zeroSeed,
  asSender.delta,
  asSender.leaves,
  asReceiver.leaves,
];
const isErased = (pair: PairState): boolean =>
  secretsOf(pair).every((secret) => secret.every((byte) => byte === 0));

const reasonOf = async (act: () => unknown): Promise<string> => {
  const error = await failureOf(act);
  if (error instanceof TrefoilError || error instanceof PairRefused) return error.reason;
  return error instanceof ProtocolAbort ? error.code : error.name;
};

t.test('a generation is PENDING, then ACTIVE, and nothing before', async (t) => {
  await withTable(async ({ table }) => {
    t.equal(table.view(2).phase, 'absent');
    t.equal(await reasonOf(() => table.use(2)), 'PAIR_NOT_ACTIVE');
    table.beginSetup(2, 1);
    t.equal(table.view(2).phase, 'pending');
    const pair = deal(1);
    table.addPending(pair);
    t.equal(await reasonOf(() => table.use(2)), 'PAIR_NOT_ACTIVE', 'PENDING is not usable');
    table.activate(pair);
    table.endSetup(2, 1);
    t.equal(table.use(2), pair);
    t.same(
      { ...table.view(2) },
      {
        ...{ peer: 2, phase: 'active', generation: 1, digest: pair.digest },
        ...{ largestGeneration: 1, needsApproval: false },
      },
    );
    t.equal(table.view(3).phase, 'absent', 'the other peer is its own');
  });
});

t.test('a set-up that ends early leaves nothing but its number', async (t) => {
  await withTable(async ({ table }) => {
    table.beginSetup(2, 5);
    const pair = deal(5);
    table.addPending(pair);
    table.endSetup(2, 5);
    t.ok(isErased(pair));
    t.equal(table.view(2).phase, 'absent');
    t.equal(table.view(2).largestGeneration, 5);
    t.equal(await reasonOf(() => table.activate(pair)), 'PAIR_NOT_USABLE');
    t.equal(await reasonOf(() => table.beginSetup(2, 5)), 'generation-not-new');
    table.beginSetup(2, 6);
  });
});

t.test('only the set-up under way brings a generation', async (t) => {
  await withTable(async ({ table }) => {
    t.equal(await reasonOf(() => table.addPending(deal(1))), 'PAIR_NOT_USABLE');
    table.beginSetup(2, 1);
    t.equal(await reasonOf(() => table.addPending(deal(2))), 'PAIR_NOT_USABLE');
  });
});

t.test('a new ACTIVE generation retires the old one, erased when no session uses it', async (t) => {
  await withTable(({ table }) => {
    const first = setUp(table, deal(1));
    const taken = table.use(2);
    const alsoTaken = table.use(2);
    const second = setUp(table, deal(2));
    t.equal(table.use(2), second, 'no new session uses the old one');
    t.notOk(isErased(first), 'sessions may end');
    table.settle(2, 1, true);
    table.drop(taken);
    t.notOk(isErased(first));
    table.drop(alsoTaken);
    t.ok(isErased(first));
    t.notOk(isErased(second));

    const third = setUp(table, deal(3));
    t.notOk(isErased(second), 'still used');
    const fourth = setUp(table, deal(4));
    t.ok(isErased(third), 'never used');
    t.notOk(isErased(fourth));
  });
});

t.test('a burn ends every generation of the peer and owes an approval', async (t) => {
  await withTable(async ({ table, burned, store }) => {
    const old = setUp(table, deal(1));
    table.use(2);
    const active = setUp(table, deal(2));
    table.beginSetup(2, 3);
    const pending = deal(3);
    table.addPending(pending);

    table.settle(2, 1, false);
    t.same(burned, [2]);
    t.ok([old, active, pending].every(isErased), 'RETIRED, ACTIVE and PENDING');
    t.equal(table.view(2).phase, 'burned');
    t.equal(table.view(2).needsApproval, true);
    t.equal(store().pairs.get(2).burnedUpTo, 3);
    t.equal(await reasonOf(() => table.use(2)), 'PAIR_NOT_ACTIVE');
    t.equal(await reasonOf(() => table.beginSetup(2, 4)), 'needs-approval');
    t.equal(await reasonOf(() => table.activate(pending)), 'PAIR_NOT_USABLE');
    table.drop(old); // The session gives back what is gone.
    store().pairs.approve(2, 'operator');
    setUp(table, deal(4));
    t.equal(table.view(2).phase, 'active');
  });
});

t.test('the configuration cures three burns a day, and shows that it does', async (t) => {
  await withTable(
    async ({ table }) => {
      for (const generation of [1, 2, 3]) {
        setUp(table, deal(generation));
        table.settle(2, generation, false);
        t.equal(table.view(2).needsApproval, false);
      }
      setUp(table, deal(4));
      table.settle(2, 4, false);
      t.equal(await reasonOf(() => table.beginSetup(2, 5)), 'cure-limit');
    },
    { cure: true },
  );
});

t.test(
  'a burn that the store cannot write is a burn, and is written before the next set-up',
  async (t) => {
    const disk = { fails: false, refused: 0 };
    const store = (own: PairStore): PairStore => ({
      ...own,
      burn: (peer) => {
        if (!disk.fails) return own.burn(peer);
        disk.refused += 1;
        throw new StoreUnavailable('no room');
      },
    });
    await withTable(
      async ({ table, burned, store: fixture }) => {
        const pair = setUp(table, deal(1));
        disk.fails = true;
        t.equal(await reasonOf(() => table.settle(2, 1, false)), 'StoreUnavailable');
        t.ok(isErased(pair), 'no second guess at this Delta');
        t.same(burned, [2], 'its sessions end');
        t.equal(await reasonOf(() => table.use(2)), 'PAIR_NOT_ACTIVE');
        t.equal(await reasonOf(() => table.beginSetup(2, 2)), 'StoreUnavailable');
        t.equal(disk.refused, 2);
        disk.fails = false;
        t.equal(await reasonOf(() => table.beginSetup(2, 2)), 'needs-approval');
        t.equal(fixture().pairs.get(2).burnedUpTo, 1);
      },
      { store },
    );
  },
);

t.test('a refused peer shows as such', async (t) => {
  await withTable(({ table, store }) => {
    setUp(table, deal(1));
    store().pairs.refusePeer(2);
    t.equal(table.view(2).phase, 'refused');
  });
});

t.test('a stranger has no pair', async (t) => {
  await withTable(async ({ table }) => {
    t.equal(await reasonOf(() => table.use(9)), 'PARTIES_INVALID');
  });
});

t.test('shutdown erases everything', async (t) => {
  await withTable(({ table }) => {
    const pairs = [setUp(table, deal(1)), setUp(table, dealPair(random, 1, 3, 1)[0])];
    table.eraseAll();
    t.ok(pairs.every(isErased));
  });
});

negative('C-24', 'refuses a second set-up while one is under way', async () => {
  await withTable(async ({ table, store }) => {
    table.beginSetup(2, 1);
    assert.equal(await reasonOf(() => table.beginSetup(2, 2)), 'PAIR_BUSY');
    assert.equal(store().pairs.get(2).largestGeneration, 1, 'nothing reserved');
  });
});

negative('C-52', 'discards 63 of 64 wrong guesses that were evaluated at once', async () => {
  let burns = 0;
  const store = (own: PairStore): PairStore => ({
    ...own,
    burn: (peer) => {
      burns += 1;
      return own.burn(peer);
    },
  });
  await withTable(
    ({ table }) => {
      setUp(table, deal(1));
      // 64 sessions of several keys hold the pair; each has evaluated a wrong guess.
      const taken = Array.from({ length: 64 }, () => table.use(2));
      const outcomes = taken.map(({ peer, generation }) => {
        try {
          table.settle(peer, generation, false);
          return 'burned';
        } catch (error) {
          assert.ok(error instanceof ProtocolAbort && error.abortClass === 'retry');
          assert.deepEqual(error.culprits, [], 'a discarded result blames nobody');
          return 'discarded';
        }
      });
      assert.deepEqual(outcomes, ['burned', ...Array.from({ length: 63 }, () => 'discarded')]);
      assert.equal(burns, 1);
    },
    { store },
  );
});

negative('C-52', 'discards a right guess that comes after the first wrong one', async () => {
  await withTable(({ table }) => {
    setUp(table, deal(1));
    table.use(2);
    table.settle(2, 1, false);
    assert.throws(() => {
      table.settle(2, 1, true);
    }, ProtocolAbort);
  });
});

negative(
  'C-53',
  'uses no generation of an earlier process; burns and approvals owed survive',
  async () => {
    await withStore(async (fixture) => {
      const tableOf = (): PairTable =>
        new PairTable(
          { peers: [2], cureBurnsAutomatically: false },
          { store: fixture.store().pairs, clock: fixture.clock, onBurned: () => undefined },
        );
      setUp(tableOf(), deal(1));
      await fixture.restart();
      const second = tableOf();
      assert.equal(second.view(2).phase, 'absent');
      assert.equal(await reasonOf(() => second.use(2)), 'PAIR_NOT_ACTIVE');
      assert.equal(await reasonOf(() => second.beginSetup(2, 1)), 'generation-not-new');
      setUp(second, deal(2));
      second.settle(2, 2, false);

      await fixture.restart();
      const third = tableOf();
      assert.equal(third.view(2).phase, 'burned');
      assert.equal(await reasonOf(() => third.use(2)), 'PAIR_NOT_ACTIVE');
      assert.equal(await reasonOf(() => third.beginSetup(2, 3)), 'needs-approval');
    });
  },
);

negative('C-26', 'begins no more than 30 set-ups with a peer a minute', () =>
  withTable(async ({ table, clock }) => {
    for (let generation = 1; generation <= 30; generation++) {
      table.beginSetup(2, generation);
      table.endSetup(2, generation);
    }
    assert.equal(await reasonOf(() => table.beginSetup(2, 31)), 'OVERLOADED');
    table.beginSetup(3, 1);
    clock.advance(60_000);
    table.beginSetup(2, 31);
  }),
);
