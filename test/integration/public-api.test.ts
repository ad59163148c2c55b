/**
 * Bad input of every field of every public RPC, and bytes that are no RPC at all, against a running
 * cluster of real processes.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Client as GrpcClient, Metadata } from '@grpc/grpc-js';
import t, { type Test } from 'tap';
import type { Client } from '../../client/index.ts';
import { encodeMessage } from '../../wire/proto.ts';
import { PAYLOAD_TYPES, parseStampPrivateKey, type PayloadType } from '../../wire/stamp.ts';
import { fromGrpcError, type TrefoilError } from '../../wire/status.ts';
import { fixedChannelCredentials } from '../../wire/tls.ts';
import { discardCluster, startTestCluster, type TestCluster } from '../support/cluster.ts';

type Fields = Record<string, unknown>;
type Case = { readonly field: string; readonly fields: Fields };

let cluster: TestCluster;
let client: Client;
let channel: GrpcClient;
let wallet: string;
const pids = new Set<number>();

const pems = () => {
  const paths = cluster.layout.client('demo');
  const { cert, key, ca } = paths;
  return { cert: readFileSync(cert), key: readFileSync(key), ca: readFileSync(ca) };
};
const grpcAddress = (): string => cluster.coordinator().listen.grpc;

// Real processes on a machine that other tests use as well.
t.setTimeout(220_000);

t.before(async () => {
  cluster = await startTestCluster();
  t.teardown(() => discardCluster(cluster));
  client = cluster.openClient();
  const created = await client.createWallet(
    { displayName: 'api', threshold: 2, committee: [1, 2, 3], purposes: ['evm', 'raw'] },
    { timeoutMs: 20_000 },
  );
  wallet = created.name;
  const expected = { cluster: 'local', role: 'coordinator', name: 'local' } as const;
  channel = new GrpcClient(grpcAddress(), fixedChannelCredentials(pems(), expected), {
    'grpc.max_send_message_length': -1,
    'grpc.ssl_target_name_override': 'trefoil.internal',
  });
  t.teardown(() => {
    channel.close();
    client.close();
  });
  for (const { member } of cluster.signers()) pids.add(member.process.pid);
  pids.add(cluster.coordinator().process.pid);
});

/** Calls a method with bytes of the test's own; resolves with the error. */
function refusalOf(method: string, bytes: Uint8Array): Promise<TrefoilError | undefined> {
  const same = (message: Buffer): Buffer => message;
  return new Promise((resolve) => {
    channel.makeUnaryRequest(
      `/trefoil.v1.WalletService/${method}`,
      same,
      same,
      Buffer.from(bytes),
      new Metadata(),
      { deadline: Date.now() + 15_000 },
      (error) => {
        resolve(error === null ? undefined : fromGrpcError(error));
      },
    );
  });
}

const seconds = (ms: number): Fields => ({ seconds: String(Math.floor(ms / 1000)), nanos: 0 });
const validity = (): Fields => ({
  notBefore: seconds(Date.now() - 10_000),
  notAfter: seconds(Date.now() + 60_000),
});

async function stamped(
  name: 'SignRequest' | 'CreateWalletRequest',
  fields: Fields,
): Promise<{ request: Uint8Array; stamps: { keyId: string; signature: Uint8Array }[] }> {
  const request = encodeMessage(name, fields);
  const type: PayloadType = PAYLOAD_TYPES[name];
  const pem = readFileSync(cluster.layout.client('demo').stampKey, 'utf8');
  return { request, stamps: [await parseStampPrivateKey(pem).stamp(type, request)] };
}

const rawItem = (changes: Fields = {}): Fields => ({
  path: [0],
  rawDigest: { digest: new Uint8Array(32).fill(7) },
  ...changes,
});

const signFields = (changes: Fields = {}): Fields => ({
  requestId: randomUUID(),
  wallet,
  items: [rawItem()],
  ...validity(),
  ...changes,
});

const createFields = (changes: Fields = {}): Fields => ({
  requestId: randomUUID(),
  displayName: 'new',
  threshold: 2,
  committee: [1, 2, 3],
  purposes: ['PURPOSE_RAW'],
  ...validity(),
  ...changes,
});

const now = Date.now();
const CREATE_CASES: readonly Case[] = [
  { field: 'request_id', fields: { requestId: '' } },
  { field: 'request_id', fields: { requestId: 'not-a-uuid' } },
  { field: 'request_id', fields: { requestId: randomUUID().toUpperCase() } },
  { field: 'display_name', fields: { displayName: '' } },
  { field: 'display_name', fields: { displayName: ' padded' } },
  { field: 'display_name', fields: { displayName: 'x'.repeat(65) } },
  { field: 'display_name', fields: { displayName: 'line\nbreak' } },
  { field: 'threshold', fields: { threshold: 0 } },
  { field: 'threshold', fields: { threshold: 1 } },
  { field: 'threshold', fields: { threshold: 4 } },
  { field: 'committee', fields: { committee: [] } },
  { field: 'committee', fields: { committee: [1] } },
  { field: 'committee', fields: { committee: [1, 1, 2] } },
  { field: 'committee', fields: { committee: [3, 2, 1] } },
  { field: 'committee[0]', fields: { committee: [0, 1, 2] } },
  { field: 'committee[2]', fields: { committee: [1, 2, 256] } },
  { field: 'committee', fields: { committee: [1, 2, 9] } },
  { field: 'purposes', fields: { purposes: [] } },
  { field: 'purposes[0]', fields: { purposes: ['PURPOSE_UNSPECIFIED'] } },
  { field: 'purposes', fields: { purposes: ['PURPOSE_RAW', 'PURPOSE_RAW'] } },
  { field: 'not_before', fields: { notBefore: null } },
  { field: 'not_after', fields: { notAfter: null } },
  { field: 'not_after', fields: { notBefore: seconds(now), notAfter: seconds(now - 5_000) } },
  { field: 'not_after', fields: { notAfter: seconds(now + 26 * 3_600_000) } },
  { field: 'not_before.nanos', fields: { notBefore: { seconds: '1', nanos: -1 } } },
];

const item = (changes: Fields): Fields => ({ items: [rawItem(changes)] });
const payload = (changes: Fields): Fields => ({ items: [{ path: [0], ...changes }] });
const SIGN_CASES: readonly Case[] = [
  { field: 'request_id', fields: { requestId: '' } },
  { field: 'request_id', fields: { requestId: 'zz' } },
  { field: 'wallet', fields: { wallet: '' } },
  { field: 'wallet', fields: { wallet: 'wallets/12' } },
  { field: 'wallet', fields: { wallet: `wallets/${'A'.repeat(64)}` } },
  { field: 'client_id', fields: { clientId: new Uint8Array(65) } },
  { field: 'items', fields: { items: [] } },
  { field: 'items', fields: { items: Array.from({ length: 65 }, () => rawItem()) } },
  { field: 'items[0].path[0]', fields: item({ path: [0x8000_0000] }) },
  { field: 'items[0].path', fields: item({ path: Array.from({ length: 11 }, () => 0) }) },
  { field: 'items[0].payload', fields: { items: [{ path: [0] }] } },
  {
    field: 'items[0].raw_digest.digest',
    fields: payload({ rawDigest: { digest: new Uint8Array(31) } }),
  },
  {
    field: 'items[0].evm_transaction.unsigned',
    fields: payload({ evmTransaction: { unsigned: new Uint8Array() } }),
  },
  {
    field: 'items[0].evm_transaction.unsigned',
    fields: payload({ evmTransaction: { unsigned: new Uint8Array([2, 0xc0]) } }),
  },
  { field: 'not_before', fields: { notBefore: null } },
  { field: 'not_after', fields: { notAfter: null } },
  { field: 'not_after', fields: { notAfter: seconds(now + 26 * 3_600_000) } },
];

const shown = (fields: Fields): string =>
  JSON.stringify(fields, (_, value: unknown) =>
    value instanceof Uint8Array ? `${value.length} bytes` : value,
  ).slice(0, 80);

async function refuses(
  t: Test,
  method: string,
  bytes: Uint8Array,
  field: string,
  what: string,
): Promise<void> {
  const refusal = await refusalOf(method, bytes);
  const violated = refusal?.fieldViolations.map((violation) => violation.field);
  t.match(
    { code: refusal?.code, violated },
    { code: 'INVALID_ARGUMENT', violated: [field] },
    `${method} ${what}`,
  );
}

t.test('every bad field of CreateWallet is named', async (t) => {
  for (const { field, fields } of CREATE_CASES) {
    const message = await stamped('CreateWalletRequest', createFields(fields));
    const bytes = encodeMessage('StampedRequest', message);
    await refuses(t, 'CreateWallet', bytes, field, shown(fields));
  }
});

t.test('every bad field of Sign is named', async (t) => {
  for (const { field, fields } of SIGN_CASES) {
    const message = await stamped('SignRequest', signFields(fields));
    const bytes = encodeMessage('StampedRequest', message);
    await refuses(t, 'Sign', bytes, field, shown(fields));
  }
});

t.test('every bad field of a stamped request is named', async (t) => {
  for (const [method, name, fields] of [
    ['Sign', 'SignRequest', signFields()],
    ['CreateWallet', 'CreateWalletRequest', createFields()],
  ] as const) {
    const good = await stamped(name, fields);
    const [stamp] = good.stamps;
    if (stamp === undefined) throw new Error('no stamp');
    const short = { ...stamp, signature: stamp.signature.slice(1) };
    const padded = new Uint8Array([...good.request, 0xf8, 0x01, 0x01]);
    const cases: readonly (readonly [string, Partial<typeof good>])[] = [
      ['request', { request: new Uint8Array() }],
      ['request', { request: new Uint8Array(1_048_577) }],
      ['request', { request: padded }],
      ['request', { request: good.request.slice(0, -1) }],
      ['stamps', { stamps: [] }],
      ['stamps', { stamps: Array.from({ length: 9 }, () => stamp) }],
      ['stamps[0].key_id', { stamps: [{ ...stamp, keyId: 'ab' }] }],
      ['stamps[0].signature', { stamps: [short] }],
      ['stamps[1].key_id', { stamps: [stamp, stamp] }],
    ];
    for (const [field, changes] of cases) {
      const bytes = encodeMessage('StampedRequest', { ...good, ...changes });
      await refuses(t, method, bytes, field, shown(changes));
    }
  }
});

t.test('every bad field of the reading methods is named', async (t) => {
  for (const name of ['', 'wallets/', wallet.toUpperCase()]) {
    await refuses(t, 'GetWallet', encodeMessage('GetWalletRequest', { name }), 'name', name);
  }
  const tooMany = encodeMessage('ListWalletsRequest', { pageSize: 1001 });
  await refuses(t, 'ListWallets', tooMany, 'page_size', '1001');
  const token = encodeMessage('ListWalletsRequest', { pageToken: 'no such page' });
  await refuses(t, 'ListWallets', token, 'page_token', 'unknown');
  for (const requestId of ['', 'x', randomUUID().toUpperCase()]) {
    const bytes = encodeMessage('GetSignatureRequest', { requestId });
    await refuses(t, 'GetSignature', bytes, 'request_id', requestId);
  }
});

t.test('kinds of payload that are not signed yet are refused by name', async (t) => {
  for (const [kind, fields] of [
    ['evm_message', { evmMessage: { message: new Uint8Array(3) } }],
    ['evm_typed_data', { evmTypedData: { json: new Uint8Array(3) } }],
    ['evm_authorization', { evmAuthorization: { unsigned: new Uint8Array(3) } }],
    ['bitcoin_psbt', { bitcoinPsbt: { psbt: new Uint8Array(3) } }],
  ] as const) {
    const message = await stamped('SignRequest', signFields(payload(fields)));
    const refusal = await refusalOf('Sign', encodeMessage('StampedRequest', message));
    t.match(refusal, { code: 'UNIMPLEMENTED', reason: 'PAYLOAD_UNSUPPORTED' }, kind);
    t.match(refusal?.fieldViolations[0]?.field, `items[0].${kind}`);
  }
});

/** Sends bytes on a new connection and waits until the server or a short time ends it. */
async function throwAt(address: string, bytes: Uint8Array, secure: boolean): Promise<void> {
  const at = address.lastIndexOf(':');
  const target = { host: address.slice(0, at), port: Number(address.slice(at + 1)) };
  const socket = secure
    ? connectTls({
        ...target,
        ...pems(),
        checkServerIdentity: () => undefined,
        ALPNProtocols: ['h2'],
      })
    : connectTcp(target);
  await new Promise<void>((resolve) => {
    socket.setTimeout(300, resolve);
    socket.on('error', resolve);
    socket.on('close', resolve);
    socket.on(secure ? 'secureConnect' : 'connect', () => socket.write(bytes));
  });
  socket.destroy();
}

t.test('oversized, truncated and garbage frames leave every process healthy', async (t) => {
  const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  const garbage = Buffer.alloc(65_536, 0xa5);
  const hugeFrame = Buffer.from([0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1]);
  const truncated = Buffer.from([0, 0, 18, 4, 0, 0, 0, 0, 0, 0, 3]);
  const addresses = [grpcAddress(), ...cluster.signers().map(({ member }) => member.listen.grpc)];
  for (const address of addresses) {
    for (const bytes of [
      garbage,
      preface,
      Buffer.concat([preface, garbage]),
      Buffer.concat([preface, hugeFrame]),
      Buffer.concat([preface, truncated]),
    ]) {
      await throwAt(address, bytes, true);
      await throwAt(address, bytes, false);
    }
  }
  const oversized = await refusalOf('Sign', new Uint8Array(5 * 1024 * 1024));
  t.equal(oversized?.code, 'RESOURCE_EXHAUSTED');

  for (const { member } of cluster.signers()) {
    t.notOk(member.process.hasEnded(), `${member.process.name} lives`);
    t.ok((await fetch(`http://${member.listen.http}/readyz`)).ok, 'and is ready');
  }
  const signed = await client.sign(
    { wallet, items: [{ path: [], payload: { kind: 'raw_digest', digest: new Uint8Array(32) } }] },
    { timeoutMs: 10_000 },
  );
  t.equal(signed.results.length, 1, 'and signs');
  t.ok([...cluster.signers()].every(({ member }) => pids.has(member.process.pid)));
});
