import t from 'tap';
import { encodeStampedRequest } from '../../../coordinator/store/columns.ts';
import { walletName } from '../../../wire/request.ts';
import { startCoordinator, startPairedSigners } from '../../support/coordinator.ts';
import { rawItem } from '../../support/client-requests.ts';
import { until } from '../../support/until.ts';

const QUICK = { timing: { settleIntervalMs: 50, settleAfterMs: 200 } };

t.test('a member that missed the certificate gets it when it comes back', async (t) => {
  const signers = await startPairedSigners(t);
  const { createWallet, line } = await startCoordinator(t, signers, QUICK);
  const stamped = await signers.client.createWallet(signers.time.now());
  // Signer 3 confirms its share, and hears nothing of the others' confirmations.
  const stateAt = (index: number) => signers.at(index).store.keys.latest(stamped.keyId)?.state;
  line(3).loses = (frame) => {
    const isConfirmation = frame.kind === 'envelope' && frame.envelope.round === 4;
    if (isConfirmation) line(3).cut();
    return false;
  };
  const created = createWallet(stamped, 3_000);
  created.catch(() => undefined);
  await until('the line was cut', () => stateAt(3) !== undefined && !line(3).isOpen());
  t.equal(stateAt(3), 'pending', 'the fault fired');

  line(3).loses = () => false;
  line(3).mend();

  await until('all members are active', () => [1, 2, 3].every((i) => stateAt(i) === 'active'));
  t.equal((await createWallet(stamped)).state, 'active');
});

t.test('wallets are learnt from their signers after the store was lost', async (t) => {
  const signers = await startPairedSigners(t);
  const first = await startCoordinator(t, signers);
  const keyIds: Uint8Array[] = [];
  // More than a page of keys, as the lines of the tests ask for.
  for (let i = 0; i < 3; i += 1) {
    const stamped = await signers.client.createWallet(signers.time.now(), { displayName: `w${i}` });
    await first.createWallet(stamped);
    keyIds.push(stamped.keyId);
  }
  const before = await first.store.wallets.list({ after: 0, limit: 10 });
  first.coordinator.close();

  const second = await startCoordinator(t, signers);
  await second.ready(1, 2, 3);
  const names = keyIds.map(walletName);
  await until('all wallets are back', async () => {
    const found = await Promise.all(names.map((name) => second.store.wallets.get(name)));
    return found.every((wallet) => wallet?.state === 'active');
  });

  for (const { name, displayName, key } of before) {
    const found = await second.store.wallets.get(name);
    t.match(found, { displayName, committee: [1, 2, 3], threshold: 2, purposes: ['evm', 'raw'] });
    t.same(found?.key, key);
  }
  const [keyId] = keyIds;
  if (!keyId) throw new Error('no wallet');
  const request = await signers.client.sign(signers.time.now(), keyId, [
    rawItem(new Uint8Array(32)),
  ]);
  t.ok(await second.sign(request));
});

t.test('a creation that nobody began fails once its request has expired', async (t) => {
  const signers = await startPairedSigners(t);
  const { store, line } = await startCoordinator(t, signers, QUICK);
  for (const index of signers.indices) line(index).cut();
  const { keyId } = await signers.client.createWallet(signers.time.now());
  const name = walletName(keyId);
  const stamped = await signers.client.createWallet(signers.time.now());
  await store.wallets.create({
    ...{ name, requestId: 'r', displayName: 'd', threshold: 2, committee: [1, 2, 3] },
    ...{ purposes: ['evm'], stampedRequest: encodeStampedRequest(stamped) },
  });

  signers.time.advance(61_000);

  await until(
    'the wallet has failed',
    async () => (await store.wallets.get(name))?.state === 'failed',
  );
  t.equal((await store.wallets.get(name))?.failure, 'the request expired');
});

t.test('requests are deleted a week after they expired', async (t) => {
  const signers = await startPairedSigners(t);
  const { store } = await startCoordinator(t, signers, QUICK);
  const requestId = '6f2d3a60-57f6-4b1e-9b0a-1c6a6f3f3b52';
  await store.requests.accept({
    ...{ requestId, kind: 'sign', request32: new Uint8Array(32), wallet: 'w' },
    ...{ stampedRequest: new Uint8Array(), notAfter: signers.time.now() },
  });
  signers.time.advance(7 * 24 * 3_600_000 - 1);
  t.ok(await store.requests.get(requestId));

  signers.time.advance(2);

  await until('it is gone', async () => (await store.requests.get(requestId)) === undefined);
  t.pass('deleted');
});
