/**
 * 200 signatures of a running cluster over random wallets, paths and digests, for three verifiers
 * that know nothing of it.
 */
import t from 'tap';
import type { ProvenWallet } from '../../client/index.ts';
import { toHex } from '../../core/index.ts';
import { discardCluster, startTestCluster } from '../support/cluster.ts';
import { randomOf } from '../support/rng.ts';
import { assertVerifies, childKeyByEthers, messageOf } from '../support/verify-signature.ts';

const WALLETS = 5;
const REQUESTS = 25;
const ITEMS = 8;
const IN_FLIGHT = 4;

t.test(
  '200 signatures verify in noble, ethers and node:crypto; all R differ, all s are low',
  async (t) => {
    t.setTimeout(220_000);
    const random = randomOf(t);
    const cluster = await startTestCluster();
    t.teardown(() => discardCluster(cluster));
    const client = cluster.openClient();
    t.teardown(() => {
      client.close();
    });
    const wallets: ProvenWallet[] = [];
    for (let k = 0; k < WALLETS; k += 1) {
      const shape = { threshold: 2, committee: [1, 2, 3], purposes: ['raw'] } as const;
      wallets.push(await client.createWallet({ displayName: `w${k}`, ...shape }));
    }

    const R = new Set<string>();
    const quorums = new Set<string>();
    const signOnce = async (): Promise<void> => {
      const { name, root } = random.pick(wallets);
      const asked = Array.from({ length: ITEMS }, () => ({
        message: messageOf(random.bytes(random.below(100))),
        path: Array.from({ length: random.below(5) }, () => random.below(2 ** 31)),
      }));
      const items = asked.map(({ message: { digest }, path }) => ({
        path,
        payload: { kind: 'raw_digest', digest } as const,
      }));
      const { results, signers } = await client.sign(
        { wallet: name, items },
        { timeoutMs: 30_000 },
      );
      quorums.add(signers.join());
      results.forEach((signature, m) => {
        const item = asked[m];
        if (item === undefined) throw new Error('more results than items');
        assertVerifies(childKeyByEthers(root, item.path), item.message, signature);
        R.add(toHex(signature.r));
      });
    };
    let begun = 0;
    const worker = async (): Promise<void> => {
      while (begun < REQUESTS) {
        begun += 1;
        await signOnce();
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));

    t.equal(R.size, REQUESTS * ITEMS, 'all R distinct');
    t.comment(`quorums: ${[...quorums].join(' | ')}`);
  },
);
