import t from 'tap';
import { InvalidInput } from '../../core/index.ts';
import { signerService } from '../../wire/services.ts';
import { TrefoilError } from '../../wire/status.ts';
import { rawItem } from '../support/client-requests.ts';
import { CLUSTER, startSigners } from '../support/in-process-signers.ts';
import { failureOf } from '../support/signer-store.ts';
import { createWallet, openSigning, resultOf } from '../support/wallets.ts';

const { getInfo, listKeys, getKey, getResult } = signerService;

const reasonOf = async (act: () => unknown): Promise<string> => {
  const error = await failureOf(act);
  if (error instanceof InvalidInput) return error.field;
  if (!(error instanceof TrefoilError)) return error.name;
  return error.fieldViolations[0]?.field ?? error.reason;
};

t.test('GetInfo tells who a signer is and how its pairs stand', async (t) => {
  const s = await startSigners(t);
  const before = await s.at(2).call(getInfo, {});
  t.same(
    before.pairs.map(({ peer, state }) => [peer, state]),
    [
      [1, 'absent'],
      [3, 'absent'],
    ],
  );
  t.equal(before.index, 2);
  t.equal(before.cluster, CLUSTER);
  t.equal(before.rosterVersion, 1);
  t.equal(before.sealer, 'memory');
  t.same(before.identityKey, s.roster.signers[1]?.identityKey);

  await createWallet(s);
  s.dealPairs(4);
  const after = await s.at(2).call(getInfo, {});
  t.equal(after.keyCount, 1);
  t.same(
    after.pairs.map(({ state, generation, largestGeneration }) => [
      state,
      generation,
      largestGeneration,
    ]),
    [
      ['active', 4, 4],
      ['active', 4, 4],
    ],
  );
  t.same(after.pairs[0]?.pairDigest, (await s.at(1).call(getInfo, {})).pairs[0]?.pairDigest);
  t.same(after.boot, before.boot);
  const restarted = await s.restart(2);
  t.notSame((await restarted.call(getInfo, {})).boot, before.boot, 'another process');
});

t.test('ListKeys pages through all keys once', async (t) => {
  const s = await startSigners(t);
  const made = [];
  for (let k = 0; k < 3; k += 1)
    made.push(Buffer.from((await createWallet(s)).keyId).toString('hex'));
  const seen: string[] = [];
  let pageToken = '';
  do {
    const page = await s.at(1).call(listKeys, { pageSize: 2, pageToken });
    for (const key of page.keys) {
      t.equal(key.state, 'active');
      t.equal(key.certificate, undefined, 'certificates are asked for one by one');
      seen.push(Buffer.from(key.keyId).toString('hex'));
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  t.same(seen, made.sort());
  for (const token of ['x', 'ab'.repeat(32), `${'ab'.repeat(32)}-x`, `${'AB'.repeat(32)}-0`, 'a.0'])
    t.equal(
      await reasonOf(() => s.at(1).call(listKeys, { pageSize: 2, pageToken: token })),
      'page_token',
    );
});

t.test('GetKey and GetResult say what is not there', async (t) => {
  const s = await startSigners(t);
  const keyId = s.random.bytes(32);
  t.equal(await reasonOf(() => s.at(1).call(getKey, { keyId })), 'KEY_NOT_FOUND');
  const requestId = '6f1a3c1e-5a5e-4a57-9a3c-2f4d8f1f0a11';
  t.equal(await reasonOf(() => s.at(1).call(getResult, { requestId })), 'REQUEST_NOT_FOUND');

  const wallet = await createWallet(s);
  const { requestId: createId } = wallet.facts.request;
  const created = await reasonOf(() => s.at(1).call(getResult, { requestId: createId }));
  t.equal(created, 'REQUEST_NOT_FOUND', 'a wallet is no signature');
  s.dealPairs();
  s.bus.drop({ round: 1 });
  const { session, request } = await openSigning(s, wallet);
  while (session.round(1).size < 2) await new Promise(setImmediate);
  t.equal(await reasonOf(() => s.at(1).call(getResult, request)), 'RESULT_NOT_READY');
});

t.test('a stored result names its signers, also after a restart', async (t) => {
  const s = await startSigners(t);
  const wallet = await createWallet(s);
  s.dealPairs();
  const { session, request } = await openSigning(s, wallet, { parties: [1, 3] });
  await session.settled();
  const before = await resultOf(s, 3, request.requestId);
  t.same(before.result.signers, [1, 3]);
  await s.restart(3);
  t.same(await s.at(3).call(getResult, request), before);
});

t.test('a stranger frame is answered by nothing', async (t) => {
  const s = await startSigners(t);
  const frames: unknown[] = [];
  const link = s.at(1).openRelay((frame) => void frames.push(frame));
  link.send(
    {
      ...{ kind: 'open_ack', session: s.random.bytes(16) },
      outcome: { kind: 'accepted', ctx: s.random.bytes(32) },
    },
    { kind: 'ping', nonce: 1n, reply: true },
    { kind: 'ping', nonce: 2n, reply: false },
  );
  while (frames.length === 0) await new Promise(setImmediate);
  t.same(frames, [{ kind: 'ping', nonce: 2n, reply: true }]);
});

t.test('an expired request is refused at the signer, whoever brings it', async (t) => {
  const s = await startSigners(t);
  const wallet = await createWallet(s);
  s.dealPairs();
  const request = await s.client.sign(s.time.now(), wallet.keyId, [rawItem(s.random.bytes(32))]);
  s.time.advance(60_000);
  const { session } = await openSigning(s, wallet, { request });
  t.same((await session.settled()).reasons(), { 1: 'REQUEST_EXPIRED', 2: 'REQUEST_EXPIRED' });
  t.equal(s.at(1).store.ledger.getByRequestId(request.requestId), undefined, 'no row');
});
