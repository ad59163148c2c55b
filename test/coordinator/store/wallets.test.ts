import t, { type Test } from 'tap';
import { openStore } from '../../../coordinator/store/open.ts';
import { quorumCount, type NewWallet } from '../../../coordinator/store/wallets.ts';

const named = (digit: string): NewWallet => ({
  name: `wallets/${digit.repeat(64)}`,
  requestId: '6f2d3a60-57f6-4b1e-9b0a-1c6a6f3f3b52',
  displayName: `wallet ${digit}`,
  threshold: 2,
  committee: [1, 2, 3],
  purposes: ['evm', 'raw'],
  stampedRequest: new Uint8Array([1, 2, 3]),
});
const key = {
  certificate: new Uint8Array([1]),
  publicKey: new Uint8Array(33).fill(2),
  chainCode: new Uint8Array(32).fill(3),
  address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
};
const { name } = named('a');

async function open(t: Test) {
  const store = await openStore({ path: ':memory:' }, { now: () => 1_800_000_000_000 });
  t.teardown(() => store.close());
  return store.wallets;
}

t.test('a wallet is being created until its certificate is there', async (t) => {
  const wallets = await open(t);

  const created = await wallets.create(named('a'));
  t.match(created, {
    ...named('a'),
    state: 'creating',
    ready: false,
    createdAt: 1_800_000_000_000,
  });
  t.equal(created.key, undefined);
  t.equal((await wallets.listCreating()).length, 1);

  await wallets.activate(name, key);
  const active = await wallets.get(name);
  t.match(active, { state: 'active', key });
  t.same(await wallets.listCreating(), []);
});

t.test('an active wallet neither fails nor changes', async (t) => {
  const wallets = await open(t);
  await wallets.create(named('a'));
  await wallets.activate(name, key);

  await wallets.fail(name, 'too late');
  await wallets.discard(name);
  await wallets.activate(name, { ...key, address: 'other' });

  t.match(await wallets.get(name), { state: 'active', key });
});

t.test('a failed wallet says why, and a certificate still makes it active', async (t) => {
  const wallets = await open(t);
  await wallets.create(named('a'));

  await wallets.fail(name, 'a member gave its share up');
  t.match(await wallets.get(name), { state: 'failed', failure: 'a member gave its share up' });

  await wallets.activate(name, key);
  t.match(await wallets.get(name), { state: 'active', failure: undefined });
});

t.test('a refused creation is forgotten', async (t) => {
  const wallets = await open(t);
  await wallets.create(named('a'));

  await wallets.discard(name);

  t.equal(await wallets.get(name), undefined);
});

t.test('is ready once every quorum has signed', async (t) => {
  const wallets = await open(t);
  await wallets.create(named('a'));
  await wallets.activate(name, key);

  for (const quorum of [
    [1, 2],
    [1, 3],
    [1, 2],
  ])
    await wallets.noteQuorum(name, quorum);
  t.same(await wallets.quorumsOf(name), new Set(['1,2', '1,3']));
  t.equal((await wallets.get(name))?.ready, false);

  await wallets.noteQuorum(name, [2, 3]);
  t.equal((await wallets.get(name))?.ready, true);
});

t.test('pages follow the order of creation', async (t) => {
  const wallets = await open(t);
  for (const digit of ['c', 'a', 'b']) await wallets.create(named(digit));

  const first = await wallets.list({ after: 0, limit: 2 });
  const second = await wallets.list({ after: first.at(-1)?.seq ?? 0, limit: 2 });

  t.same(
    [...first, ...second].map(({ displayName }) => displayName),
    ['wallet c', 'wallet a', 'wallet b'],
  );
});

t.test('counts quorums', async (t) => {
  t.equal(quorumCount(3, 2), 3);
  t.equal(quorumCount(7, 4), 35);
  t.equal(quorumCount(5, 5), 1);
  t.ok(quorumCount(255, 128) > 1e70);
});
