import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import { LedgerConflict, StoreUnavailable } from '../../../signer/store/errors.ts';
import { createGroupCommit, type GroupCommit } from '../../../signer/store/group-commit.ts';
import { negative } from '../../support/negative.ts';

type Fixture = {
  readonly group: GroupCommit;
  readonly insert: (text: string) => () => string;
  readonly rows: () => unknown[];
  readonly database: DatabaseSync;
  /** COMMITs so far. */
  readonly commits: () => number;
};

function fixture(): Fixture {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE rows (text TEXT UNIQUE) STRICT');
  let commits = 0;
  const observed = new Proxy(database, {
    get: (target, name) => {
      if (name !== 'exec') {
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      }
      return (sql: string) => {
        target.exec(sql);
        if (sql === 'COMMIT') commits += 1;
      };
    },
  });
  const statement = database.prepare('INSERT INTO rows VALUES (?)');
  return {
    database,
    group: createGroupCommit(observed),
    insert: (text) => () => {
      statement.run(text);
      return text;
    },
    rows: () =>
      database
        .prepare('SELECT text FROM rows')
        .all()
        .map((row) => row['text']),
    commits: () => commits,
  };
}

await t.test('operations of one turn share one commit, in their order', async (t) => {
  const { group, insert, rows, commits } = fixture();
  t.same(await Promise.all(['a', 'b', 'c'].map((text) => group.run(insert(text)))), [
    'a',
    'b',
    'c',
  ]);
  t.equal(commits(), 1);
  await group.run(insert('d'));
  t.equal(commits(), 2);
  t.same(rows(), ['a', 'b', 'c', 'd']);
});

await t.test('operations that a settled one starts go into the next commit', async (t) => {
  const { group, insert, commits } = fixture();
  await group.run(insert('a')).then(() => group.run(insert('b')));
  t.equal(commits(), 2);
});

await t.test('a refusal is its own; the others are committed', async (t) => {
  const { group, insert, rows } = fixture();
  const refuse = (): never => {
    throw new LedgerConflict('other-bytes', 'id');
  };
  const outcomes = await Promise.allSettled([
    group.run(insert('a')),
    group.run(refuse),
    group.run(insert('b')),
  ]);
  t.match(outcomes, [{ status: 'fulfilled' }, { status: 'rejected' }, { status: 'fulfilled' }]);
  t.same(rows(), ['a', 'b']);
});

await t.test(
  'an operation that fails in the database fails its whole turn, and the next works',
  async (t) => {
    const { group, insert, rows } = fixture();
    const outcomes = await Promise.allSettled([
      group.run(insert('a')),
      group.run(insert('a')),
      group.run(insert('b')),
    ]);
    t.ok(
      outcomes.every(
        (outcome) => outcome.status === 'rejected' && outcome.reason instanceof StoreUnavailable,
      ),
    );
    t.same(rows(), []);
    t.equal(await group.run(insert('a')), 'a');
  },
);

await t.test('close commits the queue at once', async (t) => {
  const { group, insert, rows } = fixture();
  const queued = group.run(insert('a'));
  group.close();
  t.same(rows(), ['a']);
  t.equal(await queued, 'a');
  await t.rejects(group.run(insert('b')), StoreUnavailable);
});

negative('C-49', 'rejects every row of a commit that the disk had no room for', async () => {
  const { group, insert, rows, database } = fixture();
  await group.run(insert('first'));
  database.exec(`PRAGMA max_page_count = ${pageCount(database)}`);

  const large = 'x'.repeat(100_000);
  const outcomes = await Promise.allSettled([
    group.run(insert('small')),
    group.run(insert(large)),
    group.run(insert('small too')),
  ]);

  for (const outcome of outcomes) {
    assert.equal(outcome.status, 'rejected');
    assert.ok(outcome.reason instanceof StoreUnavailable);
    assert.equal(outcome.reason.check, 'C-49');
    assert.match(outcome.reason.message, /full/);
  }
  assert.deepEqual(rows(), ['first']);

  database.exec('PRAGMA max_page_count = 100000');
  assert.equal(await group.run(insert(large)), large);
});

function pageCount(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
}
