import { Transaction, hexlify } from 'ethers';
import t, { type Test } from 'tap';
import { type Client, type Wallet, connect, standardModules } from '../../client/index.ts';
import { createStampPair } from '../support/certificate.ts';
import { type FakeWalletService, startFakeWalletService } from '../support/fake-wallet-service.ts';
import { InvalidInput } from '../../core/index.ts';
import { TrefoilError } from '../../wire/status.ts';
import type { SignResponse, Wallet as WireWallet } from '../../wire/wallet.ts';

const REQUEST_ID = '123e4567-e89b-42d3-a456-426614174000';
const DIGEST = new Uint8Array(32).fill(0xd1);
const RAW_ITEM = { path: [0, 7], payload: { kind: 'raw_digest', digest: DIGEST } } as const;
const TRANSFER = {
  type: 2,
  chainId: 31_337,
  nonce: 0,
  to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  value: 1n,
  gasLimit: 21_000n,
  maxFeePerGas: 2n,
  maxPriorityFeePerGas: 1n,
};

type World = { readonly service: FakeWalletService; readonly client: Client };

function open(t: Test, service: FakeWalletService, changes: object = {}): Client {
  const { fixture, endpoint, cluster, coordinator, tls } = service;
  const client = connect(
    {
      ...{ endpoint, cluster, coordinator, tls },
      stamper: fixture.client.stamper,
      operatorKeys: [fixture.operator.key],
      timeoutMs: 10_000,
      ...changes,
    },
    standardModules(),
  );
  t.teardown(() => {
    client.close();
  });
  return client;
}

async function start(t: Test): Promise<World> {
  const service = await startFakeWalletService(t, 'client');
  return { service, client: open(t, service) };
}

/** The reason and the words of a refusal. */
const refusalOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'not refused',
    (error: unknown) => {
      if (error instanceof TrefoilError) return `${error.reason}: ${error.message}`;
      return error instanceof InvalidInput ? `InvalidInput: ${error.message}` : String(error);
    },
  );

const createInput = ({ fixture }: FakeWalletService) => fixture.request;

await t.test('makes a wallet and proves it by its certificate', async (t) => {
  const { service, client } = await start(t);

  const wallet = await client.createWallet(createInput(service));

  t.equal(wallet.name, service.walletName);
  t.ok(wallet.certificateVerified);
  t.same(wallet.root.publicKey, service.fixture.certificate.F[0]);
  t.same(wallet.committee, [1, 2, 3]);
});

await t.test('signs, verifies, and asks for a proven wallet only once', async (t) => {
  const { service, client } = await start(t);
  const input = { wallet: service.walletName, items: [RAW_ITEM], requestId: REQUEST_ID };

  const signed = await client.sign(input);
  await client.sign({ ...input, requestId: '123e4567-e89b-42d3-a456-426614174001' });

  t.same(service.calls, ['getWallet', 'sign', 'sign']);
  t.equal(signed.requestId, REQUEST_ID);
  t.same(signed.signers, [1, 3]);
  t.same(signed.results[0]?.digest, DIGEST);
  t.same(signed.results[0]?.path, [0, 7]);
});

await t.test('signs a transaction that ethers recovers the sender of', async (t) => {
  const { service, client } = await start(t);

  const signed = await client.signEvmTransaction({
    wallet: service.walletName,
    path: [3],
    transaction: TRANSFER,
  });

  const parsed = Transaction.from(hexlify(signed.signedPayload));
  t.equal(parsed.from, signed.address);
  t.equal(parsed.to, TRANSFER.to);
  t.equal(parsed.unsignedHash, hexlify(signed.digest));
});

await t.test('reads an earlier result again and verifies it', async (t) => {
  const { service, client } = await start(t);
  const wallet = service.walletName;
  const signed = await client.signEvmTransaction({
    ...{ wallet, transaction: TRANSFER, requestId: REQUEST_ID },
  });

  const again = await client.getSignature({ wallet, requestId: REQUEST_ID });

  t.same(again.results[0]?.signedPayload, signed.signedPayload);
  t.match(
    await refusalOf(
      client.getSignature({ wallet, requestId: '123e4567-e89b-42d3-a456-426614174009' }),
    ),
    /^REQUEST_NOT_FOUND/,
  );
});

await t.test('marks what is listed as not proven', async (t) => {
  const { service, client } = await start(t);

  const { wallets, nextPageToken } = await client.listWallets({ pageSize: 1 });

  t.equal(nextPageToken, 'next');
  t.same(
    wallets.map(({ name, certificateVerified }: Wallet) => ({ name, certificateVerified })),
    [{ name: service.walletName, certificateVerified: false }],
  );
});

await t.test('refuses every wallet that is not as its certificate says', async (t) => {
  const { service, client } = await start(t);
  const other = await startFakeWalletService(t, 'another wallet');
  const flipped = new Uint8Array(32).fill(1);
  const rootWith = (change: object) => (honest: WireWallet) => ({
    ...honest,
    ...(honest.root ? { root: { ...honest.root, ...change } } : {}),
  });
  const address = `0x${'0'.repeat(40)}`;
  const { certificate } = service.fixture;
  const lies: Record<string, (honest: WireWallet) => WireWallet> = {
    name: (honest) => ({ ...honest, keyId: flipped }),
    display_name: (honest) => ({ ...honest, displayName: 'treasury' }),
    threshold: (honest) => ({ ...honest, threshold: 3 }),
    committee: (honest) => ({ ...honest, committee: [1, 2] }),
    purposes: (honest) => ({ ...honest, purposes: ['evm'] }),
    address: rootWith({ address }),
    chain_code: rootWith({ chainCode: flipped }),
    public_key: rootWith({ publicKey: other.fixture.certificate.F[0] }),
    certificate: ({ certificate: _certificate, ...honest }) => honest,
    create_request: (honest) => ({ ...honest, certificate: other.fixture.certificate }),
    r4: (honest) => ({ ...honest, certificate: { ...certificate, r4: certificate.r4.slice(1) } }),
    F: (honest) => ({
      ...honest,
      certificate: { ...certificate, F: [...certificate.F].reverse() },
    }),
  };

  for (const [part, lie] of Object.entries(lies)) {
    service.lies.wallet = lie;
    const calls = [
      () => client.getWallet(service.walletName),
      () => client.createWallet(createInput(service)),
      () => client.sign({ wallet: service.walletName, items: [RAW_ITEM] }),
    ];
    for (const call of calls) {
      t.match(await refusalOf(call()), /^CERTIFICATE_INVALID/, part);
    }
  }
  t.notOk(service.calls.includes('sign'), 'nothing was signed');
});

await t.test('trusts the rosters of its own operators and cluster only', async (t) => {
  const { service } = await start(t);
  const stranger = open(t, service, { operatorKeys: [createStampPair().key] });

  t.match(
    await refusalOf(stranger.getWallet(service.walletName)),
    /^CERTIFICATE_INVALID.*no valid stamp by a known operator/,
  );
});

await t.test('returns no signature that it cannot verify', async (t) => {
  const { service, client } = await start(t);
  const first = (change: object) => (honest: SignResponse) => ({
    ...honest,
    results: honest.results.map((result) => ({ ...result, ...change })),
  });
  const zero = new Uint8Array(32);
  const lies: Record<string, (honest: SignResponse) => SignResponse> = {
    'another request': (honest) => ({
      ...honest,
      requestId: '123e4567-e89b-42d3-a456-426614174009',
    }),
    'another number of items': (honest) => ({
      ...honest,
      results: [...honest.results, ...honest.results],
    }),
    'another digest': first({ digest: zero }),
    'another path': first({ path: [0, 8] }),
    'does not verify': first({ s: zero }),
    'something else': first({ signedPayload: Uint8Array.of(1, 2, 3) }),
  };

  for (const [what, lie] of Object.entries(lies)) {
    service.lies.response = lie;
    const refusal = await refusalOf(client.sign({ wallet: service.walletName, items: [RAW_ITEM] }));
    t.match(refusal, new RegExp(`^SIGNATURE_REJECTED: .*${what}`), what);
  }
  service.lies.response = first({ signedPayload: Uint8Array.of(1, 2, 3) });
  t.match(
    await refusalOf(
      client.signEvmTransaction({ wallet: service.walletName, transaction: TRANSFER }),
    ),
    /^SIGNATURE_REJECTED: .*another payload/,
  );
});

await t.test(
  'checks the raw transaction of an earlier result, whose fields it does not know',
  async (t) => {
    const { service, client } = await start(t);
    const wallet = service.walletName;
    await client.signEvmTransaction({ wallet, transaction: TRANSFER, requestId: REQUEST_ID });
    const other = await client.signEvmTransaction({
      wallet,
      transaction: { ...TRANSFER, nonce: 1 },
    });

    service.lies.response = (honest) => ({
      ...honest,
      results: honest.results.map((result) => ({ ...result, signedPayload: other.signedPayload })),
    });

    t.match(
      await refusalOf(client.getSignature({ wallet, requestId: REQUEST_ID })),
      /^SIGNATURE_REJECTED: .*something else/,
    );
  },
);

await t.test('gives up at the deadline of the call', async (t) => {
  const { service, client } = await start(t);
  service.lies.delayMs = 60_000;
  const startedAt = performance.now();

  const refusal = await refusalOf(client.getWallet(service.walletName, { timeoutMs: 300 }));

  t.match(refusal, /^DEADLINE_PASSED/);
  t.ok(performance.now() - startedAt < 5_000);
});

await t.test('sends nothing that it could not verify afterwards', async (t) => {
  const { service, client } = await start(t);
  const payload = { kind: 'evm_message', message: DIGEST } as const;

  const refusal = await refusalOf(
    client.sign({ wallet: service.walletName, items: [{ path: [], payload }] }),
  );

  t.match(refusal, /^PAYLOAD_UNSUPPORTED: items\[0\]\.evm_message/);
  t.same(service.calls, []);
});

await t.test(
  'does not talk to a server of another name, and says when nobody answers',
  async (t) => {
    const { service } = await start(t);
    const misled = open(t, service, { coordinator: 'b' });
    const lonely = open(t, service, { endpoint: '127.0.0.1:1' });

    t.match(await refusalOf(misled.getCluster()), /^PEER_UNAVAILABLE/);
    t.match(await refusalOf(lonely.getCluster()), /^PEER_UNAVAILABLE/);
    t.equal((await open(t, service).getCluster()).coordinator, 'a');
  },
);
