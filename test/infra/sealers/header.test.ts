import t from 'tap';
import fc from 'fast-check';
import { decodeHeader, encodeHeader, type Header } from '../../../infra/sealers/header.ts';

const notAuthentic = { name: 'SealFailure', code: 'not-authentic' };

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 64 });
const headers: fc.Arbitrary<Header> = fc.record({
  provider: text,
  kekId: text,
  edk: bytes,
  context: fc.dictionary(text, text, { maxKeys: 16 }),
  salt: bytes,
  nonce: bytes,
  commit: bytes,
});

const plain = (header: Header): unknown => ({
  ...header,
  context: Object.entries(header.context).sort(),
  edk: [...header.edk],
  salt: [...header.salt],
  nonce: [...header.nonce],
  commit: [...header.commit],
});

await t.test('a header decodes to what was encoded, whatever follows it', async (t) => {
  fc.assert(
    fc.property(headers, bytes, (header, rest) => {
      const encoded = encodeHeader(header);
      const decoded = decodeHeader(Buffer.concat([encoded, rest]));
      return (
        decoded.length === encoded.length &&
        JSON.stringify(plain(decoded.header)) === JSON.stringify(plain(header))
      );
    }),
  );
  t.pass();
});

await t.test('one header has one encoding: what decodes encodes to the same bytes', async (t) => {
  fc.assert(
    fc.property(headers, fc.nat(), fc.integer({ min: 1, max: 255 }), (header, at, change) => {
      const encoded = encodeHeader(header);
      const position = at % encoded.length;
      encoded[position] = (encoded[position] ?? 0) ^ change;
      try {
        const { header: decoded, length } = decodeHeader(encoded);
        return encodeHeader(decoded).equals(encoded.subarray(0, length));
      } catch (error) {
        return error instanceof Error && error.name === 'SealFailure';
      }
    }),
  );
  t.pass();
});

const BASE: Header = {
  provider: 'file',
  kekId: 'k',
  edk: new Uint8Array(),
  context: { a: '1', b: '2' },
  salt: new Uint8Array(32),
  nonce: new Uint8Array(12),
  commit: new Uint8Array(32),
};

await t.test('refuses', async (t) => {
  const encoded = encodeHeader(BASE);
  const at = encoded.indexOf('\u0002\u0000\u0001a', 0, 'latin1');
  t.ok(at > 0, 'the context was found');

  await t.test('names out of order', async (t) => {
    const swapped = Buffer.from(encoded);
    swapped.write('b', at + 3);
    swapped.write('a', at + 9);
    t.throws(() => decodeHeader(swapped), notAuthentic);
  });
  await t.test('a name twice', async (t) => {
    const twice = Buffer.from(encoded);
    twice.write('a', at + 9);
    t.throws(() => decodeHeader(twice), notAuthentic);
  });
  await t.test('text that is not UTF-8', async (t) => {
    const invalid = Buffer.from(encoded);
    invalid[at + 3] = 0xff;
    t.throws(() => decodeHeader(invalid), notAuthentic);
  });
  await t.test('more than 16 names', async (t) => {
    const context = Object.fromEntries(Array.from({ length: 17 }, (_, k) => [`n${k}`, 'v']));
    t.throws(() => decodeHeader(encodeHeader({ ...BASE, context })), notAuthentic);
  });
  await t.test('another format or algorithm', async (t) => {
    for (const position of [0, 1]) {
      const other = Buffer.from(encoded);
      other[position] = 2;
      t.throws(() => decodeHeader(other), notAuthentic);
    }
  });
});
