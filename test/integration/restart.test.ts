import { randomBytes } from 'node:crypto';
import t from 'tap';
import type { Client } from '../../client/index.ts';
import { discardCluster, startTestCluster } from '../support/cluster.ts';

const digest = (): Uint8Array => new Uint8Array(randomBytes(32));
const item = { path: [1], payload: { kind: 'raw_digest', digest: digest() } } as const;

/** The same request, byte for byte, whenever it is made. */
const repeatable = {
  requestId: '6f1b0f64-6a0c-4e6e-9a54-0f5b9d1c7e21',
  notBefore: Date.now() - 5_000,
  notAfter: Date.now() + 600_000,
  items: [item],
};

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

// Real processes on a machine that other tests use as well.
t.setTimeout(220_000);

t.test('after a restart of every process all wallets sign again by themselves', async (t) => {
  const before = await startTestCluster();
  const { dir } = before;
  const wallets: string[] = [];
  const first = before.openClient();
  for (const displayName of ['one', 'two', 'three']) {
    const input = { displayName, threshold: 2, committee: [1, 2, 3], purposes: ['raw'] } as const;
    wallets.push((await first.createWallet(input, { timeoutMs: 20_000 })).name);
  }
  const [wallet = ''] = wallets;
  const signed = await first.sign({ ...repeatable, wallet }, { timeoutMs: 10_000 });
  first.close();
  await before.stop();

  const after = await startTestCluster({ dir });
  const client: Client = after.openClient();
  t.teardown(async () => {
    client.close();
    await discardCluster(after);
  });

  const listed = await client.listWallets();
  t.same(new Set(listed.wallets.map(({ name }) => name)), new Set(wallets));
  for (const name of wallets) {
    const items = [{ path: [], payload: { kind: 'raw_digest', digest: digest() } as const }];
    const result = await client.sign({ wallet: name, items }, { timeoutMs: 10_000 });
    t.equal(result.results.length, 1, 'signs again');
  }

  const again = await client.sign({ ...repeatable, wallet }, { timeoutMs: 10_000 });
  t.equal(
    hex(again.results[0]?.s),
    hex(signed.results[0]?.s),
    'the same request, the same signature',
  );

  await t.test(
    'one process at a time, killed: the same request gives the same signature',
    async (t) => {
      await after.killCoordinator();
      await after.restartCoordinator();
      await after.waitForPairs();
      await after.killSigner(1);
      await after.restartSigner(1);
      await after.waitForPairs();
      const once = await client.sign({ ...repeatable, wallet }, { timeoutMs: 10_000 });
      t.equal(hex(once.results[0]?.r), hex(signed.results[0]?.r));
      const fresh = await client.sign(
        { wallet, items: [{ path: [2], payload: { kind: 'raw_digest', digest: digest() } }] },
        { timeoutMs: 10_000 },
      );
      t.equal(fresh.signers.length, 2);
    },
  );
});
