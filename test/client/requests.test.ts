import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { InvalidInput } from '../../core/index.ts';
import { prepareCreateWallet, prepareSign } from '../../client/requests.ts';
import { decodeCreateWalletRequest, walletName } from '../../wire/request.ts';
import { decodeSignRequest } from '../../wire/sign-request.ts';
import { PAYLOAD_TYPES, parseStampPrivateKey, stampKeyOf, verifyStamp } from '../../wire/stamp.ts';

const NOW = 1_780_000_000_000;
const UUID = '123e4567-e89b-42d3-a456-426614174000';
const KEY_ID = new Uint8Array(32).fill(9);
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const modules = { stamper: parseStampPrivateKey(pem), now: () => NOW, uuid: () => UUID };

const WALLET = {
  displayName: 'treasury',
  threshold: 2,
  committee: [1, 2, 3],
  purposes: ['evm'],
} as const;
const ITEM = { path: [0, 7], payload: { kind: 'raw_digest', digest: KEY_ID } } as const;

await t.test('completes and stamps a request for a wallet', async (t) => {
  const { requestId, stamped } = await prepareCreateWallet(WALLET, modules);

  t.equal(requestId, UUID);
  t.same(decodeCreateWalletRequest(stamped.request), {
    ...WALLET,
    requestId: UUID,
    notBefore: NOW - 10_000,
    notAfter: NOW + 300_000,
  });
  const key = stampKeyOf(publicKey);
  const [stamp] = stamped.stamps;
  t.ok(stamp && verifyStamp(key, PAYLOAD_TYPES.CreateWalletRequest, stamped.request, stamp));
  t.notOk(stamp && verifyStamp(key, PAYLOAD_TYPES.SignRequest, stamped.request, stamp));
});

await t.test('makes the same bytes from the same values', async (t) => {
  const input = { wallet: walletName(KEY_ID), items: [ITEM], notBefore: NOW, notAfter: NOW + 1000 };

  const first = await prepareSign(input, modules);
  const second = await prepareSign(input, { ...modules, now: () => NOW + 5 });

  t.same(first, second);
  t.same(decodeSignRequest(first.stamped.request), {
    requestId: UUID,
    keyId: KEY_ID,
    items: [ITEM],
    notBefore: NOW,
    notAfter: NOW + 1000,
  });
});

await t.test('names the field that a signer would refuse', async (t) => {
  const sign = (input: object) =>
    prepareSign({ wallet: walletName(KEY_ID), items: [ITEM], ...input }, modules);

  const fieldOf = (made: Promise<unknown>): Promise<unknown> =>
    made.then(
      () => undefined,
      (error: unknown) => (error instanceof InvalidInput ? error.field : error),
    );

  t.equal(await fieldOf(sign({ wallet: 'wallets/1' })), 'wallet');
  t.equal(await fieldOf(sign({ items: [] })), 'items');
  t.equal(await fieldOf(sign({ items: [{ ...ITEM, path: [2 ** 31] }] })), 'items[0].path[0]');
  t.equal(await fieldOf(sign({ requestId: 'X' })), 'request_id');
  t.equal(await fieldOf(sign({ notAfter: 0 })), 'not_after');
  t.equal(await fieldOf(prepareCreateWallet({ ...WALLET, threshold: 4 }, modules)), 'threshold');
});
