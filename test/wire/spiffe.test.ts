import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import {
  identityOfAltNames,
  parseSpiffeId,
  requirePeer,
  ROLES,
  spiffeId,
} from '../../wire/spiffe.ts';
import { like } from '../support/like.ts';

await t.test('a name goes into an id and back', async () => {
  const names = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,20}[A-Za-z0-9])?$/);
  const clusters = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?$/);
  fc.assert(
    fc.property(clusters, fc.constantFrom(...ROLES), names, (cluster, role, name) => {
      const identity = { cluster, role, name };
      assert.deepEqual(parseSpiffeId(spiffeId(identity)), identity);
      assert.deepEqual(identityOfAltNames(`DNS:x, URI:${spiffeId(identity)}`), identity);
    }),
  );
});

await t.test('refuses everything that is not exactly one id', async (t) => {
  const bad = [
    'spiffe://c/signer',
    'spiffe://c/signer/',
    'spiffe://c/signer/2/x',
    'spiffe://c/signer/2?x',
    'spiffe://c/signer/2#x',
    'spiffe://c//signer/2',
    'spiffe:///signer/2',
    'spiffe://C/signer/2',
    'spiffe://c:1/signer/2',
    'spiffe://u@c/signer/2',
    'spiffe://c/root/2',
    'spiffe://c/signer/..',
    'spiffe://c/signer/%32',
    'SPIFFE://c/signer/2',
    'https://c/signer/2',
    ' spiffe://c/signer/2',
    'spiffe://c/signer/2\n',
    '',
  ];
  for (const uri of bad) t.equal(parseSpiffeId(uri), undefined, uri);
});

await t.test('refuses alternative names that could be forged', async (t) => {
  const good = 'URI:spiffe://c/signer/2';
  t.match(identityOfAltNames(good), { role: 'signer', name: '2' });
  t.match(identityOfAltNames(`IP Address:127.0.0.1, ${good}`), { name: '2' });
  for (const names of [
    undefined,
    '',
    'DNS:c',
    `${good}, URI:spiffe://c/signer/3`,
    `${good}, URI:https://c`,
    `DNS:"x, ${good}"`,
    `URI:"spiffe://c/signer/2"`,
    `${good},URI:x`,
    'DNS:URI:spiffe://c/signer/2',
  ])
    t.equal(identityOfAltNames(names), undefined, String(names));
});

await t.test('a peer must be of the own cluster', async (t) => {
  t.match(requirePeer('URI:spiffe://c/client/a', 'c'), { role: 'client', name: 'a' });
  t.throws(
    () => requirePeer('URI:spiffe://d/client/a', 'c'),
    like({ reason: 'PEER_UNIDENTIFIED' }),
  );
  t.throws(() => requirePeer(undefined, 'c'), like({ reason: 'PEER_UNIDENTIFIED' }));
});

await t.test('makes no id that it would not read', async (t) => {
  t.throws(() => spiffeId({ cluster: 'C', role: 'signer', name: '1' }), TypeError);
  t.throws(() => spiffeId({ cluster: 'c', role: 'signer', name: 'a/b' }), TypeError);
});
