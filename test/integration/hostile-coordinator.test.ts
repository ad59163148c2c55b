/**
 * A stolen coordinator against real signer processes, with the coordinator's own certificates.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import type { ProvenWallet } from '../../client/index.ts';
import type { PartyIndex } from '../../core/index.ts';
import { createRpcClient, type RpcClient } from '../../wire/client.ts';
import { keyIdOfWallet } from '../../wire/request.ts';
import { signerService } from '../../wire/services.ts';
import type { PairInfo } from '../../wire/signer-info.ts';
import { fixedChannelCredentials } from '../../wire/tls.ts';
import { ATTACKS, type Prey } from '../adversary/hostile-coordinator.ts';
import { rawItem, testClientOf } from '../support/client-requests.ts';
import { discardCluster, startTestCluster } from '../support/cluster.ts';
import { RelayBus } from '../support/relay-bus.ts';
import { until } from '../support/until.ts';

// Real processes on a machine that other tests use as well.
t.setTimeout(220_000);

const clock = { now: () => Date.now() };
const signers = new Map<PartyIndex, RpcClient>();
let prey: Prey;

const preyOf = ({ name, root }: ProvenWallet): Prey['wallet'] => ({
  ...root,
  keyId: keyIdOfWallet(name, 'name'),
});

async function pairsOf(rpc: RpcClient): Promise<readonly PairInfo[]> {
  return (await rpc.call(signerService.getInfo, {})).pairs;
}

/** Signs for the client as an honest coordinator would. */
async function signHonestly(parties: readonly PartyIndex[]): Promise<void> {
  const { bus, client, wallet } = prey;
  const digest = new Uint8Array(randomBytes(32));
  const request = await client.sign(clock.now(), wallet.keyId, [rawItem(digest, [5])]);
  const session = bus.open({ parties, subject: { kind: 'sign', request, attempt: 0 } });
  await session.settled();
  session.signatures(wallet, [{ digest, path: [5] }]);
}

t.before(async () => {
  const cluster = await startTestCluster();
  t.teardown(() => discardCluster(cluster));
  const honest = cluster.openClient();
  const wallets: ProvenWallet[] = [];
  for (const displayName of ['prey', 'other']) {
    const shape = { threshold: 2, committee: [1, 2, 3], purposes: ['raw'] } as const;
    wallets.push(await honest.createWallet({ displayName, ...shape }, { timeoutMs: 20_000 }));
  }
  honest.close();
  await cluster.killCoordinator();

  const { cert, key, ca } = cluster.layout.coordinator;
  const pems = { cert: readFileSync(cert), key: readFileSync(key), ca: readFileSync(ca) };
  const bus = new RelayBus();
  for (const { index, member } of cluster.signers()) {
    const expected = { cluster: 'local', role: 'signer', name: String(index) } as const;
    const credentials = fixedChannelCredentials(pems, expected);
    const rpc = createRpcClient({ address: member.listen.grpc }, { credentials, clock });
    signers.set(index, rpc);
    t.teardown(() => {
      rpc.close();
    });
    bus.connect(index, (onFrame) => rpc.openRelay({ onFrame, onEnd: () => undefined }));
  }
  const pem = readFileSync(cluster.layout.client('demo').stampKey, 'utf8');
  const [wallet, otherWallet] = wallets.map(preyOf);
  if (wallet === undefined || otherWallet === undefined) throw new Error('no wallets');
  prey = { bus, client: testClientOf('demo', pem), wallet, otherWallet, now: clock.now };
});

for (const { name, run, shows } of ATTACKS) {
  t.test(
    `a coordinator that ${name}: no signature, no burn, the next request is signed`,
    async (t) => {
      const before = await Promise.all([...signers.values()].map(pairsOf));
      const keysBefore = await Promise.all(
        [...signers.values()].map((rpc) =>
          rpc.call(signerService.listKeys, { pageSize: 10, pageToken: '' }),
        ),
      );

      const { evidence, signed } = await run(prey);

      t.notOk(signed, 'no signature came out');
      t.match(evidence, shows, 'the attack reached its check');
      const keysAfter = await Promise.all(
        [...signers.values()].map((rpc) =>
          rpc.call(signerService.listKeys, { pageSize: 10, pageToken: '' }),
        ),
      );
      t.same(keysAfter, keysBefore, 'no key was made');
      await until('no pair is touched', async () => {
        const after = await Promise.all([...signers.values()].map(pairsOf));
        return JSON.stringify(after) === JSON.stringify(before);
      });
      for (const parties of [
        [1, 2],
        [1, 3],
        [2, 3],
      ])
        await signHonestly(parties);
    },
  );
}
