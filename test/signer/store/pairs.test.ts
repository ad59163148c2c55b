import assert from 'node:assert/strict';
import t from 'tap';
import fc from 'fast-check';
import { PairRefused, StoreCorrupted } from '../../../signer/store/errors.ts';
import { negative } from '../../support/negative.ts';
import { failureOf, sha256, withStore } from '../../support/signer-store.ts';

const HOUR_MS = 3_600_000;
const BOOT_A = sha256('boot a');
const BOOT_B = sha256('boot b');

const EMPTY = {
  peer: 2,
  largestGeneration: 0,
  burnedUpTo: 0,
  needsApproval: false,
  failedSetups: 0,
  seen: undefined,
  refused: false,
  cures: [],
};

/** The failure of `body`, which must be a refusal for this reason. */
async function refusal(body: () => unknown, reason: string, check: string): Promise<PairRefused> {
  const failure = await failureOf(body);
  assert.ok(failure instanceof PairRefused, failure.message);
  assert.equal(failure.reason, reason);
  assert.equal(failure.check, check);
  return failure;
}

await t.test('a peer never met has the empty record and no row', async (t) => {
  await withStore(async ({ store }) => {
    t.same(store().pairs.get(2), EMPTY);
    t.same(store().pairs.list(), []);
    for (const peer of [0, 256, 1.5, -1])
      t.throws(() => store().pairs.get(peer), { name: 'InvalidInput', field: 'peer' });
  });
});

await t.test('numbers, burns and approvals owed survive a restart', async (t) => {
  await withStore(async ({ store, restart }) => {
    store().pairs.reserveGeneration(2, 1);
    store().pairs.reserveGeneration(2, 5);
    store().pairs.recordPeerStart(2, { start: 4, boot: BOOT_A });
    const burned = store().pairs.burn(2);
    t.match(burned, { largestGeneration: 5, burnedUpTo: 5, needsApproval: true });

    const { pairs } = await restart();
    t.same(pairs.get(2), burned);
    t.same(pairs.list(), [burned]);
    t.same(pairs.burn(2), burned, 'idempotent');
  });
});

await t.test('a burn is on disk when it returns', async (t) => {
  await withStore(async ({ store, tamper, restart }) => {
    store().pairs.reserveGeneration(2, 1);
    const burned = store().pairs.burn(2);
    await tamper('keys.db', (db) => {
      t.match(db.prepare('SELECT burned_up_to, needs_approval FROM pairs').get(), {
        burned_up_to: 1,
        needs_approval: 1,
      });
    });
    t.same((await restart()).pairs.get(2), burned);
  });
});

await t.test('a generation above the burned ones is usable again after an approval', async (t) => {
  await withStore(async ({ store }) => {
    store().pairs.reserveGeneration(2, 3);
    store().pairs.burn(2);
    store().pairs.approve(2, 'operator');
    const record = store().pairs.reserveGeneration(2, 4);
    t.match(record, { largestGeneration: 4, burnedUpTo: 3, needsApproval: false });
  });
});

await t.test(
  'approvals by configuration come back after a day; an operator has no limit',
  async (t) => {
    await withStore(async ({ store, clock, restart }) => {
      for (const hour of [0, 1, 2]) {
        store().pairs.burn(2);
        t.match(store().pairs.approve(2, 'configuration').cures.length, hour + 1);
        clock.advance(HOUR_MS);
      }
      store().pairs.burn(2);
      const { pairs } = await restart();
      t.throws(() => pairs.approve(2, 'configuration'), {
        name: 'PairRefused',
        reason: 'cure-limit',
        check: 'C-26',
      });
      t.equal(pairs.get(2).needsApproval, true);
      t.equal(pairs.approve(2, 'operator').needsApproval, false);

      pairs.burn(2);
      t.throws(() => pairs.approve(2, 'configuration'), PairRefused);
      clock.advance(21 * HOUR_MS); // the first cure is 24 hours old now
      t.equal(pairs.approve(2, 'configuration').cures.length, 3);
    });
  },
);

await t.test('a clock set back frees no cure, and other peers have their own', async (t) => {
  await withStore(async ({ store, clock }) => {
    for (let k = 0; k < 3; k += 1) {
      store().pairs.burn(2);
      store().pairs.approve(2, 'configuration');
    }
    clock.advance(-48 * HOUR_MS);
    store().pairs.burn(2);
    t.throws(() => store().pairs.approve(2, 'configuration'), {
      name: 'PairRefused',
      reason: 'cure-limit',
    });
    store().pairs.burn(3);
    t.equal(store().pairs.approve(3, 'configuration').needsApproval, false);
  });
});

await t.test('the third failed set-up since the last approval owes an approval', async (t) => {
  await withStore(async ({ store }) => {
    const { pairs } = store();
    t.match(pairs.countFailedSetup(2), { failedSetups: 1, needsApproval: false });
    t.match(pairs.countFailedSetup(2), { failedSetups: 2, needsApproval: false });
    t.match(pairs.approve(2, 'configuration'), { failedSetups: 2 }, 'no approval was owed');
    t.match(pairs.countFailedSetup(2), { failedSetups: 3, needsApproval: true });
    t.match(pairs.approve(2, 'operator'), { failedSetups: 0, needsApproval: false });
    t.match(pairs.countFailedSetup(2), { failedSetups: 1, needsApproval: false });
  });
});

await t.test('a peer that starts again has a new boot id, and its start is kept', async (t) => {
  await withStore(async ({ store, restart }) => {
    const seen = (start: number, boot: Uint8Array): boolean =>
      store().pairs.recordPeerStart(2, { start, boot }).newBoot;
    t.equal(seen(1, BOOT_A), true);
    t.equal(seen(1, BOOT_A), false);
    t.equal(seen(2, BOOT_B), true);
    await restart();
    t.equal(seen(2, BOOT_B), false);
    t.same(store().pairs.get(2).seen, { start: 2, boot: BOOT_B });
    t.equal(seen(3, BOOT_B), false, 'a larger start is kept also with the same boot id');
    t.equal(store().pairs.get(2).seen?.start, 3);
  });
});

await t.test('an old join that a relay kept refuses itself, not the peer', async (t) => {
  await withStore(async ({ store, restart }) => {
    store().pairs.recordPeerStart(2, { start: 6, boot: BOOT_B });
    store().pairs.recordPeerStart(2, { start: 7, boot: BOOT_A });
    const { pairs } = await restart();
    t.throws(() => pairs.recordPeerStart(2, { start: 6, boot: BOOT_B }), {
      name: 'PairRefused',
      reason: 'start-went-back',
    });
    t.match(pairs.get(2), { refused: false, seen: { start: 7 } });
    t.equal(pairs.recordPeerStart(2, { start: 7, boot: BOOT_A }).newBoot, false);
  });
});

await t.test('a peer refused by C-13 stays refused for joins and set-ups', async (t) => {
  await withStore(async ({ store, restart }) => {
    store().pairs.recordPeerStart(2, { start: 7, boot: BOOT_A });
    t.throws(() => store().pairs.recordPeerStart(2, { start: 7, boot: BOOT_B }), {
      name: 'PairRefused',
      reason: 'start-reused',
    });
    const { pairs } = await restart();
    t.match(pairs.get(2), { refused: true, seen: { start: 7 } });
    t.throws(() => pairs.recordPeerStart(2, { start: 8, boot: BOOT_B }), {
      name: 'PairRefused',
      reason: 'peer-refused',
    });
    t.throws(() => pairs.reserveGeneration(2, 1), {
      name: 'PairRefused',
      reason: 'peer-refused',
      check: 'C-13',
    });
    t.same(pairs.refusePeer(2), pairs.get(2), 'idempotent');
    t.equal(pairs.reserveGeneration(3, 1).refused, false, 'the others are not');
  });
});

await t.test('against a model: whatever is asked, numbers only grow and burns stay', async (t) => {
  const step = fc.oneof(
    fc.record({ verb: fc.constant('reserve'), generation: fc.nat(12) }),
    fc.record({ verb: fc.constantFrom('burn', 'fail', 'approve', 'restart') }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), (steps) =>
      withStore(async ({ store, restart }) => {
        const model = { largest: 0, burnedUpTo: 0, owed: false, failed: 0 };
        for (const taken of steps) {
          const { pairs } = taken.verb === 'restart' ? await restart() : store();
          if (taken.verb === 'burn') {
            pairs.burn(2);
            Object.assign(model, { burnedUpTo: model.largest, owed: true });
          } else if (taken.verb === 'fail') {
            pairs.countFailedSetup(2);
            model.failed += 1;
            model.owed ||= model.failed >= 3;
          } else if (taken.verb === 'approve') {
            pairs.approve(2, 'operator');
            if (model.owed) Object.assign(model, { owed: false, failed: 0 });
          } else if ('generation' in taken) {
            const allowed = !model.owed && taken.generation > model.largest;
            if (allowed) pairs.reserveGeneration(2, taken.generation);
            else assert.throws(() => pairs.reserveGeneration(2, taken.generation), PairRefused);
            if (allowed) model.largest = taken.generation;
          }
          const { largestGeneration, burnedUpTo, needsApproval, failedSetups } = pairs.get(2);
          assert.deepEqual(
            { largest: largestGeneration, burnedUpTo, owed: needsApproval, failed: failedSetups },
            model,
          );
        }
      }),
    ),
    { numRuns: 30 },
  );
  t.pass();
});

negative('C-24', 'refuses a generation number that was used, and stores nothing', () =>
  withStore(async ({ store }) => {
    const { pairs } = store();
    pairs.reserveGeneration(2, 5);
    for (const generation of [5, 4, 0]) {
      const failure = await refusal(
        () => pairs.reserveGeneration(2, generation),
        'generation-not-new',
        'C-24',
      );
      assert.equal(failure.largestGeneration, 5);
    }
    assert.equal(pairs.get(2).largestGeneration, 5);
  }),
);

negative('C-24', 'refuses a peer that names 2^32 - 1, and one step more than 2^16', () =>
  withStore(async ({ store }) => {
    const { pairs } = store();
    for (const generation of [0xffffffff, 65_537])
      await refusal(() => pairs.reserveGeneration(2, generation), 'generation-too-far', 'C-24');
    assert.equal(pairs.get(2).largestGeneration, 0);
    assert.equal(pairs.reserveGeneration(2, 65_536).largestGeneration, 65_536);
  }),
);

negative('C-26', 'refuses a set-up after a burn until it is approved', () =>
  withStore(async ({ store, restart }) => {
    store().pairs.reserveGeneration(2, 1);
    store().pairs.burn(2);
    const { pairs } = await restart();
    await refusal(() => pairs.reserveGeneration(2, 2), 'needs-approval', 'C-26');
    pairs.approve(2, 'operator');
    assert.equal(pairs.reserveGeneration(2, 2).largestGeneration, 2);
  }),
);

negative('C-26', 'refuses the set-up loop of a cheating peer after 3 failures', () =>
  withStore(async ({ store }) => {
    const { pairs } = store();
    for (const generation of [1, 2, 3]) {
      pairs.reserveGeneration(2, generation);
      pairs.countFailedSetup(2);
    }
    await refusal(() => pairs.reserveGeneration(2, 4), 'needs-approval', 'C-26');
  }),
);

negative('C-26', 'refuses the fourth cure by configuration within a day', () =>
  withStore(async ({ store }) => {
    const { pairs } = store();
    for (let cure = 0; cure < 3; cure += 1) {
      pairs.burn(2);
      pairs.approve(2, 'configuration');
    }
    pairs.burn(2);
    await refusal(() => pairs.approve(2, 'configuration'), 'cure-limit', 'C-26');
    assert.equal(pairs.get(2).needsApproval, true);
  }),
);

negative('C-13', 'refuses a start that went back', () =>
  withStore(async ({ store }) => {
    const { pairs } = store();
    pairs.recordPeerStart(2, { start: 9, boot: BOOT_A });
    await refusal(
      () => pairs.recordPeerStart(2, { start: 8, boot: BOOT_B }),
      'start-went-back',
      'C-13',
    );
    assert.deepEqual(pairs.get(2).seen?.start, 9);
  }),
);

negative(
  'C-13',
  'refuses for ever a peer whose earlier start comes with another boot: a restored disk',
  () =>
    withStore(async ({ store, restart }) => {
      store().pairs.recordPeerStart(2, { start: 8, boot: BOOT_A });
      store().pairs.recordPeerStart(2, { start: 9, boot: BOOT_A });
      const { pairs } = await restart();
      await refusal(
        () => pairs.recordPeerStart(2, { start: 8, boot: BOOT_B }),
        'start-reused',
        'C-13',
      );
      assert.equal(pairs.get(2).refused, true);
    }),
);

negative('C-13', 'refuses a start seen with another boot id: two processes', () =>
  withStore(async ({ store }) => {
    const { pairs } = store();
    pairs.recordPeerStart(2, { start: 9, boot: BOOT_A });
    await refusal(
      () => pairs.recordPeerStart(2, { start: 9, boot: BOOT_B }),
      'start-reused',
      'C-13',
    );
    await refusal(
      () => pairs.recordPeerStart(2, { start: 9, boot: BOOT_A }),
      'peer-refused',
      'C-13',
    );
  }),
);

negative('C-13', 'refuses a peer whose two joins of one tick were seen', () =>
  withStore(async ({ store, restart }) => {
    store().pairs.recordPeerStart(2, { start: 9, boot: BOOT_A });
    store().pairs.refusePeer(2);
    const { pairs } = await restart();
    await refusal(
      () => pairs.recordPeerStart(2, { start: 10, boot: BOOT_B }),
      'peer-refused',
      'C-13',
    );
  }),
);

const CHANGES = [
  ['a burn taken back', 'needs_approval = 0'],
  ['a lower generation', 'largest_generation = 1'],
  ['fewer burned generations', 'burned_up_to = 0'],
  ['fewer failed set-ups', 'failed_setups = 0'],
  ['a lower start', 'largest_start = 1'],
  ['another boot id', 'boot32 = zeroblob(32)'],
  ['the C-13 refusal taken back', 'refused = 0'],
  ['cures forgotten', "cures = x''"],
  ['another peer', 'peer = 3'],
] as const;

for (const [what, assignment] of CHANGES)
  negative('C-60', `does not start over a pair record with ${what}: fatal`, () =>
    withStore(async ({ store, tamper, restart }) => {
      const { pairs } = store();
      pairs.reserveGeneration(2, 7);
      pairs.recordPeerStart(2, { start: 9, boot: BOOT_A });
      for (let k = 0; k < 2; k += 1) {
        pairs.burn(2);
        pairs.countFailedSetup(2);
        if (k === 0) pairs.approve(2, 'configuration');
      }
      pairs.refusePeer(2);
      await tamper('keys.db', (db) => {
        db.exec(`UPDATE pairs SET ${assignment}`);
      });
      const failure = await failureOf(restart);
      assert.ok(failure instanceof StoreCorrupted, failure.message);
      assert.equal(failure.abortClass, 'fatal');
    }),
  );

negative('C-60', 'finds a pair record changed under a running process', () =>
  withStore(async ({ store, dataDir }) => {
    const { DatabaseSync } = await import('node:sqlite');
    store().pairs.burn(2);
    const intruder = new DatabaseSync(`${dataDir}/keys.db`);
    intruder.exec('UPDATE pairs SET needs_approval = 0');
    intruder.close();
    const failure = await failureOf(() => store().pairs.reserveGeneration(2, 1));
    assert.ok(failure instanceof StoreCorrupted, failure.message);
  }),
);
