import assert from 'node:assert/strict';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { Transaction } from 'ethers';
import t from 'tap';
import { createReferenceArith, deriveChild, type Arith, type Item } from '../../../core/index.ts';
import type { Ledger, SignerStore } from '../../../signer/ports.ts';
import { toHex } from '../../../wire/bytes.ts';
import { rawItem } from '../../support/client-requests.ts';
import { startSigners, withSigners, type Signers } from '../../support/in-process-signers.ts';
import { negative } from '../../support/negative.ts';
import { until } from '../../support/until.ts';
import {
  createWallet,
  env,
  openSigning,
  resultOf,
  type Signing,
  type TestWallet,
} from '../../support/wallets.ts';

const QUORUMS = [
  [1, 2],
  [1, 3],
  [2, 3],
  [1, 2, 3],
];

/** A long wait is only ever taken by a test that fails. */
const SOON = 4000;

async function startWithWallet(t: Tap): Promise<{ s: Signers; wallet: TestWallet }> {
  const s = await startSigners(t);
  const wallet = await createWallet(s);
  s.dealPairs();
  return { s, wallet };
}
type Tap = Parameters<typeof startSigners>[0];

/** The same around the body of a negative test. */
async function withWallet(body: (s: Signers, wallet: TestWallet) => Promise<void>): Promise<void> {
  await withSigners({}, async (s) => {
    const wallet = await createWallet(s);
    s.dealPairs();
    await body(s, wallet);
  });
}

/** Verifies with another implementation, under the child key of each item. */
function verifies(wallet: TestWallet, { session, items }: Signing): boolean {
  return session.signatures(wallet.facts, items).every(({ r, s }, m) => {
    const item = items[m];
    if (item === undefined) return false;
    const { publicKey } = deriveChild(env, wallet.facts, item.path);
    const signature = Uint8Array.of(...r, ...s);
    return secp256k1.verify(signature, item.digest, publicKey, { prehash: false, lowS: true });
  });
}

t.test('every quorum signs, and every member stores what came of it', async (t) => {
  const { s, wallet } = await startWithWallet(t);
  for (const parties of QUORUMS) {
    const items = [[], [0], [5, 2 ** 31 - 1]].map((path): Item => ({
      digest: s.random.bytes(32),
      path,
    }));
    const signing = await openSigning(s, wallet, { parties, items });
    await signing.session.settled();
    t.ok(verifies(wallet, signing), `signers ${parties.join()}`);
    const made = signing.session.signatures(wallet.facts, items).map(({ r }) => toHex(r));
    for (const index of parties) {
      const { result } = await resultOf(s, index, signing.request.requestId);
      t.same(
        result.results.map(({ r }) => toHex(r)),
        made,
        `stored at ${index}`,
      );
      t.same(result.signers, parties);
    }
  }
});

t.test('a transaction comes out signed by the address of its path', async (t) => {
  const { s, wallet } = await startWithWallet(t);
  const transaction = Transaction.from({
    ...{ type: 2, chainId: 31_337, nonce: 1, gasLimit: 21_000n, value: 5n },
    ...{ to: `0x${'aa'.repeat(20)}`, maxFeePerGas: 2n, maxPriorityFeePerGas: 1n },
  });
  const unsigned = new Uint8Array(Buffer.from(transaction.unsignedSerialized.slice(2), 'hex'));
  const item = { path: [0, 3], payload: { kind: 'evm_transaction', unsigned } as const };
  const request = await s.client.sign(s.time.now(), wallet.keyId, [item]);
  await s.bus.open({ parties: [2, 3], subject: { kind: 'sign', request, attempt: 0 } }).settled();

  const { result } = await resultOf(s, 3, request.requestId);
  const [signed] = result.results;
  const raw = Transaction.from(`0x${toHex(signed?.signedPayload ?? new Uint8Array())}`);
  t.equal(raw.from, signed?.address);
  t.equal(raw.unsignedHash, transaction.unsignedHash);
});

t.test('the same request again gives the stored result; another attempt signs anew', async (t) => {
  const { s, wallet } = await startWithWallet(t);
  const first = await openSigning(s, wallet);
  await first.session.settled();
  const before = await resultOf(s, 1, first.request.requestId);

  const again = await openSigning(s, wallet, { ...first, attempt: 0 });
  await again.session.settled();
  t.same(again.session.reasons(), { 1: 'ATTEMPT_REUSED', 2: 'ATTEMPT_REUSED' });

  const second = await openSigning(s, wallet, { ...first, attempt: 1, parties: [1, 3] });
  await second.session.settled();
  t.ok(verifies(wallet, second));
  const after = await resultOf(s, 1, first.request.requestId);
  t.same(after.result.results, before.result.results, 'the first result stays');
});

t.test('one attempt with two quorums at once comes out once', async (t) => {
  const { s, wallet } = await startWithWallet(t);
  const a = await openSigning(s, wallet, { parties: [1, 2] });
  const b = await openSigning(s, wallet, { ...a, parties: [1, 3] });
  await Promise.all([until('1 is through', () => isOver(a) && isOver(b))]);

  const states = [a, b].map(({ session }) => session.stateOf(1)).sort();
  t.same(states, ['aborted', 'through']);
  const [lost] = [a, b].filter(({ session }) => session.stateOf(1) === 'aborted');
  t.equal(lost?.session.aborts.get(1)?.endClass, 'retry', 'no fault of this signer');
  t.equal(lost?.session.reasons()[1], 'ATTEMPT_REUSED');

  function isOver({ session }: Signing): boolean {
    return ['through', 'aborted'].includes(session.stateOf(1) ?? '');
  }
});

t.test('refuses sets of signers that cannot sign', async (t) => {
  const { s, wallet } = await startWithWallet(t);
  const opened = async (parties: readonly number[], to: readonly number[]) => {
    const request = await s.client.sign(s.time.now(), wallet.keyId, [rawItem(s.random.bytes(32))]);
    const subject = { kind: 'sign', request, attempt: 0 } as const;
    return (await s.bus.open({ parties, to, subject }).settled()).reasons();
  };
  t.same(await opened([1, 2], [3]), { 3: 'PARTIES_INVALID' }, 'without this signer');
  t.same(await opened([1, 4], [1]), { 1: 'ROSTER_VERSION_UNKNOWN' }, 'with a stranger');
});

t.test('refuses a wallet that it does not know', async (t) => {
  const s = await startSigners(t);
  s.dealPairs();
  const { session } = await openSigning(s, { keyId: s.random.bytes(32) });
  t.same((await session.settled()).reasons(), { 1: 'KEY_NOT_ACTIVE', 2: 'KEY_NOT_ACTIVE' });
});

/** Signs, and asserts that 1 and 2 refuse what comes next under the same request id. */
async function assertIdIsTaken(change: (s: Signers, first: Signing) => readonly Item[]) {
  await withWallet(async (s, wallet) => {
    const first = await openSigning(s, wallet);
    await first.session.settled();
    const { requestId } = first.request;
    const payload = change(s, first).map(({ digest, path }) => rawItem(digest, path));
    const other = await s.client.sign(s.time.now(), wallet.keyId, payload, { requestId });
    const { session } = await openSigning(s, wallet, { request: other });
    await session.settled(SOON);
    assert.deepEqual(session.reasons(), { 1: 'REQUEST_ID_REUSED', 2: 'REQUEST_ID_REUSED' });
    assert.equal(session.envelopes.length, 0, 'no join');
  });
}

negative('C-16', 'joins no session for a request id with another digest', () =>
  assertIdIsTaken((s) => [{ digest: s.random.bytes(32), path: [] }]),
);

negative('C-16', 'joins no session for a request id with another path', () =>
  assertIdIsTaken((_, { items }) => items.map(({ digest }) => ({ digest, path: [1] }))),
);

negative('C-16', 'joins no session for a request id with another wallet', async () => {
  await withWallet(async (s, wallet) => {
    const other = await createWallet(s);
    const first = await openSigning(s, wallet);
    await first.session.settled();
    const { requestId } = first.request;
    const payload = first.items.map(({ digest, path }) => rawItem(digest, path));
    const request = await s.client.sign(s.time.now(), other.keyId, payload, { requestId });
    const { session } = await openSigning(s, other, { request });
    await session.settled(SOON);
    assert.deepEqual(session.reasons(), { 1: 'REQUEST_ID_REUSED', 2: 'REQUEST_ID_REUSED' });
  });
});

negative('C-16', 'joins no session for a request that nobody stamped', async () => {
  await withWallet(async (s, wallet) => {
    const request = await s.client.sign(s.time.now(), wallet.keyId, [rawItem(s.random.bytes(32))]);
    const stamps = request.stamps.map((stamp) => ({ ...stamp, signature: new Uint8Array(64) }));
    const { session } = await openSigning(s, wallet, { request: { ...request, stamps } });
    await session.settled(SOON);
    assert.deepEqual(session.reasons(), { 1: 'STAMP_INVALID', 2: 'STAMP_INVALID' });
    assert.equal(session.envelopes.length, 0, 'no join');
    assert.equal(s.at(1).store.ledger.getByRequestId(request.requestId), undefined, 'no row');
  });
});

/** A ledger whose commits of attempts fail as a whole once `fault.armed`: a row beside is refused. */
function failingLedger(store: SignerStore, fault: { armed: boolean; fired: number }): SignerStore {
  const { ledger } = store;
  const commit: Ledger['commit'] = (request32, attempt) => {
    const committed = ledger.commit(request32, attempt);
    const row = ledger.get(request32);
    if (!fault.armed || row === undefined) return committed;
    fault.fired += 1;
    const others = { request32: attempt.ctx, requestId: 'beside', kind: 'neither' as 'sign' };
    void ledger.accept({ ...row, ...others }).catch(() => undefined);
    return committed;
  };
  return { ...store, ledger: { ...ledger, commit } };
}

negative('C-49', 'lets no share leave when the ledger could not be written: fatal', async () => {
  const fault = { armed: true, fired: 0 };
  const store = (own: SignerStore, index: number): SignerStore =>
    index === 1 ? failingLedger(own, fault) : own;
  await withSigners({ store }, async (s) => {
    const wallet = await createWallet(s);
    s.dealPairs();
    const { session, request } = await openSigning(s, wallet);
    await until('1 is over', () => ['aborted', 'through'].includes(session.stateOf(1) ?? ''), SOON);
    assert.equal(fault.fired, 1, 'the fault was there');
    assert.ok(!session.round(3).has(1), 'no R3 left');
    assert.equal(session.aborts.get(1)?.endClass, 'fatal');
    assert.equal(session.reasons()[1], 'STORAGE_UNAVAILABLE');
    assert.ok(!session.ends.has(1), 'nothing signed was said');
    const row = s.at(1).store.ledger.getByRequestId(request.requestId);
    assert.deepEqual(row?.attempts, [], 'the attempt does not count as written');

    fault.armed = false;
    const again = await openSigning(s, wallet, { request, attempt: 0, parties: [1, 3] });
    await again.session.settled();
    assert.equal(again.session.round(3).size, 2, 'the attempt is still free');
  });
});

/** Sees every array that the arithmetic decodes as a scalar. */
function watching(seen: Uint8Array[]): () => Arith {
  return () => {
    const arith = createReferenceArith();
    const decode: Arith['scalar']['decode'] = (bytes) => {
      seen.push(bytes);
      return arith.scalar.decode(bytes);
    };
    return { ...arith, scalar: { ...arith.scalar, decode } };
  };
}

/** Copies of signer 1's share that its arithmetic was given and that still hold it. */
async function leftOver(
  act: (s: Signers, wallet: TestWallet) => Promise<void>,
): Promise<{ readonly given: number; readonly left: number }> {
  const seen: Uint8Array[] = [];
  let left = 0;
  let given = 0;
  await withSigners(
    { createArith: (index) => (index === 1 ? watching(seen) : createReferenceArith) },
    async (s) => {
      const wallet = await createWallet(s);
      s.dealPairs();
      seen.length = 0;
      await act(s, wallet);
      const arrays = new Set(seen);
      given = arrays.size;
      const S_1 = wallet.facts.S[0] ?? new Uint8Array();
      const isShare = (bytes: Uint8Array): boolean =>
        bytes.length === 32 &&
        secp256k1.utils.isValidSecretKey(bytes) &&
        toHex(secp256k1.getPublicKey(bytes, true)) === toHex(S_1);
      // The cache of the vault keeps one, which `drain` wipes.
      await s.at(1).signer.drain(0);
      left = [...arrays].filter(isShare).length;
    },
  );
  return { given, left };
}

negative('C-62', 'leaves no copy of the share after a signature', async () => {
  const { given, left } = await leftOver(async (s, wallet) => {
    const { session, request } = await openSigning(s, wallet);
    await session.settled();
    await resultOf(s, 1, request.requestId);
  });
  assert.ok(given > 0);
  assert.equal(left, 0);
});

negative('C-62', 'leaves no copy of the share after a session that timed out', async () => {
  const { given, left } = await leftOver(async (s, wallet) => {
    s.bus.drop({ round: 2, to: 1 });
    const { session } = await openSigning(s, wallet, { timeoutMs: 1000 });
    await until('R2 of 1', () => session.round(2).has(1));
    s.time.advance(1000);
    await session.settled();
    assert.equal(session.reasons()[1], 'SESSION_TIMEOUT');
  });
  assert.ok(given > 0);
  assert.equal(left, 0);
});
