import { join } from 'node:path';
import { JsonRpcProvider, Transaction, hexlify } from 'ethers';
import t, { type Test } from 'tap';
import { type Client, connect, standardModules } from '../../../client/index.ts';
import { requireProven } from '../../../client/wallet.ts';
import { LOCAL_CHAIN_ID, findAnvil, startChain } from '../../../cli/local/chain.ts';
import { runDemo } from '../../../cli/local/demo.ts';
import { createPortAllocator } from '../../../cli/local/ports.ts';
import { startFakeWalletService } from '../../support/fake-wallet-service.ts';
import { testRuntime } from '../../support/runtime.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const OPTIONS = { displayName: 'demo', threshold: 2, committee: [1, 2, 3] };
const anvil = findAnvil(process.env['PATH'] ?? '');

/** A client whose new wallet is always the one of the fake service. */
async function openClient(t: Test): Promise<Client> {
  const service = await startFakeWalletService(t, 'demo');
  const { endpoint, cluster, coordinator, tls, fixture } = service;
  const client = connect(
    {
      ...{ endpoint, cluster, coordinator, tls, timeoutMs: 10_000 },
      stamper: fixture.client.stamper,
      operatorKeys: [fixture.operator.key],
    },
    standardModules(),
  );
  t.teardown(() => {
    client.close();
  });
  const createWallet = async () => requireProven(await client.getWallet(service.walletName));
  return { ...client, createWallet };
}

await t.test('signs a transfer where there is no chain, and sends nothing', async (t) => {
  const phases: string[] = [];
  const result = await runDemo(OPTIONS, {
    client: await openClient(t),
    chain: { provider: undefined, chainId: LOCAL_CHAIN_ID },
    phase: (title, run) => {
      phases.push(title);
      return run();
    },
  });

  const parsed = Transaction.from(hexlify(result.signed.signedPayload));
  t.same([parsed.type, parsed.nonce, parsed.from], [2, 0, result.wallet.root.address]);
  t.equal(result.hash, parsed.hash);
  t.ok(result.verified);
  t.equal(result.blockNumber, undefined);
  t.same(phases, ['wallet by distributed key generation', 'signature by 2 signers']);
});

await t.test(
  'funds the wallet, sends the transfer and waits until it is mined',
  { skip: anvil === undefined && 'anvil is not installed' },
  async (t) => {
    if (anvil === undefined) return;
    const dir = join(temporaryDirectory(t), 'chain');
    const chain = await startChain({
      ...{ anvil, dir, runtime: testRuntime() },
      port: await createPortAllocator().take(0),
      stateFile: join(dir, 'state.json'),
      logFile: join(dir, 'anvil.log'),
    });
    t.teardown(() => chain.process.stop());
    const provider = new JsonRpcProvider(chain.rpc, chain.chainId, {
      staticNetwork: true,
      cacheTimeout: -1,
    });
    t.teardown(() => {
      provider.destroy();
    });
    const client = await openClient(t);
    const modules = {
      client,
      chain: { provider, chainId: chain.chainId },
      phase: <T>(_title: string, run: () => Promise<T>) => run(),
    };

    const first = await runDemo(OPTIONS, modules);
    const second = await runDemo(OPTIONS, modules);

    t.same([first.blockNumber, second.blockNumber], [2, 4]);
    const receipt = await provider.getTransactionReceipt(second.hash);
    t.equal(receipt?.from, second.wallet.root.address);
    t.equal(Transaction.from(hexlify(second.signed.signedPayload)).nonce, 1);
  },
);
