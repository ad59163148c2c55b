import t from 'tap';
import { InvalidInput, rosterHash } from '../../core/index.ts';
import { fromHex, sha256, toHex, utf8 } from '../../wire/bytes.ts';
import { createIdentitySigner } from '../../wire/ed25519.ts';
import {
  cluster32Of,
  coreRosterOf,
  decodeRosterDocument,
  encodeRosterDocument,
  encodeRosterFile,
  parseRosterFile,
  stampRoster,
  verifyRoster,
  type RosterDocument,
} from '../../wire/roster.ts';
import { PAYLOAD_TYPES } from '../../wire/stamp.ts';
import { createStampPair } from '../support/certificate.ts';

const keyOf = (i: number): Uint8Array => createIdentitySigner(new Uint8Array(32).fill(i)).publicKey;
const document: RosterDocument = {
  cluster: 'prod.example-1',
  version: 7,
  t: 2,
  signers: [1, 2, 200].map((index) => ({
    index,
    identityKey: keyOf(index),
    address: `signer-${index}.example:7401`,
  })),
};
const text = Buffer.from(encodeRosterDocument(document)).toString();
const operator = createStampPair();
const signed = await stampRoster(document, operator.stamper);

function fieldOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidInput) return error.field;
    throw error;
  }
  return 'accepted';
}
const fieldOfText = (changed: string): string => fieldOf(() => decodeRosterDocument(utf8(changed)));
const fieldOfChange = (change: object): string =>
  fieldOf(() => decodeRosterDocument(encodeRosterDocument({ ...document, ...change })));

await t.test('has one canonical form', async (t) => {
  t.match(
    text,
    /^\{"cluster":"prod\.example-1","version":7,"t":2,"signers":\[\{"index":1,"identityKey":"[0-9a-f]{64}","address":"signer-1\.example:7401"\},/,
  );
  t.same(decodeRosterDocument(utf8(text)), document);
  t.equal(fieldOfText(`${text}\n`), 'roster');
  t.equal(fieldOfText(text.replace(':', ': ')), 'roster');
  t.equal(fieldOfText(text.replace('"version":7', '"version":7.0')), 'roster');
  t.equal(fieldOfText(text.replace('"version":7', '"version":7,"version":7')), 'roster', 'twice');
  t.equal(fieldOfText(text.replace('prod', '\\u0070rod')), 'roster');
  const swapped = text.replace(
    '"cluster":"prod.example-1","version":7',
    '"version":7,"cluster":"prod.example-1"',
  );
  t.equal(fieldOfText(swapped), 'roster');
  t.equal(fieldOfText(text.slice(1)), 'roster');
  t.equal(
    fieldOf(() => decodeRosterDocument(new Uint8Array([0xff, 0xfe]))),
    'roster',
  );
  t.equal(
    fieldOf(() => decodeRosterDocument(new Uint8Array(256 * 1024 + 1))),
    'roster',
  );
});

await t.test('refuses unknown, missing and mistyped keys by name', async (t) => {
  t.equal(fieldOfText(text.replace('"t":2', '"t":2,"x":1')), 'roster.x');
  t.equal(fieldOfText(text.replace('"t":2,', '')), 'roster.t');
  t.equal(fieldOfText(text.replace('"index":2,', '')), 'signers[1].index');
  t.equal(fieldOfText(text.replace('"index":2', '"index":"2"')), 'signers[1].index');
  t.equal(fieldOfText(text.replace('"version":7', '"version":"7"')), 'version');
  t.equal(fieldOfText(text.replace('"cluster":"prod.example-1"', '"cluster":1')), 'cluster');
  t.equal(fieldOfText(text.replace('"index":2', '"index":2,"admin":true')), 'signers[1].admin');
  for (const other of ['null', '[]', '1', '"x"']) t.equal(fieldOfText(other), 'roster');
  t.equal(fieldOfText('{"cluster":"a","version":1,"t":2,"signers":{}}'), 'signers');
});

await t.test('refuses values out of bounds by name', async (t) => {
  const { signers } = document;
  const [one, two] = signers;
  if (!one || !two) throw new Error('fixture');
  t.equal(fieldOfChange({ cluster: 'Prod' }), 'cluster');
  t.equal(fieldOfChange({ cluster: '' }), 'cluster');
  t.equal(fieldOfChange({ cluster: 'a/b' }), 'cluster');
  t.equal(fieldOfChange({ version: 0 }), 'version');
  t.equal(fieldOfChange({ version: 2 ** 32 }), 'version');
  t.equal(fieldOfChange({ t: 1 }), 't');
  t.equal(fieldOfChange({ t: 4 }), 't');
  t.equal(fieldOfChange({ signers: [one] }), 'signers');
  t.equal(fieldOfChange({ signers: [two, one] }), 'signers[1]');
  t.equal(fieldOfChange({ signers: [one, { ...two, index: 1 }] }), 'signers[1]', 'index twice');
  t.equal(fieldOfChange({ signers: [one, { ...two, index: 256 }] }), 'signers[1].index');
  const sameKey = { ...two, identityKey: one.identityKey };
  t.equal(fieldOfChange({ signers: [one, sameKey] }), 'signers[1].identityKey', 'key twice');
  for (const address of ['', 'host', 'host:0', 'host:port', 'a b:1', ':7401', 'h:123456', 'x/y:1'])
    t.equal(fieldOfChange({ signers: [one, { ...two, address }] }), 'signers[1].address', address);
  for (const address of ['[::1]:7401', '127.0.0.1:1', 'a.b-c:65535'])
    t.equal(fieldOfChange({ signers: [one, { ...two, address }] }), 'accepted', address);
});

await t.test('refuses identity keys of small order', async (t) => {
  const [one, two] = document.signers;
  if (!one || !two) throw new Error('fixture');
  for (const hex of ['01'.padEnd(64, '0'), '00'.repeat(32), `ec${'ff'.repeat(30)}7f`]) {
    const identityKey = fromHex(hex, 32);
    t.equal(fieldOfChange({ signers: [one, { ...two, identityKey }] }), 'signers[1].identityKey');
  }
  t.equal(
    fieldOfText(text.replace(toHex(two.identityKey), 'AB'.repeat(32))),
    'signers[1].identityKey',
  );
});

await t.test('is believed only with the stamp of a known operator', async (t) => {
  t.same(verifyRoster(signed, [createStampPair().key, operator.key]), document);
  t.equal(
    fieldOf(() => verifyRoster(signed, [])),
    'stamps',
  );
  t.equal(
    fieldOf(() => verifyRoster(signed, [createStampPair().key])),
    'stamps',
  );
  const newer = encodeRosterDocument({ ...document, version: 8 });
  t.equal(
    fieldOf(() => verifyRoster({ ...signed, roster: newer }, [operator.key])),
    'stamps',
  );
  const asRequest = await operator.stamper.stamp(PAYLOAD_TYPES.SignRequest, signed.roster);
  t.equal(
    fieldOf(() => verifyRoster({ ...signed, stamps: [asRequest] }, [operator.key])),
    'stamps',
  );
});

await t.test('is kept in a DSSE file', async (t) => {
  const file = encodeRosterFile(signed);
  t.same(parseRosterFile(file), signed);
  const { payloadType } = JSON.parse(file) as { payloadType: string };
  t.equal(payloadType, 'application/vnd.trefoil.roster.v1');
  t.equal(
    fieldOf(() => parseRosterFile(file.replace('roster.v1', 'x.v1'))),
    'payloadType',
  );
  t.equal(
    fieldOf(() => parseRosterFile(file.replace('"payload"', '"payloat"'))),
    'roster.payloat',
  );
  t.equal(
    fieldOf(() => parseRosterFile(file.replace('"sig": "', '"sig": "?'))),
    'signatures[0].sig',
  );
  t.equal(
    fieldOf(() => parseRosterFile('nonsense')),
    'roster',
  );
  t.equal(
    fieldOf(() => parseRosterFile(' '.repeat(600_000))),
    'roster',
  );
});

await t.test('becomes the roster of the protocol', async (t) => {
  const roster = coreRosterOf(document);
  t.same(roster.cluster32, sha256(utf8('prod.example-1')));
  t.same(roster.cluster32, cluster32Of('prod.example-1'));
  t.same(
    roster.signers.map(({ index }) => index),
    [1, 2, 200],
  );
  t.equal(rosterHash(sha256, roster).length, 32);
});
