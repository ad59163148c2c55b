/** Every unary RPC: both messages travel unchanged, and every field of the public ones is judged. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { InvalidInput } from '../../core/index.ts';
import { encodeMessage, type MessageInput, type MessageName } from '../../wire/proto.ts';
import {
  adminService,
  METHOD_NAMES,
  RELAY,
  signerService,
  walletService,
  type Codec,
} from '../../wire/services.ts';
import type { Cluster, KeyRecord, SignerInfo } from '../../wire/signer-info.ts';
import { isSameResult, type SignResponse, type Wallet } from '../../wire/wallet.ts';
import { createCertificate } from '../support/certificate.ts';
import { randomOf } from '../support/rng.ts';

const bytes = (length: number, fill = 1): Uint8Array => new Uint8Array(length).fill(fill);
const stamp = { keyId: 'ab'.repeat(32), signature: bytes(64) };
const stamped = { request: bytes(10), stamps: [stamp] };
const REQUEST_ID = '6f2d3a60-57f6-4b1e-9b0a-1c6a6f3f3b52';
const ADDRESS = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const { certificate } = await createCertificate(randomOf(t));

const wallet: Wallet = {
  keyId: bytes(32),
  displayName: 'treasury',
  state: 'active',
  root: { address: ADDRESS, publicKey: bytes(33), chainCode: bytes(32) },
  threshold: 2,
  committee: [1, 2, 3],
  purposes: ['evm'],
  certificate,
  createTime: 1_700_000_000_123,
  ready: true,
};
const { root: _root, certificate: _certificate, ...unmade } = wallet;
const creating: Wallet = { ...unmade, state: 'creating', ready: false };
const result = {
  r: bytes(32),
  s: bytes(32),
  recid: 1,
  digest: bytes(32),
  path: [0, 7],
  publicKey: bytes(33),
  address: ADDRESS,
};
const signed: SignResponse = {
  requestId: REQUEST_ID,
  results: [result, { ...result, recid: 0, path: [], signedPayload: bytes(90) }],
  signers: [1, 3],
};
const info: SignerInfo = {
  index: 2,
  cluster: 'local',
  rosterVersion: 1,
  boot: bytes(32),
  version: '0.1.0',
  identityKey: bytes(32),
  pairs: [
    {
      peer: 1,
      state: 'active',
      generation: 4,
      pairDigest: bytes(32),
      largestGeneration: 4,
      needsApproval: false,
    },
    { peer: 3, state: 'burned', generation: 0, largestGeneration: 9, needsApproval: true },
  ],
  keyCount: 0,
  sealer: 'file',
};
const record: KeyRecord = {
  keyId: bytes(32),
  epoch: 0,
  state: 'active',
  keygenSid: bytes(32),
  key: { conf: bytes(32), publicKey: bytes(33) },
  certificate,
};
const { key: _key, certificate: _own, ...bare } = record;
const tombstone: KeyRecord = { ...bare, state: 'tombstone' };
const cluster: Cluster = {
  cluster: 'local',
  rosterVersion: 1,
  coordinator: 'a',
  signers: [
    {
      index: 1,
      connected: true,
      boot: bytes(32),
      address: '127.0.0.1:7401',
      version: '0.1.0',
      pairs: [{ peer: 2, state: 'pending', generation: 0 }],
      walletCount: 3,
    },
    {
      index: 2,
      connected: false,
      address: '127.0.0.1:7402',
      version: '',
      pairs: [],
      walletCount: 0,
    },
  ],
};

function travels<T>(codec: Codec<T>, ...values: readonly T[]): void {
  for (const value of values) t.same(codec.decode(codec.encode(value)), value);
}

await t.test('every message travels unchanged', async () => {
  travels(walletService.createWallet.request, stamped);
  travels<Wallet>(walletService.createWallet.response, wallet, creating, {
    ...creating,
    state: 'failed',
  });
  travels(walletService.getWallet.request, { keyId: bytes(32) });
  travels(walletService.listWallets.request, { pageSize: 7, pageToken: 'abc_-' });
  travels(walletService.listWallets.response, { wallets: [creating], nextPageToken: 'n' });
  travels(walletService.sign.response, signed);
  travels(walletService.getSignature.request, { requestId: REQUEST_ID });
  travels(signerService.getInfo.request, {});
  travels(signerService.getInfo.response, info);
  travels(signerService.listKeys.request, { pageSize: 1000, pageToken: '' });
  travels(signerService.listKeys.response, { keys: [tombstone], nextPageToken: '' });
  travels(signerService.getKey.request, { keyId: bytes(32) });
  travels(signerService.getKey.response, record, tombstone);
  travels(signerService.putCertificate.request, certificate);
  travels(signerService.putCertificate.response, 'active', 'pending');
  travels(signerService.getResult.request, { requestId: REQUEST_ID });
  travels(signerService.getResult.response, { request32: bytes(32), result: signed });
  travels(adminService.getCluster.request, {});
  travels(adminService.getCluster.response, cluster);
});

await t.test('an empty page request gets the standard size', async (t) => {
  t.match(walletService.listWallets.request.decode(bytes(0)), { pageSize: 50, pageToken: '' });
  t.match(signerService.listKeys.request.decode(bytes(0)), { pageSize: 100, pageToken: '' });
});

function fieldOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidInput) return error.field;
    throw error;
  }
  return 'accepted';
}

/** The half of a codec that meets strangers. */
type Decoder = Pick<Codec<unknown>, 'decode'>;

/** Names the field that a raw message is refused for. */
function judge<N extends MessageName>(
  codec: Decoder,
  name: N,
): (message: MessageInput<N>, field: string) => void {
  return (message, field) => {
    t.equal(
      fieldOf(() => codec.decode(encodeMessage(name, message))),
      field,
      `${name} ${field}`,
    );
  };
}

await t.test('every field of every public request is judged', async () => {
  for (const method of [walletService.createWallet, walletService.sign]) {
    const refuses = judge(method.request, 'StampedRequest');
    refuses({}, 'request');
    refuses({ ...stamped, request: bytes(0) }, 'request');
    refuses({ ...stamped, request: bytes(1024 * 1024 + 1) }, 'request');
    refuses({ ...stamped, stamps: [] }, 'stamps');
    refuses({ ...stamped, stamps: Array.from({ length: 9 }, () => stamp) }, 'stamps');
    refuses({ ...stamped, stamps: [stamp, stamp] }, 'stamps[1].key_id');
    refuses({ ...stamped, stamps: [{ ...stamp, keyId: 'AB'.repeat(32) }] }, 'stamps[0].key_id');
    refuses({ ...stamped, stamps: [{ ...stamp, keyId: '' }] }, 'stamps[0].key_id');
    refuses({ ...stamped, stamps: [{ ...stamp, signature: bytes(63) }] }, 'stamps[0].signature');
    refuses({ ...stamped, stamps: [{ ...stamp, signature: bytes(72) }] }, 'stamps[0].signature');
  }
  const name = judge(walletService.getWallet.request, 'GetWalletRequest');
  for (const bad of ['', 'x', `wallets/${'A'.repeat(64)}`, `wallets/${'0'.repeat(63)}`])
    name({ name: bad }, 'name');
  const page = judge(walletService.listWallets.request, 'ListWalletsRequest');
  page({ pageSize: 1001 }, 'page_size');
  page({ pageToken: 'x'.repeat(257) }, 'page_token');
  page({ pageToken: 'a b' }, 'page_token');
  const id = judge(walletService.getSignature.request, 'GetSignatureRequest');
  for (const bad of ['', 'x', REQUEST_ID.toUpperCase(), `${REQUEST_ID} `])
    id({ requestId: bad }, 'request_id');
  judge(signerService.getKey.request, 'GetKeyRequest')({ keyId: bytes(31) }, 'key_id');
  judge(signerService.getResult.request, 'GetResultRequest')({ requestId: '' }, 'request_id');
  judge(signerService.putCertificate.request, 'PutCertificateRequest')({}, 'certificate');
  judge(signerService.listKeys.request, 'ListKeysRequest')({ pageSize: 1001 }, 'page_size');
});

await t.test('answers are judged as well', async (t) => {
  const refused = <T>(codec: Codec<T>, value: T, field: string): void => {
    t.equal(
      fieldOf(() => codec.decode(codec.encode(value))),
      field,
    );
  };
  const walletCodec = walletService.getWallet.response;
  const root = { address: ADDRESS, publicKey: bytes(33), chainCode: bytes(32) };
  refused(walletCodec, { ...wallet, root: { ...root, address: '0x12' } }, 'address');
  refused(walletCodec, { ...wallet, root: { ...root, publicKey: bytes(32) } }, 'public_key');
  refused(walletCodec, { ...wallet, root: { ...root, chainCode: bytes(33) } }, 'chain_code');
  refused(walletCodec, { ...wallet, threshold: 4 }, 'threshold');
  refused(walletCodec, { ...wallet, committee: [3, 1] }, 'committee[1]');
  refused(walletCodec, { ...wallet, purposes: [] }, 'purposes');
  refused<Wallet>(walletCodec, { ...creating, state: 'active' }, 'address');
  t.equal(
    fieldOf(() => walletCodec.decode(bytes(0))),
    'state',
  );
  const sign = walletService.sign.response;
  const withResult = (change: object): SignResponse => ({
    ...signed,
    results: [{ ...result, ...change }],
  });
  refused(sign, withResult({ r: bytes(31) }), 'results[0].r');
  refused(sign, withResult({ s: bytes(33) }), 'results[0].s');
  refused(sign, withResult({ recid: 4 }), 'results[0].recid');
  refused(sign, withResult({ digest: bytes(0) }), 'results[0].digest');
  refused(sign, withResult({ path: [2 ** 31] }), 'results[0].path[0]');
  refused(sign, withResult({ publicKey: bytes(65) }), 'results[0].public_key');
  refused(sign, withResult({ address: '' }), 'results[0].address');
  refused(sign, { ...signed, results: [] }, 'results');
  refused(sign, { ...signed, signers: [1] }, 'signers');
  const infoCodec = signerService.getInfo.response;
  refused(infoCodec, { ...info, index: 0 }, 'index');
  refused(infoCodec, { ...info, cluster: 'A' }, 'cluster');
  refused(infoCodec, { ...info, boot: bytes(31) }, 'boot');
  refused(infoCodec, { ...info, identityKey: bytes(33) }, 'identity_key');
  refused(infoCodec, { ...info, version: 'a\nb' }, 'version');
  refused(infoCodec, { ...info, pairs: info.pairs.toReversed() }, 'pairs[1]');
  const keyCodec = signerService.getKey.response;
  refused(keyCodec, { ...record, keyId: bytes(3) }, 'key_id');
  refused<KeyRecord>(keyCodec, { ...tombstone, state: 'active' }, 'conf');
  const broken = { ...certificate, chainCode: bytes(31) };
  refused(keyCodec, { ...record, certificate: broken }, 'certificate.chain_code');
  refused(adminService.getCluster.response, { ...cluster, cluster: '' }, 'cluster');
});

await t.test('parts of a certificate are judged by name', async (t) => {
  const codec = signerService.putCertificate.request;
  const [join] = certificate.joins;
  const [r4] = certificate.r4;
  if (!join || !r4) throw new Error('fixture');
  const cases = [
    [{ createRequest: bytes(0) }, 'create_request'],
    [{ stamps: [] }, 'stamps'],
    [{ roster: { ...certificate.roster, roster: bytes(0) } }, 'roster.roster'],
    [{ roster: { ...certificate.roster, stamps: [] } }, 'roster.stamps'],
    [{ joins: [join] }, 'joins'],
    [{ joins: [join, { ...join, join: bytes(138) }] }, 'joins[1].join'],
    [{ joins: [join, { ...join, signature: bytes(1) }] }, 'joins[1].signature'],
    [{ F: [bytes(33)] }, 'F'],
    [{ F: [bytes(33), bytes(32)] }, 'F[1]'],
    [{ S: [bytes(33), bytes(34)] }, 'S[1]'],
    [{ echo1: bytes(31) }, 'echo_1'],
    [{ echo2: bytes(33) }, 'echo_2'],
    [{ r4: [{ ...r4, from: 0 }] }, 'r4[0].from'],
    [{ r4: [{ ...r4, payload: bytes(96) }] }, 'r4[0].payload'],
    [{ r4: [{ ...r4, signature: bytes(65) }] }, 'r4[0].signature'],
    [{ r4: [r4, r4] }, 'r4[1]'],
  ] as const;
  for (const [change, field] of cases) {
    const act = (): unknown => codec.decode(codec.encode({ ...certificate, ...change }));
    t.equal(fieldOf(act), `certificate.${field}`);
  }
});

await t.test('garbage is refused, never thrown at us otherwise', async () => {
  const methods: readonly { readonly request: Decoder; readonly response: Decoder }[] = [
    ...Object.values(walletService),
    ...Object.values(signerService),
    ...Object.values(adminService),
  ];
  const decoders = methods.flatMap(({ request, response }) => [request, response]);
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 120 }),
      fc.constantFrom(...decoders),
      (content, codec) => {
        try {
          codec.decode(content);
        } catch (error) {
          assert.ok(error instanceof InvalidInput);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

await t.test('every method has the path of the proto and a name to grant', async (t) => {
  t.equal(walletService.sign.path, '/trefoil.v1.WalletService/Sign');
  t.equal(adminService.getCluster.path, '/trefoil.v1.AdminService/GetCluster');
  t.equal(RELAY.path, '/trefoil.v1.SignerService/Relay');
  t.equal(new Set(METHOD_NAMES).size, METHOD_NAMES.length);
  for (const name of ['WalletService/CreateWallet', 'SignerService/Relay', 'Health/Check'])
    t.ok(METHOD_NAMES.includes(name));
});

await t.test('results are the same when their signatures are', async (t) => {
  t.ok(isSameResult(signed, { ...signed, signers: [1, 2] }));
  t.notOk(isSameResult(signed, { ...signed, results: signed.results.slice(1) }));
  t.notOk(isSameResult(signed, { ...signed, results: [{ ...result, r: bytes(32, 2) }, result] }));
  t.notOk(isSameResult(signed, { ...signed, requestId: REQUEST_ID.replace('6', '7') }));
});
