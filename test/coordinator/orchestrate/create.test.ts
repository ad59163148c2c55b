import { secp256k1 } from '@noble/curves/secp256k1.js';
import t from 'tap';
import { evmAddress } from '../../../wire/payload.ts';
import { createReferenceArith } from '../../../core/index.ts';
import { sha256 } from '../../../wire/bytes.ts';
import { decodeCertificate, verifyCertificate } from '../../../wire/certificate.ts';
import { walletName } from '../../../wire/request.ts';
import { signerService } from '../../../wire/services.ts';
import { createTestClient } from '../../support/client-requests.ts';
import { startCoordinator, startPairedSigners } from '../../support/coordinator.ts';

import { like } from '../../support/like.ts';
import { until } from '../../support/until.ts';

t.test('makes a wallet: proven by its certificate, active at every member', async (t) => {
  const signers = await startPairedSigners(t);
  const { createWallet, store } = await startCoordinator(t, signers);
  const stamped = await signers.client.createWallet(signers.time.now());

  const wallet = await createWallet(stamped);

  t.match(wallet, { state: 'active', name: walletName(stamped.keyId), ready: false });
  const { key } = wallet;
  if (!key) throw new Error('no key');
  const facts = verifyCertificate(
    { arith: createReferenceArith(), sha256 },
    decodeCertificate(key.certificate),
    {
      operatorKeys: [signers.operatorKey],
      clientKeys: [signers.client.stampKey],
      keyId: stamped.keyId,
    },
  );
  t.same(facts.publicKey, key.publicKey);
  t.ok(secp256k1.Point.fromBytes(key.publicKey));
  t.equal(key.address, evmAddress(key.publicKey));
  for (const index of signers.indices) {
    const record = await signers.at(index).call(signerService.getKey, { keyId: stamped.keyId });
    t.equal(record.state, 'active');
  }
  t.same(await store.wallets.listCreating(), []);
});

t.test('the same request gives the same wallet, also at the same time', async (t) => {
  const signers = await startPairedSigners(t);
  const { createWallet } = await startCoordinator(t, signers);
  const stamped = await signers.client.createWallet(signers.time.now());

  const both = await Promise.all([createWallet(stamped), createWallet(stamped)]);
  const later = await createWallet(stamped);

  for (const wallet of both) t.same(wallet, later);
});

t.test('the same id with other content is refused', async (t) => {
  const signers = await startPairedSigners(t);
  const { createWallet } = await startCoordinator(t, signers);
  const now = signers.time.now();
  const requestId = '6f2d3a60-57f6-4b1e-9b0a-1c6a6f3f3b52';
  await createWallet(await signers.client.createWallet(now, { requestId }));

  const other = await signers.client.createWallet(now, { requestId, displayName: 'other' });
  await t.rejects(
    createWallet(other),
    like({ reason: 'REQUEST_ID_REUSED', code: 'ALREADY_EXISTS' }),
  );
});

t.test('a client without the grant gets no wallet, and nothing of it stays', async (t) => {
  const signers = await startPairedSigners(t);
  const { createWallet, store } = await startCoordinator(t, signers);
  const stamped = await createTestClient('stranger').createWallet(signers.time.now());

  await t.rejects(
    createWallet(stamped),
    like({
      reason: 'SIGNERS_REFUSED',
      metadata: { signer1: 'STAMP_UNKNOWN', signer2: 'STAMP_UNKNOWN', signer3: 'STAMP_UNKNOWN' },
    }),
  );
  t.equal(await store.wallets.get(walletName(stamped.keyId)), undefined);
});

t.test('a member that the roster does not know is named', async (t) => {
  const signers = await startPairedSigners(t);
  const { createWallet } = await startCoordinator(t, signers);
  const stamped = await signers.client.createWallet(signers.time.now(), { committee: [1, 2, 9] });

  await t.rejects(
    createWallet(stamped),
    like({ reason: 'COMMITTEE_INVALID', fieldViolations: [{ field: 'committee[2]' }] }),
  );
});

t.test('needs all members, says who is missing, and succeeds when they are back', async (t) => {
  const signers = await startPairedSigners(t);
  const { createWallet, line } = await startCoordinator(t, signers);
  line(3).cut();
  const stamped = await signers.client.createWallet(signers.time.now());

  await t.rejects(
    createWallet(stamped, 1_500),
    like({ reason: 'SIGNERS_UNAVAILABLE', metadata: { missing: '3' } }),
  );
  line(3).mend();

  t.equal((await createWallet(stamped)).state, 'active', 'the same request');
});

t.test('a creation cut off after the confirmations is completed without being asked', async (t) => {
  const signers = await startPairedSigners(t);
  const { createWallet, line, store } = await startCoordinator(t, signers, {
    timing: { settleIntervalMs: 100 },
  });
  const stamped = await signers.client.createWallet(signers.time.now());
  const name = walletName(stamped.keyId);
  let lost = 0;
  line(2).callsFail = true;
  line(2).loses = (frame) => {
    const isConfirmation = frame.kind === 'envelope' && frame.envelope.round === 4;
    if (isConfirmation) lost += 1;
    return isConfirmation;
  };

  await t.rejects(createWallet(stamped, 2_000), like({ reason: 'SIGNERS_UNAVAILABLE' }));
  t.equal(lost, 1, 'the fault fired');
  t.match(await store.wallets.get(name), { state: 'creating', key: undefined });
  for (const index of [1, 3]) {
    t.equal(signers.at(index).store.keys.latest(stamped.keyId)?.state, 'pending');
  }
  line(2).callsFail = false;

  const isActive = async () => (await store.wallets.get(name))?.state === 'active';
  await until('the wallet is active', isActive);
  t.equal((await createWallet(stamped)).state, 'active');
  for (const index of signers.indices) {
    t.equal(signers.at(index).store.keys.latest(stamped.keyId)?.state, 'active');
  }
});
