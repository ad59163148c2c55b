import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import { inTransaction, openDatabase } from '../../../signer/store/database.ts';
import { SchemaTooNew, StoreCorrupted, StoreUnavailable } from '../../../signer/store/errors.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const FIRST = 'CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1)';
const SECOND = 'CREATE TABLE b (y INTEGER) STRICT; INSERT INTO b SELECT x FROM a';

function pragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

await t.test('every commit is synced and what is deleted is overwritten', async (t) => {
  const database = openDatabase(join(temporaryDirectory(t), 'a.db'), [FIRST]);
  t.equal(pragma(database, 'journal_mode'), 'wal');
  t.equal(pragma(database, 'synchronous'), 2, 'FULL');
  t.equal(pragma(database, 'secure_delete'), 1);
  t.equal(pragma(database, 'foreign_keys'), 1);
  database.close();
});

await t.test('migrations run once, in order, from whatever version is there', async (t) => {
  const path = join(temporaryDirectory(t), 'a.db');
  openDatabase(path, [FIRST]).close();
  openDatabase(path, [FIRST]).close();
  const database = openDatabase(path, [FIRST, SECOND]);
  t.equal(pragma(database, 'user_version'), 2);
  t.same(
    database
      .prepare('SELECT y FROM b')
      .all()
      .map(({ y }) => y),
    [1],
  );
  database.close();
  t.throws(() => openDatabase(path, [FIRST]), SchemaTooNew);
});

await t.test('a migration that fails leaves the version before it', async (t) => {
  const path = join(temporaryDirectory(t), 'a.db');
  openDatabase(path, [FIRST]).close();
  t.throws(
    () => openDatabase(path, [FIRST, `${SECOND}; SELECT nonsense FROM a`]),
    StoreUnavailable,
  );
  const database = new DatabaseSync(path);
  t.equal(pragma(database, 'user_version'), 1);
  t.throws(() => database.prepare('SELECT * FROM b'));
  database.close();
});

await t.test('a transaction is all or nothing', async (t) => {
  const database = openDatabase(join(temporaryDirectory(t), 'a.db'), [FIRST]);
  const rows = (): unknown => database.prepare('SELECT count(*) AS n FROM a').get()?.['n'];
  t.throws(
    () =>
      inTransaction(database, () => {
        database.exec('INSERT INTO a VALUES (2)');
        throw new Error('changed my mind');
      }),
    { message: 'changed my mind' },
  );
  t.equal(rows(), 1);
  t.equal(
    inTransaction(database, () => {
      database.exec('INSERT INTO a VALUES (2)');
      return 'done';
    }),
    'done',
  );
  t.equal(rows(), 2);
  database.close();
});

await t.test('a damaged file is corrupted, a closed one is unavailable', async (t) => {
  const path = join(temporaryDirectory(t), 'a.db');
  const database = openDatabase(path, [FIRST]);
  database.close();
  t.throws(() => inTransaction(database, () => undefined), StoreUnavailable);
  const { writeFileSync } = await import('node:fs');
  writeFileSync(path, 'not a database, however long it may be'.repeat(100));
  t.throws(() => openDatabase(path, [FIRST]), StoreCorrupted);
  t.throws(() => openDatabase(join(path, 'below-a-file.db'), [FIRST]), StoreUnavailable);
});
