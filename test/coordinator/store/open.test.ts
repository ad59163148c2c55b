import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import t from 'tap';
import { openStore, StoreUnusable } from '../../../coordinator/store/open.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const now = () => 1_800_000_000_000;

t.test('makes the database and its folder, and opens it again', async (t) => {
  const path = join(temporaryDirectory(t), 'data', 'coordinator.db');
  const first = await openStore({ path }, { now });
  await first.wallets.create(wallet());
  await first.close();

  const second = await openStore({ path }, { now });
  t.equal((await second.wallets.get(wallet().name))?.displayName, 'treasury');
  await second.close();
});

t.test('does not open what a newer version has written', async (t) => {
  const path = join(temporaryDirectory(t), 'coordinator.db');
  await (await openStore({ path }, { now })).close();
  const database = new DatabaseSync(path);
  database.exec(`insert into kysely_migration values ('9999-from-the-future', '2030-01-01')`);
  database.close();

  await t.rejects(openStore({ path }, { now }), StoreUnusable);
});

t.test('concurrent work on the one connection does not mix', async (t) => {
  const store = await openStore({ path: ':memory:' }, { now });
  t.teardown(() => store.close());

  const created = await Promise.all(
    Array.from({ length: 20 }, () => store.wallets.create(wallet())),
  );

  t.same(new Set(created.map(({ seq }) => seq)).size, 1);
});

function wallet() {
  return {
    name: `wallets/${'ab'.repeat(32)}`,
    requestId: '6f2d3a60-57f6-4b1e-9b0a-1c6a6f3f3b52',
    displayName: 'treasury',
    threshold: 2,
    committee: [1, 2, 3],
    purposes: ['evm', 'raw'] as const,
    stampedRequest: new Uint8Array([1, 2, 3]),
  };
}
