import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JsonRpcProvider } from 'ethers';
import t from 'tap';
import { LOCAL_CHAIN_ID, findAnvil, startChain } from '../../../cli/local/chain.ts';
import { testRuntime } from '../../support/runtime.ts';
import { createPortAllocator } from '../../../cli/local/ports.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const anvil = findAnvil(process.env['PATH'] ?? '');

await t.test(
  'mines on 127.0.0.1 and remembers its blocks',
  { skip: anvil === undefined && 'anvil is not installed' },
  async (t) => {
    if (anvil === undefined) return;
    const dir = join(temporaryDirectory(t), 'chain');
    const start = async () =>
      startChain({
        anvil,
        port: await createPortAllocator().take(0),
        dir,
        stateFile: join(dir, 'state.json'),
        logFile: join(dir, 'anvil.log'),
        runtime: testRuntime(),
      });

    const first = await start();
    t.teardown(() => first.process.stop());
    const provider = new JsonRpcProvider(first.rpc, LOCAL_CHAIN_ID, { staticNetwork: true });
    await provider.send('anvil_mine', ['0x2']);
    t.equal(await provider.getBlockNumber(), 2);
    provider.destroy();
    await first.process.stop();
    t.ok(existsSync(join(dir, 'state.json')));

    const second = await start();
    t.teardown(() => second.process.stop());
    const again = new JsonRpcProvider(second.rpc, LOCAL_CHAIN_ID, { staticNetwork: true });
    t.equal(await again.getBlockNumber(), 2);
    again.destroy();
  },
);

await t.test('finds an executable anvil on PATH, and none where there is none', async (t) => {
  const dir = temporaryDirectory(t);
  t.equal(findAnvil(dir, []), undefined);

  writeFileSync(join(dir, 'anvil'), '', { mode: 0o600 });
  t.equal(findAnvil(`/nowhere:${dir}`, []), undefined);

  chmodSync(join(dir, 'anvil'), 0o700);
  t.equal(findAnvil(`/nowhere:${dir}`, []), join(dir, 'anvil'));
});
