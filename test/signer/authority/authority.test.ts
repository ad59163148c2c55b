import { Transaction } from 'ethers';
import t from 'tap';
import type { Grant } from '../../../signer/authority/clients.ts';
import { toHex, utf8 } from '../../../wire/bytes.ts';
import {
  keyIdOf,
  request32Of,
  walletName,
  type Purpose,
  type StampedRequest,
} from '../../../wire/request.ts';
import type { PayloadItem } from '../../../wire/sign-request.ts';
import { PAYLOAD_TYPES } from '../../../wire/stamp.ts';
import { TrefoilError } from '../../../wire/status.ts';
import {
  authorityOf,
  create,
  DAY,
  demo,
  DIGEST,
  evmItem,
  flipped,
  KEY_ID,
  NOW,
  other,
  refusal,
  sign,
  SIGN_ALL,
  stranger,
  unsigned,
} from '../../support/authority-world.ts';
import { rawItem } from '../../support/client-requests.ts';

t.test('approves a signature with what it decoded itself', async (t) => {
  const request = await demo.sign(NOW, KEY_ID, [rawItem(DIGEST, [1, 2]), evmItem]);
  const approved = authorityOf().judgeSign(request);
  t.same(approved.request32, request32Of(request.request));
  t.equal(approved.clientId, 'demo');
  t.equal(approved.requestId, request.requestId);
  t.same(approved.keyId, KEY_ID);
  t.equal(approved.notAfter, NOW + 60_000);
  t.same(
    approved.items.map(({ digest, path }) => ({ digest: toHex(digest), path })),
    [
      { digest: toHex(DIGEST), path: [1, 2] },
      { digest: Transaction.from(unsigned).unsignedHash.slice(2), path: [0, 7] },
    ],
  );
});

t.test('approves a wallet and names its key', async (t) => {
  const request = await create();
  const approved = authorityOf().judgeCreate(request);
  t.same(approved.keyId, keyIdOf(request.request));
  t.same(approved.request32, request32Of(request.request));
  t.equal(approved.request.displayName, 'treasury');
  t.equal(approved.clientId, 'demo');
});

t.test('asks who stamped', async (t) => {
  const { judgeSign, judgeCreate } = authorityOf();
  const request = await sign();
  const [stamp] = request.stamps;
  if (stamp === undefined) throw new Error('no stamp');

  const byStranger = await sign({}, stranger);
  t.equal(
    refusal(() => judgeSign(byStranger)),
    'STAMP_UNKNOWN',
    'a key that is not configured',
  );
  t.equal(
    refusal(() => judgeSign({ ...request, stamps: [] })),
    'STAMP_UNKNOWN',
    'no stamp',
  );
  const bad = { ...stamp, signature: flipped(stamp.signature) };
  t.equal(
    refusal(() => judgeSign({ ...request, stamps: [bad] })),
    'STAMP_INVALID',
    'one bit',
  );
  const borrowed = {
    keyId: stamp.keyId,
    signature: byStranger.stamps[0]?.signature ?? bad.signature,
  };
  t.equal(
    refusal(() => judgeSign({ ...request, stamps: [borrowed] })),
    'STAMP_INVALID',
    'borrowed',
  );
  const otherBytes = await sign();
  t.equal(
    refusal(() => judgeSign({ ...otherBytes, stamps: request.stamps })),
    'STAMP_INVALID',
    'of another request',
  );
  const asRoster = await demo.stamp(PAYLOAD_TYPES.Roster, request.request);
  t.equal(
    refusal(() => judgeSign(asRoster)),
    'STAMP_INVALID',
    'of another payload type',
  );
  const created = await create();
  const asSign = await demo.stamp(PAYLOAD_TYPES.SignRequest, created.request);
  t.equal(
    refusal(() => judgeCreate(asSign)),
    'STAMP_INVALID',
    'a sign stamp creates nothing',
  );

  const second = await other.stamp(PAYLOAD_TYPES.SignRequest, request.request);
  const both = { ...request, stamps: [...request.stamps, ...second.stamps] };
  t.equal(
    refusal(() => judgeSign(both)),
    'CLIENT_MISMATCH',
    'two clients over one request',
  );
  const withStranger = { ...request, stamps: [...request.stamps, ...byStranger.stamps] };
  t.equal(
    refusal(() => judgeSign(withStranger)),
    'approved',
    'an unknown stamp beside a good one',
  );
});

t.test('asks whether the request names its client', async (t) => {
  const { judgeSign } = authorityOf();
  const named = await sign({ clientId: 'demo' });
  const wrong = await sign({ clientId: 'other' });
  t.equal(
    refusal(() => judgeSign(named)),
    'approved',
  );
  t.equal(
    refusal(() => judgeSign(wrong)),
    'CLIENT_MISMATCH',
  );
  const byOther = await sign({ clientId: 'other' }, other);
  t.equal(
    refusal(() => judgeSign(byOther)),
    'approved',
    'P-256',
  );
});

t.test('asks whether it is time, to the millisecond', async (t) => {
  const window = { notBefore: NOW, notAfter: NOW + 60_000 };
  const request = await sign(window);
  const created = await create(window);
  const at = (now: number): string[] => {
    const { judgeSign, judgeCreate } = authorityOf({ now });
    return [refusal(() => judgeSign(request)), refusal(() => judgeCreate(created))];
  };
  const twice = (reason: string): string[] => [reason, reason];
  t.same(at(NOW), twice('approved'));
  t.same(at(NOW + 59_999), twice('approved'));
  t.same(at(NOW + 60_000), twice('REQUEST_EXPIRED'));
  t.same(at(NOW + DAY), twice('REQUEST_EXPIRED'), 'an old request again');
  t.same(at(NOW - 30_000), twice('approved'), 'clocks may differ by 30 s');
  t.same(at(NOW - 30_001), twice('REQUEST_NOT_YET_VALID'));

  const longest = await sign({ notBefore: NOW, notAfter: NOW + DAY + 30_000 });
  const longer = await sign({ notBefore: NOW, notAfter: NOW + DAY + 30_001 });
  const { judgeSign } = authorityOf();
  t.equal(
    refusal(() => judgeSign(longest)),
    'approved',
  );
  t.equal(
    refusal(() => judgeSign(longer)),
    'REQUEST_VALID_TOO_LONG',
  );
});

t.test('asks what the client may do', async (t) => {
  const request = await sign();
  const created = await create();
  const asked = (grants: readonly Grant[]): string[] => {
    const { judgeSign, judgeCreate } = authorityOf({ grants });
    return [refusal(() => judgeCreate(created)), refusal(() => judgeSign(request))];
  };
  const signs = (wallets: readonly string[], purposes: readonly Purpose[] = ['raw']): string =>
    asked([{ action: 'sign', wallets, purposes }])[1] ?? '';

  t.same(asked([]), ['GRANT_MISSING', 'GRANT_MISSING']);
  t.same(asked([{ action: 'create' }]), ['approved', 'GRANT_MISSING']);
  t.same(asked([SIGN_ALL]), ['GRANT_MISSING', 'approved']);
  t.equal(signs(['treasury']), 'approved', 'an exact display name');
  t.equal(signs(['trea*']), 'approved', 'a pattern');
  t.equal(signs(['treas']), 'GRANT_MISSING', 'a prefix is no pattern');
  t.equal(signs(['ops-*', '*sury']), 'approved', 'one of several');
  t.equal(signs([walletName(KEY_ID)]), 'approved', 'the wallet name');
  t.equal(signs([walletName(DIGEST)]), 'GRANT_MISSING', 'another wallet name');
  t.equal(signs(['wallets/*']), 'GRANT_MISSING', 'wallet names are no patterns');
  t.equal(signs(['*'], ['evm']), 'GRANT_MISSING', 'another purpose');
  const split = asked([
    { action: 'sign', wallets: ['other'], purposes: ['raw'] },
    { action: 'sign', wallets: ['*'], purposes: ['evm'] },
  ]);
  t.equal(split[1], 'GRANT_MISSING', 'wallet and purpose must stand in one grant');
});

t.test('grants are asked for every purpose of a mixed request', async (t) => {
  const mixed = await demo.sign(NOW, KEY_ID, [rawItem(DIGEST), evmItem]);
  const judge = (grants: readonly Grant[]): string =>
    refusal(() => authorityOf({ grants }).judgeSign(mixed));
  const grant = (purposes: readonly Purpose[]): Grant => ({
    action: 'sign',
    wallets: ['*'],
    purposes,
  });
  t.equal(judge([grant(['raw'])]), 'GRANT_MISSING');
  t.equal(judge([grant(['evm'])]), 'GRANT_MISSING');
  t.equal(judge([grant(['raw']), grant(['evm'])]), 'approved');
});

t.test('asks what the wallet was made for', async (t) => {
  const raw = await sign();
  const evm = await demo.sign(NOW, KEY_ID, [evmItem]);
  const judge = (purposes: readonly Purpose[], request: StampedRequest): string =>
    refusal(() => authorityOf({ wallet: { purposes } }).judgeSign(request));
  t.equal(judge(['evm'], raw), 'PURPOSE_FORBIDDEN', 'raw digests only where they were asked for');
  t.equal(judge(['evm'], evm), 'approved');
  t.equal(judge(['raw'], evm), 'PURPOSE_FORBIDDEN');
  t.equal(judge(['bitcoin'], raw), 'PURPOSE_FORBIDDEN');
});

t.test('signs with its own ACTIVE wallets only', async (t) => {
  const request = await sign();
  t.equal(
    refusal(() => authorityOf({ wallet: 'none' }).judgeSign(request)),
    'KEY_NOT_ACTIVE',
  );
});

t.test('names the item of a payload that it does not sign', async (t) => {
  const { judgeSign } = authorityOf();
  const kinds: PayloadItem['payload'][] = [
    { kind: 'evm_message', message: utf8('hello') },
    { kind: 'evm_typed_data', json: utf8('{}') },
    { kind: 'evm_authorization', unsigned: Uint8Array.of(5) },
    { kind: 'bitcoin_psbt', psbt: utf8('psbt') },
  ];
  for (const payload of kinds) {
    const request = await demo.sign(NOW, KEY_ID, [rawItem(DIGEST), { path: [], payload }]);
    try {
      judgeSign(request);
      t.fail('approved');
    } catch (error) {
      t.ok(error instanceof TrefoilError && error.reason === 'PAYLOAD_UNSUPPORTED');
      const [violation] = error instanceof TrefoilError ? error.fieldViolations : [];
      t.equal(violation?.field, `items[1].${payload.kind}`);
    }
  }
  const garbage: PayloadItem = {
    path: [],
    payload: { kind: 'evm_transaction', unsigned: Uint8Array.of(2, 0xc0) },
  };
  const request = await demo.sign(NOW, KEY_ID, [rawItem(DIGEST), garbage]);
  t.equal(
    refusal(() => judgeSign(request)),
    'items[1].evm_transaction.unsigned',
  );
});

t.test('refuses bytes that are no canonical request, naming the field', async (t) => {
  const { judgeSign, judgeCreate } = authorityOf();
  const request = await sign();
  const longer = await demo.stamp(
    PAYLOAD_TYPES.SignRequest,
    Uint8Array.of(...request.request, 0xf8, 0x07, 0x00), // an unknown field
  );
  t.equal(
    refusal(() => judgeSign(longer)),
    'request',
  );
  const created = await create();
  const asCreate = await demo.stamp(PAYLOAD_TYPES.CreateWalletRequest, request.request);
  t.not(
    refusal(() => judgeCreate(asCreate)),
    'approved',
    'a sign request creates nothing',
  );
  const asSign = await demo.stamp(PAYLOAD_TYPES.SignRequest, created.request);
  t.not(
    refusal(() => judgeSign(asSign)),
    'approved',
    'a create request signs nothing',
  );
});
