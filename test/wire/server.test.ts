/** Servers and clients together, over real sockets and mutual TLS. */
import { Client, Metadata } from '@grpc/grpc-js';
import t from 'tap';
import { InvalidInput, ProtocolAbort } from '../../core/index.ts';
import { CHANNEL_OPTIONS, LIMITS } from '../../wire/limits.ts';
import { adminService, walletService } from '../../wire/services.ts';
import type { PeerIdentity } from '../../wire/spiffe.ts';
import { TrefoilError } from '../../wire/status.ts';
import { fixedChannelCredentials } from '../../wire/tls.ts';
import type { SignResponse } from '../../wire/wallet.ts';
import { createRpcWorld, idOf, SERVER } from '../support/rpc.ts';
import { until } from '../support/until.ts';
import { like } from '../support/like.ts';

const REQUEST_ID = '6f2d3a60-57f6-4b1e-9b0a-1c6a6f3f3b52';
const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(1);
const signed: SignResponse = {
  requestId: REQUEST_ID,
  results: [
    {
      r: bytes(32),
      s: bytes(32),
      recid: 0,
      digest: bytes(32),
      path: [],
      publicKey: bytes(33),
      address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    },
  ],
  signers: [1, 2],
};
const request = {
  request: bytes(100),
  stamps: [{ keyId: 'ab'.repeat(32), signature: bytes(64) }],
};
const world = await createRpcWorld(t);

await t.test('a call reaches its handler with the peer from the certificate', async (t) => {
  const seen: PeerIdentity[] = [];
  const { address } = await world.serve((server) => {
    server.handle(walletService.sign, async (received, { peer, method, deadline }) => {
      seen.push(peer);
      t.same(received, request);
      t.equal(method, 'WalletService/Sign');
      t.ok(Number.isFinite(deadline));
      return signed;
    });
  });
  const client = await world.client(address);
  t.same(await client.call(walletService.sign, request), signed);
  t.same(seen, [{ cluster: 'test', role: 'client', name: 'demo' }]);
});

await t.test('errors arrive with reason, field and facts', async (t) => {
  const thrown: Record<string, unknown> = {
    a: new TrefoilError('REQUEST_ID_REUSED', 'used before', { metadata: { requestId: 'x' } }),
    b: new InvalidInput('items[3].path[0]', 'must be below 2^31'),
    c: new ProtocolAbort('RVOLE_CHECK_FAILED', [2]),
    d: new Error('secret'),
  };
  const { address, errors } = await world.serve((server) => {
    server.handle(walletService.listWallets, async (page) => {
      throw thrown[page.pageToken];
    });
  });
  const client = await world.client(address);
  const call = (pageToken: string) =>
    client.call(walletService.listWallets, { pageSize: 1, pageToken });
  await t.rejects(call('a'), like({ reason: 'REQUEST_ID_REUSED', metadata: { requestId: 'x' } }));
  await t.rejects(call('b'), {
    reason: 'FIELD_INVALID',
    code: 'INVALID_ARGUMENT',
    fieldViolations: [{ field: 'items[3].path[0]' }],
  });
  await t.rejects(
    call('c'),
    like({
      reason: 'SESSION_BURNED',
      metadata: { check: 'C-39', culprits: '2' },
    }),
  );
  await t.rejects(call('d'), { reason: 'INTERNAL', message: 'internal error' });
  t.equal(errors.length, 4, 'the own log saw all of them');
});

await t.test('bad input is refused before the handler, garbage included', async (t) => {
  let calls = 0;
  const { address } = await world.serve((server) => {
    server.handle(walletService.sign, async () => {
      calls += 1;
      return signed;
    });
  });
  const client = await world.client(address);
  const refused = client.call(walletService.sign, { ...request, stamps: [] });
  await t.rejects(
    refused,
    like({ reason: 'FIELD_INVALID', fieldViolations: [{ field: 'stamps' }] }),
  );

  const pems = await world.pems('spiffe://test/client/demo');
  const raw = new Client(address, fixedChannelCredentials(pems, idOf(SERVER)), CHANNEL_OPTIONS);
  t.teardown(() => {
    raw.close();
  });
  const same = (content: Buffer): Buffer => content;
  const send = (content: Buffer): Promise<number> => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const options = { deadline: Date.now() + 10_000 };
    const { path } = walletService.sign;
    raw.makeUnaryRequest(path, same, same, content, new Metadata(), options, (error) => {
      resolve(error?.code ?? 0);
    });
    return promise;
  };
  t.equal(await send(Buffer.from('garbage')), 3);
  t.equal(await send(Buffer.alloc(0)), 3);
  t.equal(await send(Buffer.alloc(LIMITS.messageBytes, 1)), 3);
  t.equal(await send(Buffer.alloc(LIMITS.messageBytes + 1, 1)), 8, 'too large');
  t.equal(calls, 0);
  await client.call(walletService.sign, request);
  t.equal(calls, 1, 'and the server lives on');
});

await t.test('a malformed answer is the server’s fault', async (t) => {
  const { address } = await world.serve((server) => {
    server.handle(walletService.sign, async () => ({ ...signed, results: [] }));
  });
  const client = await world.client(address);
  await t.rejects(client.call(walletService.sign, request), like({ reason: 'UNKNOWN' }));
});

await t.test('authorization is per method and denies by default', async (t) => {
  const { address } = await world.serve(
    (server) => {
      server.handle(adminService.getCluster, async () => {
        throw new TrefoilError('INTERNAL', 'not reached');
      });
      server.handle(walletService.sign, async () => signed);
    },
    { authorize: (peer, method) => peer.role === 'client' && method === 'WalletService/Sign' },
  );
  const client = await world.client(address);
  t.same(await client.call(walletService.sign, request), signed);
  await t.rejects(client.call(adminService.getCluster, {}), like({ reason: 'METHOD_FORBIDDEN' }));
  const other = await world.client(address, { as: 'spiffe://test/signer/1' });
  await t.rejects(other.call(walletService.sign, request), like({ reason: 'METHOD_FORBIDDEN' }));
  await t.rejects(
    client.call(walletService.getWallet, { keyId: bytes(32) }),
    like({
      reason: 'METHOD_UNKNOWN',
    }),
  );
});

await t.test('a caller without a SPIFFE id or of another cluster is nobody', async (t) => {
  const { address } = await world.serve((server) => {
    server.handle(walletService.sign, async () => signed);
  });
  for (const as of ['https://test/client/demo', 'spiffe://other/client/demo']) {
    const pems = await world.pems(as);
    const raw = new Client(address, fixedChannelCredentials(pems, idOf(SERVER)), CHANNEL_OPTIONS);
    t.teardown(() => {
      raw.close();
    });
    const same = (content: Buffer): Buffer => content;
    const { promise, resolve } = Promise.withResolvers<number>();
    const options = { deadline: Date.now() + 10_000 };
    const { path } = walletService.sign;
    raw.makeUnaryRequest(path, same, same, Buffer.alloc(0), new Metadata(), options, (error) => {
      resolve(error?.code ?? 0);
    });
    t.equal(await promise, 16, as);
  }
});

await t.test('deadlines and cancellation reach the handler', async (t) => {
  const reasons: unknown[] = [];
  const { address } = await world.serve((server) => {
    server.handle(walletService.sign, async (_request, { signal }) => {
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => {
        reasons.push((signal.reason as TrefoilError).reason);
        reject(new Error('stopped'));
      });
      return promise;
    });
  });
  const client = await world.client(address);
  await client.waitForReady(Date.now() + 10_000);
  const late = client.call(walletService.sign, request, { deadline: Date.now() + 100 });
  await t.rejects(late, like({ reason: 'DEADLINE_PASSED' }));
  await until('the handler saw the deadline', () => reasons.length === 1);

  const controller = new AbortController();
  const call = client.call(walletService.sign, request, {
    deadline: Date.now() + 60_000,
    signal: controller.signal,
  });
  setImmediate(() => {
    controller.abort();
  });
  await t.rejects(call, like({ reason: 'CALL_CANCELLED' }));
});

await t.test('work in progress is bounded', async (t) => {
  const { promise: gate, resolve: release } = Promise.withResolvers<undefined>();
  const { address } = await world.serve(
    (server) => {
      server.handle(walletService.sign, async () => {
        await gate;
        return signed;
      });
    },
    { maxConcurrentCalls: 2 },
  );
  const client = await world.client(address);
  const calls = [1, 2, 3, 4].map(() => client.call(walletService.sign, request));
  const settled = Promise.allSettled(calls);
  const failures = calls.map((call) =>
    call.then(
      () => undefined,
      (error: unknown) => error,
    ),
  );
  const [first] = await Promise.all([
    Promise.any(
      failures.map(async (failure) => {
        const error = await failure;
        if (error === undefined) throw new Error('succeeded');
        return error;
      }),
    ),
  ]);
  t.match(first, { reason: 'OVERLOADED' });
  release(undefined);
  const outcomes = await settled;
  t.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 2);
});

await t.test('an unreachable server is unavailable in time', async (t) => {
  const { server, address } = await world.serve(() => undefined);
  await server.stop();
  const client = await world.client(address);
  const call = client.call(walletService.sign, request, { deadline: Date.now() + 5000 });
  await t.rejects(call, like({ reason: 'PEER_UNAVAILABLE' }));
  t.notOk(client.isConnected());
  await t.rejects(client.waitForReady(Date.now() + 50), like({ reason: 'DEADLINE_PASSED' }));
});

await t.test('health and reflection answer those who may ask', async (t) => {
  const { server, address } = await world.serve(() => undefined, {
    authorize: (_peer, method) => method === 'Health/Check',
  });
  const pems = await world.pems('spiffe://test/client/demo');
  const raw = new Client(address, fixedChannelCredentials(pems, idOf(SERVER)), CHANNEL_OPTIONS);
  t.teardown(() => {
    raw.close();
  });
  const same = (content: Buffer): Buffer => content;
  const check = (): Promise<string> => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const path = '/grpc.health.v1.Health/Check';
    raw.makeUnaryRequest(path, same, same, Buffer.alloc(0), (error, answer) => {
      if (error === null) resolve((answer ?? Buffer.alloc(0)).toString('hex'));
      else reject(error);
    });
    return promise;
  };
  t.equal(await check(), '0802', 'NOT_SERVING');
  server.setServing(true);
  t.equal(await check(), '0801', 'SERVING');
  const path = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
  const call = raw.makeBidiStreamRequest(path, same, same, new Metadata(), {});
  const { promise, resolve } = Promise.withResolvers<number>();
  call.on('error', () => undefined);
  call.on('status', ({ code }) => {
    resolve(code);
  });
  call.resume();
  call.end();
  t.equal(await promise, 7, 'not granted here');
});
