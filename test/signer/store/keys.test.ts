import assert from 'node:assert/strict';
import t from 'tap';
import type { KeyCursor } from '../../../signer/ports.ts';
import { KeyIdTaken, StoreCorrupted, UnknownKey } from '../../../signer/store/errors.ts';
import { negative } from '../../support/negative.ts';
import { failureOf, newKey, sha256, withStore } from '../../support/signer-store.ts';

const CERTIFICATE = Buffer.from('certificate');

await t.test(
  'insertPending gives back the record as it is on disk, after a restart too',
  async (t) => {
    await withStore(async ({ store, restart, clock }) => {
      const key = newKey('a');
      const record = store().keys.insertPending(key);
      t.match(record, { state: 'pending', certificate: undefined, createdAt: clock.now() });
      t.ok(Buffer.from(record.sealedShare).equals(key.sealedShare));
      t.same((await restart()).keys.get(key.keyId, 0), record);
    });
  },
);

await t.test('a PENDING record survives every restart until its certificate comes', async (t) => {
  await withStore(async ({ store, restart, clock }) => {
    const { keyId } = store().keys.insertPending(newKey('a'));
    clock.advance(60 * 86_400_000);
    const { keys } = await restart();
    t.equal(keys.get(keyId, 0)?.state, 'pending');
    t.match(keys.activate(keyId, 0, CERTIFICATE), { state: 'active' });
    const stored = (await restart()).keys.get(keyId, 0);
    t.ok(stored?.certificate && Buffer.from(stored.certificate).equals(CERTIFICATE));
  });
});

await t.test('activate is idempotent and keeps the first certificate', async (t) => {
  await withStore(async ({ store }) => {
    const { keyId } = store().keys.insertPending(newKey('a'));
    const first = store().keys.activate(keyId, 0, CERTIFICATE);
    t.same(store().keys.activate(keyId, 0, Buffer.from('another')), first);
    t.throws(() => store().keys.activate(sha256('nobody'), 0, CERTIFICATE), UnknownKey);
    t.throws(() => store().keys.activate(keyId, 1, CERTIFICATE), UnknownKey);
  });
});

await t.test(
  'a key id with a tombstone is never used, one with a record gets no tombstone',
  async (t) => {
    await withStore(async ({ store, restart }) => {
      const dead = newKey('dead');
      store().keys.tombstone(dead.keyId, dead.sid);
      store().keys.tombstone(dead.keyId, sha256('another sid'));
      const { keys } = await restart();
      t.throws(() => keys.insertPending(dead), { name: 'KeyIdTaken', taken: 'tombstone' });
      t.equal(keys.get(dead.keyId, 0), undefined);

      const live = newKey('live');
      keys.insertPending(live);
      t.throws(() => keys.tombstone(live.keyId, live.sid), KeyIdTaken);
      keys.activate(live.keyId, 0, CERTIFICATE);
      t.throws(() => keys.tombstone(live.keyId, live.sid), KeyIdTaken);
    });
  },
);

await t.test('lists all keys in pages, ascending, and counts them', async (t) => {
  await withStore(async ({ store }) => {
    const names = Array.from({ length: 25 }, (_, k) => `key ${k}`);
    for (const name of names) store().keys.insertPending(newKey(name));
    for (const name of names.slice(0, 7)) store().keys.activate(newKey(name).keyId, 0, CERTIFICATE);
    t.same(store().keys.counts(), { pending: 18, active: 7 });

    const seen: string[] = [];
    const pages: number[] = [];
    let after: KeyCursor | undefined;
    do {
      const page = store().keys.list(after ? { limit: 10, after } : { limit: 10 });
      seen.push(...page.keys.map(({ keyId }) => Buffer.from(keyId).toString('hex')));
      pages.push(page.keys.length);
      after = page.next;
    } while (after);
    t.same(pages, [10, 10, 5]);
    t.same(seen, [...seen].sort());
    t.equal(new Set(seen).size, 25);
    t.throws(() => store().keys.list({ limit: 0 }), { name: 'InvalidInput', field: 'limit' });
    t.throws(() => store().keys.list({ limit: 1001 }), { name: 'InvalidInput' });
  });
});

await t.test('latest gives the active epoch, else the pending one', async (t) => {
  await withStore(async ({ store }) => {
    const { keyId } = newKey('a');
    t.equal(store().keys.latest(keyId), undefined);
    store().keys.insertPending(newKey('a'));
    t.equal(store().keys.latest(keyId)?.state, 'pending');
    store().keys.activate(keyId, 0, CERTIFICATE);
    t.match(store().keys.latest(keyId), { state: 'active', epoch: 0 });
  });
});

await t.test('names the argument that is wrong', async (t) => {
  await withStore(async ({ store }) => {
    const { keys } = store();
    const short = new Uint8Array(31);
    t.throws(() => keys.insertPending(newKey('a', { keyId: short })), {
      name: 'InvalidInput',
      field: 'keyId',
    });
    t.throws(() => keys.insertPending(newKey('a', { sid: short })), {
      name: 'InvalidInput',
      field: 'sid',
    });
    t.throws(() => keys.insertPending(newKey('a', { epoch: -1 })), {
      name: 'InvalidInput',
      field: 'epoch',
    });
    t.throws(() => keys.insertPending(newKey('a', { sealedShare: Buffer.of() })), {
      name: 'InvalidInput',
      field: 'sealedShare',
    });
    t.throws(() => keys.activate(newKey('a').keyId, 0, Buffer.of()), {
      name: 'InvalidInput',
      field: 'certificate',
    });
    t.throws(() => keys.tombstone(short, short), { name: 'InvalidInput', field: 'keyId' });
    t.same(keys.counts(), { pending: 0, active: 0 });
  });
});

negative('C-63', 'refuses a second key generation for a key id, and keeps the first share', () =>
  withStore(async ({ store }) => {
    const first = store().keys.insertPending(newKey('a'));
    for (const again of [
      newKey('a', { sealedShare: Buffer.from('another share') }),
      newKey('a', { epoch: 1 }),
    ]) {
      const failure = await failureOf(() => store().keys.insertPending(again));
      assert.ok(failure instanceof KeyIdTaken, failure.message);
      assert.equal(failure.taken, 'record');
    }
    assert.deepEqual(store().keys.get(first.keyId, 0), first);
    assert.equal(store().keys.get(first.keyId, 1), undefined);
  }),
);

negative('C-63', 'refuses at R0 a key id with a record, a PENDING record or a tombstone', () =>
  withStore(async ({ store }) => {
    const { keys } = store();
    const [pending, active, dead, free] = ['p', 'a', 'd', 'f'].map((name) => newKey(name));
    assert.ok(pending && active && dead && free);
    keys.insertPending(pending);
    keys.insertPending(active);
    keys.activate(active.keyId, 0, CERTIFICATE);
    keys.tombstone(dead.keyId, dead.sid);
    keys.requireFree(free.keyId);
    for (const key of [pending, active, dead])
      assert.throws(() => {
        keys.requireFree(key.keyId);
      }, KeyIdTaken);
  }),
);

negative('C-63', 'refuses a key generation after a tombstone', () =>
  withStore(async ({ store }) => {
    const dead = newKey('dead');
    store().keys.tombstone(dead.keyId, dead.sid);
    const failure = await failureOf(() => store().keys.insertPending(dead));
    assert.ok(failure instanceof KeyIdTaken);
    assert.equal(failure.taken, 'tombstone');
  }),
);

const CHANGES = [
  [
    'a changed byte in the sealed share',
    "sealed_share = CAST(substr(sealed_share, 1, length(sealed_share) - 1) || '!' AS BLOB)",
  ],
  ['another public record', "public_record = x'00'"],
  ['another own R4', "own_r4 = x'00'"],
  ['another session', 'sid = zeroblob(32)'],
  ['another epoch', 'epoch = 7'],
  ['a made-up certificate', "state = 'active', certificate = x'00'"],
  ['another time', 'created_at = created_at + 1'],
] as const;

for (const [what, assignment] of CHANGES)
  negative('C-60', `refuses a key record with ${what}: fatal`, () =>
    withStore(async ({ store, tamper }) => {
      store().keys.insertPending(newKey('a'));
      await tamper('keys.db', (db) => {
        db.exec(`UPDATE keys SET ${assignment}`);
      });
      const failure = await failureOf(() => store().keys.list({ limit: 10 }));
      assert.ok(failure instanceof StoreCorrupted, failure.message);
      assert.equal(failure.abortClass, 'fatal');
      assert.equal(failure.check, 'C-60');
    }),
  );

negative('C-60', 'refuses a record moved to another key id', () =>
  withStore(async ({ store, tamper }) => {
    store().keys.insertPending(newKey('a'));
    const other = sha256('another key');
    await tamper('keys.db', (db) => {
      db.prepare('UPDATE keys SET key_id = ?').run(other);
    });
    const failure = await failureOf(() => store().keys.get(other, 0));
    assert.ok(failure instanceof StoreCorrupted, failure.message);
  }),
);
