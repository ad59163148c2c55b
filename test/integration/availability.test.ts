import t from 'tap';
import { TrefoilError, type Client, type Signatures } from '../../client/index.ts';
import { discardCluster, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { until } from '../support/until.ts';
import { randomBytes } from 'node:crypto';

const SIGNATURES = 60;
const IN_FLIGHT = 4;
const DEADLINE_MS = 10_000;

let cluster: TestCluster;
let client: Client;
let wallet: string;

// Real processes on a machine that other tests use as well.
t.setTimeout(220_000);

t.before(async () => {
  cluster = await startTestCluster({ proxied: true });
  t.teardown(() => discardCluster(cluster));
  client = cluster.openClient();
  t.teardown(() => {
    client.close();
  });
  const created = await client.createWallet(
    { displayName: 'availability', threshold: 2, committee: [1, 2, 3], purposes: ['raw'] },
    { timeoutMs: 20_000 },
  );
  wallet = created.name;
});

const signOnce = (): Promise<Signatures> => {
  const payload = { kind: 'raw_digest', digest: new Uint8Array(randomBytes(32)) } as const;
  return client.sign({ wallet, items: [{ path: [0, 1], payload }] }, { timeoutMs: DEADLINE_MS });
};

type Tally = { readonly failures: unknown[]; readonly signers: Map<number, number> };

/** Requests 60 signatures, 4 at a time; `midway` runs once, when a quarter is done. */
async function signMany(midway: () => Promise<void> | void): Promise<Tally> {
  const tally: Tally = { failures: [], signers: new Map() };
  let begun = 0;
  let done = 0;
  let faulted: Promise<void> | undefined;
  const worker = async (): Promise<void> => {
    while (begun < SIGNATURES) {
      begun += 1;
      try {
        const { signers } = await signOnce();
        for (const index of signers) tally.signers.set(index, (tally.signers.get(index) ?? 0) + 1);
      } catch (error) {
        tally.failures.push(error);
      }
      done += 1;
      if (done >= SIGNATURES / 4) faulted ??= Promise.resolve(midway());
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  await faulted;
  return tally;
}

/** Every quorum can sign again. */
const settled = (): Promise<void> => cluster.waitForPairs();

t.test('no request fails when one of three signers is killed', async (t) => {
  await settled();

  const tally = await signMany(() => cluster.killSigner(2));

  t.same(tally.failures, []);
  t.ok(cluster.signer(2).process.hasEnded(), 'the fault fired');
  await cluster.restartSigner(2);
});

t.test('no request fails when one of three signers is stopped', async (t) => {
  await settled();

  const tally = await signMany(() => {
    cluster.pauseSigner(3);
  });
  const last = await signOnce();

  t.same(tally.failures, []);
  t.same(last.signers, [1, 2], 'the stopped signer takes no part');
  cluster.resumeSigner(3);
});

t.test('no request fails when one of three signers is cut off', async (t) => {
  await settled();

  const tally = await signMany(() => {
    cluster.proxy(1).cut();
  });

  t.same(tally.failures, []);
  t.ok(cluster.proxy(1).swallowedBytes() > 0, 'the fault fired');
  cluster.proxy(1).heal();
});

t.test('two signers down: UNAVAILABLE in time, and recovery by itself', async (t) => {
  await settled();
  await cluster.killSigner(1);
  cluster.pauseSigner(2);

  const startedAt = performance.now();
  const refusal = await signOnce().then(
    () => undefined,
    (error: unknown) => error,
  );

  t.ok(refusal instanceof TrefoilError);
  t.match(refusal, { code: 'UNAVAILABLE' });
  t.ok(performance.now() - startedAt < DEADLINE_MS, 'within the deadline');

  cluster.resumeSigner(2);
  await until(
    'a signature by signers 2 and 3',
    () =>
      signOnce().then(
        () => true,
        () => false,
      ),
    60_000,
  );
  await cluster.restartSigner(1);
  await settled();
  t.same((await signOnce()).signers.length, 2);
});
