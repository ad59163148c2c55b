import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import t from 'tap';
import { NodeSqliteDialect } from '../../../coordinator/store/dialect.ts';

type Tables = { readonly things: { readonly id: number; readonly bytes: Uint8Array | null } };

t.test('reads and writes numbers, bytes and nulls', async (t) => {
  const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(new DatabaseSync(':memory:')) });
  t.teardown(() => db.destroy());
  await db.schema
    .createTable('things')
    .addColumn('id', 'integer')
    .addColumn('bytes', 'blob')
    .execute();

  await db
    .insertInto('things')
    .values([
      { id: 1, bytes: new Uint8Array([1, 2]) },
      { id: 2, bytes: null },
    ])
    .execute();

  t.same(await db.selectFrom('things').selectAll().orderBy('id').execute(), [
    { id: 1, bytes: new Uint8Array([1, 2]) },
    { id: 2, bytes: null },
  ]);
  const { numUpdatedRows } = await db
    .updateTable('things')
    .set({ id: 3 })
    .executeTakeFirstOrThrow();
  t.equal(numUpdatedRows, 2n);
  await t.rejects(sql`select ${new Date()}`.execute(db), TypeError, 'what SQLite cannot hold');
});

t.test('a transaction that fails leaves nothing, tables included', async (t) => {
  const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(new DatabaseSync(':memory:')) });
  t.teardown(() => db.destroy());

  await t.rejects(
    db.transaction().execute(async (transaction) => {
      await transaction.schema.createTable('things').addColumn('id', 'integer').execute();
      throw new Error('half-way');
    }),
  );

  await t.rejects(db.selectFrom('things').selectAll().execute(), /no such table/);
});
