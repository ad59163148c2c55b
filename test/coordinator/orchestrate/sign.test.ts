import { secp256k1 } from '@noble/curves/secp256k1.js';
import t, { type Test } from 'tap';
import { serializeTransaction, parseTransaction, recoverTransactionAddress } from 'viem';
import type { PayloadItem } from '../../../wire/sign-request.ts';
import { createTestClient, rawItem } from '../../support/client-requests.ts';
import {
  startCoordinator,
  startPairedSigners,
  type TestCoordinator,
  type TestCoordinatorOptions,
} from '../../support/coordinator.ts';
import type { Signers, SignersOptions } from '../../support/in-process-signers.ts';
import { like } from '../../support/like.ts';
import { until } from '../../support/until.ts';

type World = TestCoordinator & {
  readonly signers: Signers;
  readonly keyId: Uint8Array;
  /** A stamped request of these items, or of one digest. */
  readonly request: (
    items?: readonly PayloadItem[],
    changes?: { readonly requestId?: string },
  ) => Promise<Awaited<ReturnType<Signers['client']['sign']>>>;
};

/** Three signers, a coordinator and a wallet. */
async function open(
  t: Test,
  options: {
    readonly signers?: SignersOptions;
    readonly coordinator?: TestCoordinatorOptions;
  } = {},
): Promise<World> {
  const signers = await startPairedSigners(t, options.signers);
  const world = await startCoordinator(t, signers, options.coordinator);
  const { keyId, ...stamped } = await signers.client.createWallet(signers.time.now());
  await world.createWallet(stamped);
  await world.ready(1, 2, 3);
  const request: World['request'] = (
    items = [rawItem(signers.random.bytes(32), [0, 5])],
    changes,
  ) => signers.client.sign(signers.time.now(), keyId, items, changes);
  return { ...world, signers, keyId, request };
}

t.test('signs all items with the keys at their paths', async (t) => {
  const { sign, request, store, signers } = await open(t);
  const [first, second] = [signers.random.bytes(32), signers.random.bytes(32)];

  const { results, signers: quorum } = await sign(
    await request([rawItem(first), rawItem(second, [44, 0])]),
  );

  t.equal(quorum.length, 2);
  t.equal(results.length, 2);
  for (const [i, digest] of [first, second].entries()) {
    const item = results[i];
    if (!item) throw new Error('no result');
    t.same(item.digest, digest);
    t.ok(
      secp256k1.verify(new Uint8Array([...item.r, ...item.s]), digest, item.publicKey, {
        prehash: false,
        lowS: true,
      }),
    );
  }
  t.notSame(results[0]?.publicKey, results[1]?.publicKey);
  const [wallet] = await store.wallets.list({ after: 0, limit: 1 });
  t.same(results[0]?.publicKey, wallet?.key?.publicKey, 'the empty path is the root key');
});

t.test('returns a transaction ready to be sent', async (t) => {
  const { sign, request } = await open(t);
  const unsigned = serializeTransaction({
    ...{ type: 'eip1559', chainId: 1, nonce: 3, gas: 21_000n, maxFeePerGas: 2n },
    to: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  });
  const bytes = new Uint8Array(Buffer.from(unsigned.slice(2), 'hex'));

  const { results } = await sign(
    await request([{ path: [], payload: { kind: 'evm_transaction', unsigned: bytes } }]),
  );

  const [item] = results;
  const signed = `0x${Buffer.from(item?.signedPayload ?? []).toString('hex')}` as `0x02${string}`;
  t.match(parseTransaction(signed), { nonce: 3, chainId: 1 });
  t.equal(await recoverTransactionAddress({ serializedTransaction: signed }), item?.address);
});

t.test(
  'the same request gives the same signature: running, done, and by GetSignature',
  async (t) => {
    const { sign, request, coordinator, store } = await open(t);
    const stamped = await request();

    const [one, two] = await Promise.all([sign(stamped), sign(stamped)]);
    t.same(one, two);
    t.same(await sign(stamped), one);
    t.same(await coordinator.signing.getSignature(stamped.requestId), one);
    t.equal((await store.requests.get(stamped.requestId))?.nextAttempt, 1, 'signed once');
  },
);

t.test('the same id with other bytes is refused', async (t) => {
  const { sign, request } = await open(t);
  const requestId = '6f2d3a60-57f6-4b1e-9b0a-1c6a6f3f3b52';
  await sign(await request(undefined, { requestId }));

  await t.rejects(
    request(undefined, { requestId }).then((other) => sign(other)),
    like({ reason: 'REQUEST_ID_REUSED' }),
  );
});

t.test('unknown wallets and unknown requests are named', async (t) => {
  const { sign, signers, coordinator } = await open(t);
  const elsewhere = await signers.client.sign(signers.time.now(), new Uint8Array(32), [
    rawItem(new Uint8Array(32)),
  ]);

  await t.rejects(sign(elsewhere), like({ reason: 'WALLET_NOT_FOUND' }));
  await t.rejects(
    coordinator.signing.getSignature('6f2d3a60-57f6-4b1e-9b0a-1c6a6f3f3b52'),
    like({ reason: 'REQUEST_NOT_FOUND' }),
  );
});

t.test(
  'a policy refusal reaches the caller, and a new request of the same wallet signs',
  async (t) => {
    const { sign, signers, keyId, request } = await open(t);
    const stranger = createTestClient('stranger');
    const refused = await stranger.sign(signers.time.now(), keyId, [rawItem(new Uint8Array(32))]);

    await t.rejects(sign(refused), like({ reason: 'SIGNERS_REFUSED', code: 'PERMISSION_DENIED' }));
    t.ok(await sign(await request()));
  },
);

t.test(
  'a signer that falls silent in the middle costs a second quorum, not the request',
  async (t) => {
    const { sign, request, line, log } = await open(t);
    const from = performance.now();
    const silenced = new Set<number>();
    for (const index of [1, 2, 3]) {
      // Whoever of the first quorum is asked for its second round first stops there.
      line(index).loses = (frame) => {
        const starts = frame.kind === 'envelope' && frame.envelope.round === 2;
        if (starts && silenced.size === 0) {
          silenced.add(index);
          line(index).silent = true;
        }
        return line(index).silent;
      };
    }

    const { signers: quorum } = await sign(await request());

    t.equal(silenced.size, 1, 'the fault fired');
    t.notOk(quorum.some((index) => silenced.has(index)));
    t.ok(log.lines.some(({ message }) => message === 'hedging'));
    t.ok(performance.now() - from < 6_000);
  },
);

t.test('a cut line costs nothing but another quorum', async (t) => {
  const { sign, request, line } = await open(t);
  let cut = 0;
  for (const index of [1, 2, 3]) {
    line(index).loses = (frame) => {
      const first = frame.kind === 'envelope' && frame.envelope.round === 1 && cut === 0;
      if (first) {
        cut = index;
        line(index).cut();
      }
      return first;
    };
  }

  const { signers: quorum } = await sign(await request());

  t.ok(cut > 0, 'the fault fired');
  t.notOk(quorum.includes(cut));
});

t.test('two down: UNAVAILABLE in time; it signs by itself when one returns', async (t) => {
  const { sign, request, line, ready } = await open(t);
  for (const index of [2, 3]) line(index).cut();
  const from = performance.now();

  await t.rejects(sign(await request(), 2_000), like({ reason: 'SIGNERS_UNAVAILABLE' }));
  t.ok(performance.now() - from < 2_000);

  line(3).mend();
  await ready(1, 3);
  t.same((await sign(await request())).signers, [1, 3]);
});

t.test('every quorum signs in turn, and then the wallet is ready', async (t) => {
  const { sign, request, store } = await open(t);
  for (let i = 0; i < 3; i += 1) await sign(await request());
  const [wallet] = await store.wallets.list({ after: 0, limit: 1 });
  t.ok(wallet?.ready);
});

t.test('a result that only signers know is found, stored and given again', async (t) => {
  const first = await open(t);
  const stamped = await first.request();
  const result = await first.sign(stamped);
  const hasResult = (index: number) =>
    first.signers.at(index).store.ledger.getByRequestId(stamped.requestId)?.results !== undefined;
  await until('its quorum has stored the result', () => result.signers.every(hasResult));
  first.coordinator.close();

  const second = await startCoordinator(t, first.signers, { timing: { settleIntervalMs: 100 } });
  await second.ready(1, 2, 3);
  const known = async () => (await second.store.wallets.list({ after: 0, limit: 9 })).length;
  await until('the wallet is learnt from its signers', async () => (await known()) === 1);

  t.same(await second.coordinator.signing.getSignature(stamped.requestId), result, 'two agree');
  const again = await second.sign(stamped);
  t.same(again.results, result.results, 'by the number of its attempt, which was used before');
  const record = await second.store.requests.get(stamped.requestId);
  t.same(record?.result?.results, result.results);
});

t.test('nothing is left of a request that came to nothing', async (t) => {
  const { sign, request, line, coordinator } = await open(t, {
    coordinator: { timing: { unavailableAfterMs: 500 } },
  });
  for (const index of [1, 2, 3]) line(index).loses = ({ kind }) => kind === 'envelope';

  await t.rejects(sign(await request(), 1_000), like({ reason: 'DEADLINE_PASSED' }));

  t.equal(coordinator.relay.sessionCount(), 0);
  t.same(
    [1, 2, 3].map((index) => coordinator.relay.standing(index).sessions),
    [0, 0, 0],
  );
});
