import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import {
  DataDirectoryLocked,
  IdentityExists,
  SchemaTooNew,
  StoreCorrupted,
} from '../../../signer/store/errors.ts';
import { deriveMacKey } from '../../../signer/store/row-mac.ts';
import { openSignerStore } from '../../../signer/store/store.ts';
import { negative } from '../../support/negative.ts';
import {
  acceptance,
  failureOf,
  MAC_KEY,
  manualClock,
  newKey,
  openStore,
  sha256,
  withStore,
} from '../../support/signer-store.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const modules = { clock: manualClock() };
const BLOBS = { identity: Uint8Array.of(1, 2), hedge: Uint8Array.of(3) };

function setStart(dataDir: string, start: number): void {
  const database = new DatabaseSync(join(dataDir, 'keys.db'));
  database.prepare('UPDATE starts SET start = ?').run(start);
  database.close();
}

await t.test('every opening has a larger start number', async (t) => {
  await withStore(async ({ store, restart }) => {
    t.equal(store().start, 1);
    t.equal((await restart()).start, 2);
    t.equal((await restart()).start, 3);
  });
});

await t.test('looking for an identity uses no start number', async (t) => {
  const dataDir = temporaryDirectory(t);
  for (let k = 0; k < 3; k += 1) {
    const locked = openSignerStore({ dataDir }, modules);
    t.equal(locked.readIdentity(), undefined);
    await locked.close();
  }
  const store = openStore(dataDir);
  t.equal(store.start, 1);
  await store.close();
});

await t.test('an identity is stored once and comes back after a restart', async (t) => {
  const dataDir = temporaryDirectory(t);
  const first = openSignerStore({ dataDir }, modules);
  first.createIdentity(BLOBS);
  t.throws(() => {
    first.createIdentity(BLOBS);
  }, IdentityExists);
  await first.close();
  const second = openSignerStore({ dataDir }, modules);
  t.same(second.readIdentity(), BLOBS);
  await second.close();
});

await t.test('records without their identity are no new data directory', async (t) => {
  await withStore(async ({ store, tamper, dataDir }) => {
    store().keys.insertPending(newKey('a'));
    await tamper('keys.db', (db) => {
      db.exec('DELETE FROM identity');
    });
    const locked = openSignerStore({ dataDir }, modules);
    t.throws(() => locked.readIdentity(), StoreCorrupted);
    t.throws(() => {
      locked.createIdentity(BLOBS);
    }, StoreCorrupted);
    await locked.close();
  });
});

await t.test('a start number that went missing is not started over', async (t) => {
  await withStore(async ({ store, tamper, restart }) => {
    store().pairs.burn(2);
    await tamper('keys.db', (db) => {
      db.exec('DELETE FROM starts');
    });
    await t.rejects(restart(), StoreCorrupted);
  });
});

await t.test('the directory is refused to a second opening until it is closed', async (t) => {
  const dataDir = temporaryDirectory(t);
  const store = openStore(dataDir);
  t.throws(() => openSignerStore({ dataDir }, modules), DataDirectoryLocked);
  t.throws(() => openSignerStore({ dataDir }, modules), { message: /in use by another process/ });
  await store.close();
  await store.close();
  const again = openStore(dataDir);
  t.equal(again.start, 2);
  await again.close();
});

await t.test('a failed opening leaves the directory free', async (t) => {
  const dataDir = temporaryDirectory(t);
  const store = openStore(dataDir);
  await store.close();
  await t.rejects(
    failureOf(() => openStore(dataDir, modules.clock, sha256('another hedge secret'))).then(
      (error) => {
        throw error;
      },
    ),
    StoreCorrupted,
  );
  const again = openStore(dataDir);
  t.equal(again.start, 2, 'the failed opening was not a start');
  await again.close();
});

await t.test('directory and files are for their owner only', async (t) => {
  await withStore(async ({ store, dataDir }) => {
    await store().ledger.accept(acceptance('id-1'));
    t.equal((await stat(dataDir)).mode & 0o077, 0);
    for (const name of ['keys.db', 'keys.db-wal', 'ledger.db', 'ledger.db-wal', 'lock.db'])
      t.equal((await stat(join(dataDir, name))).mode & 0o077, 0, name);
  });
});

await t.test('closing and checkpoints leave the logs empty', async (t) => {
  await withStore(async ({ store, dataDir }) => {
    store().keys.insertPending(newKey('a'));
    await store().ledger.accept(acceptance('id-1'));
    const sizes = (): Promise<number[]> =>
      Promise.all(
        ['keys.db-wal', 'ledger.db-wal'].map(
          async (name) => (await stat(join(dataDir, name))).size,
        ),
      );
    t.ok((await sizes()).every((size) => size > 0));
    store().checkpoint();
    t.same(await sizes(), [0, 0]);
  });
});

for (const file of ['keys.db', 'ledger.db']) {
  await t.test(`${file} of a newer version is not opened, nor changed`, async (t) => {
    const dataDir = temporaryDirectory(t);
    await openStore(dataDir).close();
    const path = join(dataDir, file);
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    const before = await readFile(path);
    t.throws(() => openSignerStore({ dataDir }, modules), SchemaTooNew);
    t.throws(() => openSignerStore({ dataDir }, modules), { message: /schema 99/ });
    t.ok((await readFile(path)).equals(before));
  });

  await t.test(`${file} that is no database is corrupted, not replaced`, async (t) => {
    const dataDir = temporaryDirectory(t);
    await openStore(dataDir).close();
    await writeFile(join(dataDir, file), 'x'.repeat(8192));
    t.throws(() => openSignerStore({ dataDir }, modules), StoreCorrupted);
    t.equal((await readFile(join(dataDir, file))).toString(), 'x'.repeat(8192));
  });
}

await t.test('refuses to start at the maximum, and stays there', async (t) => {
  const { createRowMac } = await import('../../../signer/store/row-mac.ts');
  await withStore(async ({ tamper, restart }) => {
    const max = 0xffffffff;
    await tamper('keys.db', (db) => {
      db.prepare('UPDATE starts SET start = ?, mac = ?').run(
        max - 1,
        createRowMac(MAC_KEY).tag('starts', [max - 1]),
      );
    });
    t.equal((await restart()).start, max);
    for (let k = 0; k < 2; k += 1) await t.rejects(restart(), { name: 'StartNumbersExhausted' });
  });
});

await t.test('burns and approvals owed survive a restart (C-53)', async (t) => {
  await withStore(async ({ store, restart }) => {
    store().pairs.reserveGeneration(2, 1);
    store().pairs.burn(2);
    const { pairs } = await restart();
    t.match(pairs.get(2), { burnedUpTo: 1, needsApproval: true });
  });
});

await t.test('unlocks once per opening', async (t) => {
  const locked = openSignerStore({ dataDir: temporaryDirectory(t) }, modules);
  locked.createIdentity(BLOBS);
  locked.unlock(MAC_KEY);
  t.throws(() => locked.unlock(MAC_KEY), { name: 'InvariantViolation' });
  await locked.close();
});

await t.test('the MAC key depends on the hedge secret alone', async (t) => {
  const hedge = sha256('hedge');
  t.equal(deriveMacKey(hedge).length, 32);
  t.same(deriveMacKey(hedge), deriveMacKey(Uint8Array.from(hedge)));
  t.notSame(deriveMacKey(hedge), deriveMacKey(sha256('another hedge')));
  t.notSame(deriveMacKey(hedge), hedge);
});

negative('C-60', 'does not start over a start number that was changed: fatal', () =>
  withStore(async ({ restart, dataDir, tamper }) => {
    await tamper('keys.db', () => undefined);
    setStart(dataDir, 1000);
    const failure = await failureOf(restart);
    assert.ok(failure instanceof StoreCorrupted, failure.message);
    assert.equal(failure.abortClass, 'fatal');
  }),
);

negative('C-60', 'opens no store under another hedge secret', () =>
  withStore(async ({ dataDir, tamper }) => {
    await tamper('keys.db', () => undefined);
    const other = sha256('another hedge secret');
    const failure = await failureOf(() => openStore(dataDir, modules.clock, other).close());
    assert.ok(failure instanceof StoreCorrupted, failure.message);
  }),
);
