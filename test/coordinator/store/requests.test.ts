import t, { type Test } from 'tap';
import { openStore } from '../../../coordinator/store/open.ts';
import type { NewRequest } from '../../../coordinator/store/requests.ts';
import { REQUEST_ID, signResponse } from '../../support/sign-response.ts';

const request: NewRequest = {
  requestId: REQUEST_ID,
  kind: 'sign',
  request32: new Uint8Array(32).fill(1),
  wallet: `wallets/${'ab'.repeat(32)}`,
  stampedRequest: new Uint8Array([1, 2, 3]),
  notAfter: 1_800_000_060_000,
};

async function open(t: Test) {
  const store = await openStore({ path: ':memory:' }, { now: () => 1_800_000_000_000 });
  t.teardown(() => store.close());
  return store.requests;
}

t.test('the first content of an id stays', async (t) => {
  const requests = await open(t);
  await requests.accept(request);

  const again = await requests.accept({ ...request, request32: new Uint8Array(32).fill(9) });

  t.same(again.request32, request.request32);
});

t.test('attempt numbers never repeat, whoever asks at the same time', async (t) => {
  const requests = await open(t);
  await requests.accept(request);

  const taken = await Promise.all(
    Array.from({ length: 50 }, () => requests.takeAttempt(REQUEST_ID)),
  );

  t.same(
    taken.toSorted((a, b) => a - b),
    Array.from({ length: 50 }, (_, i) => i),
  );
});

t.test('attempts that signers have seen are skipped, never given back', async (t) => {
  const requests = await open(t);
  await requests.accept(request);

  await requests.skipAttempts(REQUEST_ID, 8);
  t.equal(await requests.takeAttempt(REQUEST_ID), 8);
  await requests.skipAttempts(REQUEST_ID, 3);
  t.equal(await requests.takeAttempt(REQUEST_ID), 9);
});

t.test('the first result counts', async (t) => {
  const requests = await open(t);
  await requests.accept(request);

  t.same(await requests.finish(REQUEST_ID, signResponse()), signResponse());
  t.same(await requests.finish(REQUEST_ID, signResponse({ signers: [2, 3] })), signResponse());
  t.same((await requests.get(REQUEST_ID))?.result, signResponse());
});

t.test('old requests are deleted, others stay', async (t) => {
  const requests = await open(t);
  await requests.accept(request);

  t.equal(await requests.prune(request.notAfter), 0);
  t.equal(await requests.prune(request.notAfter + 1), 1);
  t.equal(await requests.get(REQUEST_ID), undefined);
});
