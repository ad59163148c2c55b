import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { InvalidInput } from '../../core/index.ts';
import { walletName } from '../../wire/request.ts';
import {
  decodeSignRequest,
  encodeSignRequest,
  pathOf,
  type Payload,
  type PayloadItem,
  type SignRequest,
} from '../../wire/sign-request.ts';
import { bytes, join, number } from '../support/protobuf.ts';
import { like } from '../support/like.ts';

const REQUEST_ID = '6f2d3a60-57f6-4b1e-9b0a-1c6a6f3f3b52';
const keyId = new Uint8Array(32).fill(0xab);
const digest = new Uint8Array(32).fill(7);
const good: SignRequest = {
  requestId: REQUEST_ID,
  keyId,
  clientId: 'demo',
  items: [
    { path: [0, 7], payload: { kind: 'raw_digest', digest } },
    { path: [], payload: { kind: 'evm_transaction', unsigned: new Uint8Array([2, 0xc0]) } },
  ],
  notBefore: 1_700_000_000_000,
  notAfter: 1_700_000_060_000,
};

const item0 = join(bytes(1, new Uint8Array([0, 7])), bytes(7, bytes(1, digest)));
const item1 = bytes(2, bytes(1, new Uint8Array([2, 0xc0])));
const raw: Readonly<Record<number, Uint8Array>> = {
  1: bytes(1, REQUEST_ID),
  2: bytes(2, walletName(keyId)),
  3: bytes(3, 'demo'),
  4: join(bytes(4, item0), bytes(4, item1)),
  5: bytes(5, number(1, 1_700_000_000)),
  6: bytes(6, number(1, 1_700_000_060)),
};
const assemble = (change: Readonly<Record<number, Uint8Array>> = {}): Uint8Array =>
  join(...Object.values({ ...raw, ...change }));

function fieldOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidInput) return error.field;
    throw error;
  }
  return 'accepted';
}
const fieldOfRaw = (change: Readonly<Record<number, Uint8Array>>): string =>
  fieldOf(() => decodeSignRequest(assemble(change)));

await t.test('encodes as every protobuf library does', async (t) => {
  t.same(encodeSignRequest(good), assemble());
  t.same(decodeSignRequest(assemble()), good);
});

await t.test('refuses every other encoding of the same content', async (t) => {
  const twoPayloads = join(
    bytes(1, new Uint8Array([0, 7])),
    bytes(2, bytes(1, new Uint8Array([1]))),
    bytes(7, bytes(1, digest)),
  );
  const variants: Readonly<Record<string, Readonly<Record<number, Uint8Array>>>> = {
    'a repeated wallet': { 2: join(raw[2] ?? item0, raw[2] ?? item0) },
    'two payloads of which the last wins': { 4: bytes(4, twoPayloads) },
    'a payload in two parts': {
      4: bytes(4, join(bytes(7, new Uint8Array()), bytes(7, bytes(1, digest)))),
    },
    'a padded path index': {
      4: bytes(4, join(bytes(1, new Uint8Array([0x87, 0])), bytes(7, bytes(1, digest)))),
    },
    'an empty packed path': {
      4: bytes(4, join(bytes(1, new Uint8Array()), bytes(7, bytes(1, digest)))),
    },
    'a client id twice': { 3: join(bytes(3, 'demo'), bytes(3, 'demo')) },
    'an unknown field in an item': { 4: bytes(4, join(item0, number(15, 1))) },
    'an unknown field in a payload': {
      4: bytes(4, bytes(7, join(bytes(1, digest), number(2, 1)))),
    },
  };
  for (const [name, change] of Object.entries(variants))
    t.equal(fieldOfRaw(change), 'request', name);
});

await t.test('names the field that is at fault', async (t) => {
  const withPath = (...path: number[]): Partial<SignRequest> => ({
    items: [{ path, payload: { kind: 'raw_digest', digest } }],
  });
  const withPayload = (payload: Payload): Partial<SignRequest> => ({
    items: [...good.items, { path: [], payload }],
  });
  const big = new Uint8Array(128 * 1024 + 1);
  const empty = new Uint8Array();
  const many: PayloadItem[] = Array.from({ length: 65 }, () => ({
    path: [],
    payload: { kind: 'raw_digest', digest },
  }));
  const cases: readonly (readonly [Partial<SignRequest>, string])[] = [
    [{ requestId: 'x' }, 'request_id'],
    [{ clientId: '' }, 'client_id'],
    [{ clientId: 'x'.repeat(65) }, 'client_id'],
    [{ clientId: 'Demo' }, 'client_id'],
    [{ clientId: 'a\n' }, 'client_id'],
    [{ items: [] }, 'items'],
    [{ items: many }, 'items'],
    [withPath(2 ** 31), 'items[0].path[0]'],
    [withPath(0, 2 ** 32 - 1), 'items[0].path[1]'],
    [withPath(...Array.from({ length: 11 }, (_, i) => i)), 'items[0].path'],
    [withPayload({ kind: 'raw_digest', digest: empty }), 'items[2].raw_digest.digest'],
    [withPayload({ kind: 'raw_digest', digest: big }), 'items[2].raw_digest.digest'],
    [
      withPayload({ kind: 'evm_transaction', unsigned: empty }),
      'items[2].evm_transaction.unsigned',
    ],
    [withPayload({ kind: 'evm_transaction', unsigned: big }), 'items[2].evm_transaction.unsigned'],
    [withPayload({ kind: 'evm_message', message: big }), 'items[2].evm_message.message'],
    [withPayload({ kind: 'evm_typed_data', json: empty }), 'items[2].evm_typed_data.json'],
    [
      withPayload({ kind: 'evm_authorization', unsigned: new Uint8Array(129) }),
      'items[2].evm_authorization.unsigned',
    ],
    [withPayload({ kind: 'bitcoin_psbt', psbt: empty }), 'items[2].bitcoin_psbt.psbt'],
    [{ notAfter: 0 }, 'not_after'],
  ];
  for (const [change, field] of cases)
    t.equal(
      fieldOf(() => encodeSignRequest({ ...good, ...change })),
      field,
    );
});

await t.test('names raw fields that the encoder cannot even write', async (t) => {
  const { length } = walletName(keyId);
  t.equal(fieldOfRaw({ 2: bytes(2, walletName(keyId).toUpperCase()) }), 'wallet');
  t.equal(fieldOfRaw({ 2: bytes(2, walletName(keyId).slice(0, length - 1)) }), 'wallet');
  t.equal(fieldOfRaw({ 2: join() }), 'wallet');
  t.equal(fieldOfRaw({ 3: bytes(3, '') }), 'client_id', 'present but empty');
  t.equal(fieldOfRaw({ 4: join() }), 'items');
  t.equal(fieldOfRaw({ 4: bytes(4, new Uint8Array()) }), 'items[0].payload');
  t.equal(fieldOfRaw({ 4: bytes(4, bytes(7, new Uint8Array())) }), 'items[0].raw_digest.digest');
  t.equal(fieldOfRaw({ 5: join() }), 'not_before');
  t.equal(fieldOfRaw({ 6: join() }), 'not_after');
  t.equal(fieldOfRaw({ 3: join() }), 'accepted', 'the client id is optional');
});

await t.test('a path is non-hardened and at most ten deep', async (t) => {
  t.same(pathOf([], 'path'), []);
  t.same(pathOf([2 ** 31 - 1], 'path'), [2 ** 31 - 1]);
  t.throws(() => pathOf([2 ** 31], 'path'), like({ field: 'path[0]' }));
});

const content = fc.uint8Array({ minLength: 1, maxLength: 40 });
const payloads: fc.Arbitrary<Payload> = fc.oneof(
  content.map((unsigned) => ({ kind: 'evm_transaction' as const, unsigned })),
  fc.uint8Array({ maxLength: 40 }).map((message) => ({ kind: 'evm_message' as const, message })),
  content.map((json) => ({ kind: 'evm_typed_data' as const, json })),
  content.map((unsigned) => ({ kind: 'evm_authorization' as const, unsigned })),
  content.map((psbt) => ({ kind: 'bitcoin_psbt' as const, psbt })),
  fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((value) => ({ kind: 'raw_digest' as const, digest: value })),
);
const items = fc.record(
  {
    path: fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { maxLength: 10 }),
    payload: payloads,
  },
  { noNullPrototype: true },
);

await t.test('decodes what it encodes', async () => {
  const requests = fc.record({
    requestId: fc.uuid(),
    keyId: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    items: fc.array(items, { minLength: 1, maxLength: 64 }),
    notBefore: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  });
  fc.assert(
    fc.property(requests, fc.boolean(), (base, named) => {
      const client = named ? { clientId: 'a.b-c_d' } : {};
      const request = { ...base, ...client, notAfter: base.notBefore + 1 };
      assert.deepEqual(decodeSignRequest(encodeSignRequest(request)), request);
    }),
    { numRuns: 50 },
  );
});

await t.test('every flipped bit is refused or asks for something else', async (t) => {
  const encoded = encodeSignRequest(good);
  for (let bit = 0; bit < encoded.length * 8; bit++) {
    const changed = encoded.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    try {
      t.notSame(decodeSignRequest(changed), good);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
    }
  }
});
