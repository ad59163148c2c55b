import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { InvalidInput } from '../../core/index.ts';
import { toHex } from '../../wire/bytes.ts';
import {
  decodeCreateWalletRequest,
  encodeCreateWalletRequest,
  keyIdOf,
  keyIdOfWallet,
  PURPOSES,
  request32Of,
  stampedRequestOf,
  timeOf,
  walletName,
  type CreateWalletRequest,
} from '../../wire/request.ts';
import { bytes, join, number } from '../support/protobuf.ts';
import { like } from '../support/like.ts';

const REQUEST_ID = '6f2d3a60-57f6-4b1e-9b0a-1c6a6f3f3b52';
const good: CreateWalletRequest = {
  requestId: REQUEST_ID,
  displayName: 'treasury 1',
  threshold: 2,
  committee: [1, 2, 3],
  purposes: ['evm', 'raw'],
  notBefore: 1_700_000_000_000,
  notAfter: 1_700_000_060_500,
};

/** The fields of `good` as raw protobuf, by field number. */
const raw: Readonly<Record<number, Uint8Array>> = {
  1: bytes(1, REQUEST_ID),
  2: bytes(2, 'treasury 1'),
  3: number(3, 2),
  4: bytes(4, new Uint8Array([1, 2, 3])),
  5: bytes(5, new Uint8Array([1, 3])),
  6: bytes(6, number(1, 1_700_000_000)),
  7: bytes(7, join(number(1, 1_700_000_060), number(2, 500_000_000))),
};
const assemble = (fields: Readonly<Record<number, Uint8Array>>): Uint8Array =>
  join(...Object.values(fields));

function fieldOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidInput) return error.field;
    throw error;
  }
  return 'accepted';
}

await t.test('encodes as every protobuf library does', async (t) => {
  t.same(encodeCreateWalletRequest(good), assemble(raw));
  t.same(decodeCreateWalletRequest(assemble(raw)), good);
});

await t.test('refuses every other encoding of the same content', async (t) => {
  const unknown = bytes(99, 'x');
  const variants: Readonly<Record<string, Uint8Array>> = {
    'an unknown field at the end': join(assemble(raw), unknown),
    'an unknown field first': join(unknown, assemble(raw)),
    'a repeated singular field': join(assemble(raw), raw[7] ?? unknown),
    'a repeated singular field with the same value in place': assemble({
      ...raw,
      3: join(number(3, 2), number(3, 2)),
    }),
    'a varint with a leading zero group': assemble({ ...raw, 3: number(3, 2, 1) }),
    'a tag with a leading zero group': join(new Uint8Array([0x8a, 0]), assemble(raw).slice(1)),
    'another field order': assemble({
      ...raw,
      6: join(),
      7: join(raw[7] ?? unknown, raw[6] ?? unknown),
    }),
    'an unpacked list': assemble({ ...raw, 4: join(number(4, 1), number(4, 2), number(4, 3)) }),
    'a list in two packs': assemble({
      ...raw,
      4: join(bytes(4, new Uint8Array([1, 2])), bytes(4, new Uint8Array([3]))),
    }),
    'an explicit default': assemble({
      ...raw,
      6: bytes(6, join(number(1, 1_700_000_000), number(2, 0))),
    }),
    'an unknown field inside a submessage': assemble({
      ...raw,
      6: bytes(6, join(number(1, 1_700_000_000), number(9, 1))),
    }),
    'a truncated field': assemble(raw).slice(0, -1),
    'a group': join(assemble(raw), new Uint8Array([0x5b, 0x5c])),
    'a number above 32 bits': assemble({ ...raw, 3: number(3, 2n ** 32n + 2n) }),
  };
  for (const [name, encoding] of Object.entries(variants))
    t.equal(
      fieldOf(() => decodeCreateWalletRequest(encoding)),
      'request',
      name,
    );
});

await t.test('refuses garbage, nothing and too much, without harm', async (t) => {
  t.equal(
    fieldOf(() => decodeCreateWalletRequest(new Uint8Array())),
    'request',
  );
  t.equal(
    fieldOf(() => decodeCreateWalletRequest(new Uint8Array(1024 * 1024 + 1))),
    'request',
  );
  const nested = new Uint8Array(100_000).fill(0x5b); // groups in groups
  t.equal(
    fieldOf(() => decodeCreateWalletRequest(nested)),
    'request',
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (content) => {
      assert.notEqual(
        fieldOf(() => decodeCreateWalletRequest(content)),
        'accepted',
      );
    }),
  );
});

await t.test('names the field that is at fault', async (t) => {
  const tooMany = Array.from({ length: 256 }, (_, i) => i + 1);
  const cases: readonly (readonly [Partial<CreateWalletRequest>, string])[] = [
    [{ requestId: '' }, 'request_id'],
    [{ requestId: REQUEST_ID.toUpperCase() }, 'request_id'],
    [{ requestId: REQUEST_ID.replaceAll('-', '') }, 'request_id'],
    [{ requestId: `${REQUEST_ID}\n` }, 'request_id'],
    [{ displayName: '' }, 'display_name'],
    [{ displayName: ' x' }, 'display_name'],
    [{ displayName: 'x ' }, 'display_name'],
    [{ displayName: 'a*b' }, 'display_name'],
    [{ displayName: 'tab\there' }, 'display_name'],
    [{ displayName: 'ümlaut' }, 'display_name'],
    [{ displayName: 'x'.repeat(65) }, 'display_name'],
    [{ displayName: 'line\n' }, 'display_name'],
    [{ threshold: 0 }, 'threshold'],
    [{ threshold: 1 }, 'threshold'],
    [{ threshold: 4 }, 'threshold'],
    [{ committee: [] }, 'committee'],
    [{ committee: [1] }, 'committee'],
    [{ committee: tooMany }, 'committee'],
    [{ committee: [0, 1, 2] }, 'committee[0]'],
    [{ committee: [1, 2, 256] }, 'committee[2]'],
    [{ committee: [1, 3, 2] }, 'committee[2]'],
    [{ committee: [1, 2, 2] }, 'committee[2]'],
    [{ purposes: [] }, 'purposes'],
    [{ purposes: ['raw', 'evm'] }, 'purposes[1]'],
    [{ purposes: ['evm', 'evm'] }, 'purposes[1]'],
    [{ notAfter: good.notBefore }, 'not_after'],
    [{ notAfter: good.notBefore - 1 }, 'not_after'],
  ];
  for (const [change, field] of cases) {
    const act = (): unknown => encodeCreateWalletRequest({ ...good, ...change });
    t.equal(fieldOf(act), field, JSON.stringify(change).slice(0, 60));
  }
  for (const displayName of ['x'.repeat(64), '0', 'false', 'a  b', '!"#$%&()+,-./:;<=>?@[]^_`{|}~'])
    t.equal(
      decodeCreateWalletRequest(encodeCreateWalletRequest({ ...good, displayName })).displayName,
      displayName,
    );
  const early = { ...good, notBefore: 0, notAfter: 999 };
  t.same(decodeCreateWalletRequest(encodeCreateWalletRequest(early)), early);
});

await t.test('names raw fields that the encoder cannot even write', async (t) => {
  const unspecified = new Uint8Array([0]);
  const cases: readonly (readonly [Readonly<Record<number, Uint8Array>>, string])[] = [
    [{ 5: bytes(5, unspecified) }, 'purposes[0]'],
    [{ 5: bytes(5, new Uint8Array([4])) }, 'purposes[0]'],
    [{ 6: join() }, 'not_before'],
    [{ 7: join() }, 'not_after'],
    [{ 6: bytes(6, join(number(1, 5), number(2, 1))) }, 'not_before.nanos'],
    [{ 6: bytes(6, join(number(1, 5), number(2, 1_000_000_000))) }, 'not_before.nanos'],
    [{ 6: bytes(6, number(1, 2n ** 64n - 5n)) }, 'not_before.seconds'],
    [{ 7: bytes(7, number(1, 253_402_300_800)) }, 'not_after.seconds'],
    [{ 1: bytes(1, new Uint8Array([0xff, 0xfe])) }, 'request_id'],
  ];
  for (const [change, field] of cases)
    t.equal(
      fieldOf(() => decodeCreateWalletRequest(assemble({ ...raw, ...change }))),
      field,
    );
});

const names = fc
  .stringMatching(/^[!-)+-~][ -)+-~]{0,62}[!-)+-~]$/)
  .filter((name) => name.length <= 64);
const committees = fc
  .uniqueArray(fc.integer({ min: 1, max: 255 }), { minLength: 2, maxLength: 20 })
  .map((list) => list.sort((a, b) => a - b));
const requests = fc
  .record({
    requestId: fc.uuid(),
    displayName: names,
    committee: committees,
    t: fc.nat(),
    purposes: fc.subarray([...PURPOSES], { minLength: 1 }),
    notBefore: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    lasts: fc.integer({ min: 1, max: 100_000_000 }),
  })
  .map(({ t: pick, lasts, ...rest }) => ({
    ...rest,
    threshold: 2 + (pick % (rest.committee.length - 1)),
    notAfter: rest.notBefore + lasts,
  }));

await t.test('decodes what it encodes', async () => {
  fc.assert(
    fc.property(requests, (request) => {
      assert.deepEqual(decodeCreateWalletRequest(encodeCreateWalletRequest(request)), request);
    }),
  );
});

await t.test('every flipped bit is refused or asks for something else', async (t) => {
  const encoded = encodeCreateWalletRequest(good);
  let refused = 0;
  for (let bit = 0; bit < encoded.length * 8; bit++) {
    const changed = encoded.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    try {
      t.notSame(decodeCreateWalletRequest(changed), good);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      refused += 1;
    }
  }
  t.ok(refused > 300, `${refused} refused`);
});

await t.test('hashes name the bytes, each in its own domain', async (t) => {
  const encoded = encodeCreateWalletRequest(good);
  const sha = (domain: string): string =>
    createHash('sha256').update(`${domain}\0`).update(encoded).digest('hex');
  t.equal(toHex(request32Of(encoded)), sha('trefoil/request/v1'));
  t.equal(toHex(keyIdOf(encoded)), sha('trefoil/key/v1'));
  const name = walletName(keyIdOf(encoded));
  t.match(name, /^wallets\/[0-9a-f]{64}$/);
  t.same(keyIdOfWallet(name, 'wallet'), keyIdOf(encoded));
  for (const bad of ['', 'wallets/', name.slice(8), `${name}0`, name.toUpperCase(), `${name}\n`])
    t.equal(
      fieldOf(() => keyIdOfWallet(bad, 'wallet')),
      'wallet',
      bad,
    );
});

await t.test('the outer message is bounded as well', async (t) => {
  const stamp = { keyId: '0'.repeat(64), signature: Buffer.alloc(64) };
  const outer = { request: Buffer.alloc(5), stamps: [stamp] };
  t.same(stampedRequestOf(outer).request, new Uint8Array(5));
  t.equal(
    fieldOf(() => stampedRequestOf({ ...outer, request: Buffer.alloc(0) })),
    'request',
  );
  t.equal(
    fieldOf(() => stampedRequestOf({ ...outer, stamps: [] })),
    'stamps',
  );
  const large = { ...outer, request: Buffer.alloc(1024 * 1024 + 1) };
  t.equal(
    fieldOf(() => stampedRequestOf(large, 'open.sign.request')),
    'open.sign.request.request',
  );
  t.throws(() => timeOf(null, 'create_time'), like({ field: 'create_time' }));
});

await t.test('decoded bytes do not alias what was received', async (t) => {
  const received = Buffer.alloc(5, 1);
  const stamp = { keyId: '0'.repeat(64), signature: Buffer.alloc(64) };
  const { request } = stampedRequestOf({ request: received, stamps: [stamp] });
  received.fill(9);
  t.same(request, new Uint8Array(5).fill(1));
});
