import t from 'tap';
import type { KeyRecord, SignerStore, Sealer } from '../../../signer/ports.ts';
import { KeyVault } from '../../../signer/keys/key-vault.ts';
import { shareContext } from '../../../signer/store/seal-context.ts';
import { StoreCorrupted } from '../../../signer/store/errors.ts';
import { createReferenceArith, type PartyIndex } from '../../../core/index.ts';
import { sameBytes } from '../../../wire/bytes.ts';
import { signerService } from '../../../wire/services.ts';
import { TrefoilError } from '../../../wire/status.ts';
import { CLUSTER, startSigners, type Signers } from '../../support/in-process-signers.ts';
import { failureOf } from '../../support/signer-store.ts';
import { createWallet } from '../../support/wallets.ts';

type Tap = Parameters<typeof startSigners>[0];

/** Another vault over signer 1's records; it keeps every array that the sealer gave it. */
function vaultOf(s: Signers, maxCachedShares = 100, store?: Partial<SignerStore['keys']>) {
  const given: Uint8Array[] = [];
  const own = s.at(1);
  const sealer: Sealer = {
    ...own.sealer,
    unseal: async (blob, context) => {
      const share = await own.sealer.unseal(blob, context);
      given.push(share);
      return share;
    },
  };
  const vault = new KeyVault(
    {
      owner: { cluster: CLUSTER, index: 1 },
      maxCachedShares,
      operatorKeys: [s.operatorKey],
    },
    { store: { ...own.store.keys, ...store }, sealer, createArith: createReferenceArith },
  );
  return { vault, given };
}

const isWiped = (bytes: Uint8Array | undefined): boolean =>
  bytes?.every((byte) => byte === 0) === true;

async function started(t: Tap, count: number) {
  const s = await startSigners(t);
  const wallets = [];
  for (let k = 0; k < count; k += 1) wallets.push(await createWallet(s));
  const keyIds = wallets.map(({ keyId }) => keyId);
  const at = (k: number): Uint8Array => keyIds[k] ?? new Uint8Array();
  return { s, keyId: at };
}

t.test('unseals a share once; every caller gets a copy of its own', async (t) => {
  const { s, keyId } = await started(t, 1);
  const { vault, given } = vaultOf(s);
  const [first, second] = [await vault.share(keyId(0)), await vault.share(keyId(0))];
  t.equal(given.length, 1);
  t.ok(sameBytes(first.s_i, second.s_i));
  first.s_i.fill(0);
  t.notOk(isWiped(second.s_i));
  t.notOk(isWiped((await vault.share(keyId(0))).s_i), 'the cached one is another');
  t.equal(first.t, 2);
  t.equal(first.index, 1);
});

t.test('keeps the shares used last, and wipes what it lets go', async (t) => {
  const { s, keyId } = await started(t, 3);
  const { vault, given } = vaultOf(s, 2);
  for (const k of [0, 1, 0, 2]) await vault.share(keyId(k));
  t.same(given.map(isWiped), [false, true, false], 'the second key was used longest ago');
  await vault.share(keyId(0));
  t.equal(given.length, 3, 'still cached');
  await vault.share(keyId(1));
  t.equal(given.length, 4, 'unsealed again');
  t.same(given.map(isWiped), [false, true, true, false]);
  vault.forgetShares();
  t.ok(given.every(isWiped));
  t.notOk(isWiped((await vault.share(keyId(0))).s_i), 'works on');
});

t.test('two who ask at once leave no copy behind', async (t) => {
  const { s, keyId } = await started(t, 1);
  const { vault, given } = vaultOf(s);
  const shares = await Promise.all([0, 0, 0].map((k) => vault.share(keyId(k))));
  t.ok(shares.every(({ s_i }) => !isWiped(s_i)));
  vault.forgetShares();
  t.ok(given.every(isWiped), `${given.length} arrays`);
});

/** The records of signer 1 with one of them changed. */
function changed(s: Signers, keyId: Uint8Array, change: (record: KeyRecord) => Partial<KeyRecord>) {
  const { keys } = s.at(1).store;
  const alter = (record: KeyRecord | undefined): KeyRecord | undefined =>
    record && sameBytes(record.keyId, keyId) ? { ...record, ...change(record) } : record;
  return {
    get: (id: Uint8Array, epoch: number) => alter(keys.get(id, epoch)),
    latest: (id: Uint8Array) => alter(keys.latest(id)),
  };
}

t.test('the share of another key is corruption, and is wiped', async (t) => {
  const { s, keyId } = await started(t, 2);
  // As if the rows had been swapped under a MAC that holds: the sealing context notices first.
  const other = s.at(1).store.keys.latest(keyId(1));
  if (other === undefined) throw new Error('no record');
  const { vault } = vaultOf(
    s,
    10,
    changed(s, keyId(0), () => ({ sealedShare: other.sealedShare })),
  );
  t.equal((await failureOf(() => vault.share(keyId(0)))).name, 'SealFailure');

  // A share that was sealed wrongly in the first place: s_i G != S_i.
  const context = shareContext({ cluster: CLUSTER, index: 1 }, keyId(0), 0);
  const wrong = await s.at(1).sealer.seal(new Uint8Array(32).fill(5), context);
  const broken = vaultOf(
    s,
    10,
    changed(s, keyId(0), () => ({ sealedShare: wrong })),
  );
  const error = await failureOf(() => broken.vault.share(keyId(0)));
  t.ok(error instanceof StoreCorrupted);
  t.ok(broken.given.every(isWiped));
});

t.test('a PENDING key has no share to give', async (t) => {
  const { s, keyId } = await started(t, 1);
  const pending = changed(s, keyId(0), () => ({ state: 'pending', certificate: undefined }));
  const { vault } = vaultOf(s, 10, pending);
  const error = await failureOf(() => vault.share(keyId(0)));
  t.ok(error instanceof TrefoilError && error.reason === 'KEY_NOT_ACTIVE');
  t.equal(vault.view(keyId(0))?.state, 'pending');
  t.equal(vault.view(keyId(0))?.certificate.r4.length, 1, 'its own R4 only');
  t.equal(vault.view(s.random.bytes(32)), undefined);
});

t.test('takes no certificate of another session than its own', async (t) => {
  const s = await startSigners(t);
  const { keyId, certificate } = await createWallet(s);
  t.equal(vaultOf(s).vault.putCertificate(certificate).state, 'active', 'its own, again');
  const { vault } = vaultOf(
    s,
    10,
    changed(s, keyId, () => ({ sid: s.random.bytes(32) })),
  );
  const error = await failureOf(() => vault.putCertificate(certificate));
  t.ok(error instanceof TrefoilError && error.reason === 'CERTIFICATE_INVALID');
});

t.test('names a wallet by its own request', async (t) => {
  const { s, keyId } = await started(t, 1);
  const view = vaultOf(s).vault.view(keyId(0));
  t.equal(view?.displayName, 'treasury');
  t.same(view?.purposes, ['evm', 'raw']);
  t.equal(view?.name, `wallets/${Buffer.from(keyId(0)).toString('hex')}`);
});

t.test('takes no certificate of a key that it has no share of', async (t) => {
  const s = await startSigners(t, { indices: [1, 2, 3, 4] });
  const committee: readonly PartyIndex[] = [2, 3, 4];
  const { certificate, keyId } = await createWallet(s, { committee });
  const error = await failureOf(() => s.at(1).call(signerService.putCertificate, certificate));
  t.ok(error instanceof TrefoilError && error.reason === 'KEY_NOT_FOUND');
  t.equal(s.at(1).store.keys.latest(keyId), undefined);
});
