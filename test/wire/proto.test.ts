import t from 'tap';
import {
  decodeCanonical,
  decodeMessage,
  encodeMessage,
  serviceDefinition,
} from '../../wire/proto.ts';
import { bytes, join, number } from '../support/protobuf.ts';
import { like } from '../support/like.ts';

const ping = {
  toDomain: (message: { nonce: string; reply: boolean }) => message,
  toProto: (message: { nonce: string; reply: boolean }) => message,
};

await t.test('leaves defaults out at every depth, but never out of lists', async (t) => {
  t.same(encodeMessage('Ping', { nonce: 0, reply: false }), new Uint8Array());
  t.same(encodeMessage('Stamp', { keyId: '', signature: new Uint8Array() }), new Uint8Array());
  t.same(encodeMessage('PayloadItem', { path: [0, 0] }), new Uint8Array([10, 2, 0, 0]));
  const frame = encodeMessage('Frame', { ping: { nonce: 0, reply: false } });
  t.same(encodeMessage('Refusal', { message: '0' }), bytes(2, '0'), 'a text of digits stays');
  t.same(frame, new Uint8Array([0x22, 0]), 'a chosen message stays, empty as it is');
  const joins = encodeMessage('KeyCertificate', { F: [new Uint8Array()] });
  t.same(joins, new Uint8Array([0x32, 0]));
});

await t.test('names what does not decode', async (t) => {
  t.throws(() => decodeMessage('Ping', new Uint8Array([8]), 'here'), like({ field: 'here' }));
  t.throws(
    () => decodeMessage('Ping', new Uint8Array([0xff, 0xff]), 'here'),
    like({ field: 'here' }),
  );
});

await t.test('canonical means one encoding', async (t) => {
  const canonical = number(1, 300);
  const decode = (content: Uint8Array): unknown => decodeCanonical('Ping', content, 'ping', ping);
  t.match(decode(canonical), { nonce: '300', reply: false });
  const others = [
    number(1, 300, 1),
    join(canonical, canonical),
    join(canonical, number(2, 0)),
    join(number(2, 1), canonical),
    join(canonical, number(3, 1)),
    join(canonical, bytes(4, 'x')),
    number(2, 2),
  ];
  for (const other of others) t.throws(() => decode(other), like({ field: 'ping' }));
});

await t.test('nothing decoded aliases the input', async (t) => {
  const input = encodeMessage('RawDigest', { digest: new Uint8Array([1, 2]) });
  const { digest } = decodeMessage('RawDigest', input, 'x');
  input.fill(0);
  t.same(new Uint8Array(digest), new Uint8Array([1, 2]));
});

await t.test('loads the services', async (t) => {
  t.ok('Sign' in serviceDefinition('WalletService'));
  t.ok('Relay' in serviceDefinition('SignerService'));
  t.ok('GetCluster' in serviceDefinition('AdminService'));
});
