import { createServer, type Server } from 'node:net';
import t from 'tap';
import { createPortAllocator } from '../../../cli/local/ports.ts';

async function listen(port: number): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, port: address.port };
}

await t.test('takes the next free port when the wanted one is in use', async (t) => {
  const taken = await listen(0);
  t.teardown(() => taken.server.close());

  const port = await createPortAllocator().take(taken.port);

  t.ok(port > taken.port);
  const bound = await listen(port);
  bound.server.close();
});

await t.test('gives no port twice', async (t) => {
  const ports = createPortAllocator();
  const first = await ports.take(0);
  const second = await ports.take(first);
  const third = await ports.take(first);

  t.equal(new Set([first, second, third]).size, 3);
});

await t.test('says so when there is no port left', async (t) => {
  const last = await listen(65_535).catch(() => undefined);
  t.teardown(() => last?.server.close());

  await t.rejects(createPortAllocator().take(65_535), { message: /no free port/ });
});
