import assert from 'node:assert/strict';
import t from 'tap';
import { InvalidInput } from '../../../core/errors.ts';
import {
  checkItems,
  encodeItems,
  encodeKeyRef,
  encodeMembers,
  membersOf,
  rosterHash,
  sessionContext,
  SUITE_BYTES,
  type Description,
} from '../../../core/session/context.ts';
import { hexOf } from '../../support/arith.ts';
import { dealKey, dealRoster } from '../../support/dealer.ts';
import { randomOf, sha256 } from '../../support/rng.ts';

t.test('members, key and items are encoded as specified', (t) => {
  const random = randomOf(t);
  const { roster } = dealRoster(random, [1, 258 - 3]);
  const [first] = roster.signers;
  t.equal(hexOf(encodeMembers(roster.signers)).slice(0, 8), '00020001');
  t.equal(encodeMembers(roster.signers).length, 2 + 2 * 34);
  t.same(membersOf(roster, [1]), [first]);
  const key = {
    keyId: random.bytes(32),
    epoch: 7,
    keygenSid: random.bytes(32),
    conf: random.bytes(32),
  };
  t.equal(
    hexOf(encodeKeyRef(key)),
    [key.keyId, '00000007', key.keygenSid, key.conf]
      .map((part) => (typeof part === 'string' ? part : hexOf(part)))
      .join(''),
  );
  const digest = random.bytes(32);
  t.equal(hexOf(encodeItems([{ digest, path: [44, 0] }])), `${hexOf(digest)}020000002c00000000`);
  t.equal(encodeItems([]).length, 0);
  t.equal(SUITE_BYTES.length, 58);
  t.end();
});

t.test('a signer outside the roster is refused by name', (t) => {
  const { roster } = dealRoster(randomOf(t), [1, 2]);
  t.throws(() => membersOf(roster, [1, 3]), new InvalidInput('parties', 'no signer 3'));
  t.end();
});

t.test('everything a session is about changes its context', (t) => {
  const random = randomOf(t);
  const { roster } = dealRoster(random, [1, 2, 3]);
  const [request32, other32] = [random.bytes(32), random.bytes(32)];
  const key = [...dealKey(random, { t: 2, roster }).shares.values()][0];
  if (key === undefined) throw new Error('no share');
  const items = [{ digest: request32, path: [1] }];
  const base = { roster, parties: [1, 2] } as const;
  const sign = { ...base, kind: 'sign', key, request32, attempt: 1, items } as const;
  const keygen = { ...base, kind: 'keygen', keyId: other32, request32, t: 2 } as const;
  const pair = { ...base, kind: 'pair', generation: 1 } as const;
  const descriptions: Description[] = [
    pair,
    { ...pair, generation: 2 },
    { ...pair, parties: [1, 3] },
    { ...pair, roster: { ...roster, version: 2 } },
    { ...pair, roster: { ...roster, cluster32: other32 } },
    { ...pair, roster: { ...roster, signers: roster.signers.slice(0, 2) } },
    keygen,
    { ...keygen, keyId: request32 },
    { ...keygen, request32: other32 },
    { ...keygen, t: 3 },
    sign,
    { ...sign, attempt: 2 },
    { ...sign, request32: other32 },
    { ...sign, key: { ...key, epoch: 1 } },
    { ...sign, key: { ...key, conf: other32 } },
    { ...sign, key: { ...key, keyId: other32 } },
    { ...sign, key: { ...key, keygenSid: other32 } },
    { ...sign, items: [{ digest: other32, path: [1] }] },
    { ...sign, items: [{ digest: request32, path: [2] }] },
    { ...sign, items: [{ digest: request32, path: [] }] },
    { ...sign, items: [...items, ...items] },
  ];
  const contexts = descriptions.map((each) => hexOf(sessionContext(sha256, each)));
  t.equal(new Set(contexts).size, contexts.length);
  t.equal(hexOf(sessionContext(sha256, sign)), contexts[10]);
  t.end();
});

t.test('the roster hash covers cluster, version and every entry', (t) => {
  const random = randomOf(t);
  const { roster } = dealRoster(random, [1, 2]);
  const { roster: other } = dealRoster(random, [1, 2]);
  const hashes = [
    roster,
    { ...roster, version: 2 },
    { ...roster, cluster32: other.cluster32 },
    { ...roster, signers: other.signers },
  ].map((each) => hexOf(rosterHash(sha256, each)));
  t.equal(new Set(hashes).size, hashes.length);
  t.end();
});

t.test('1 to 64 items of 32-byte digests are accepted', (t) => {
  const item = { digest: new Uint8Array(32), path: [] };
  const many = (count: number) => Array.from({ length: count }, () => item);
  checkItems(many(1));
  checkItems(many(64));
  assert.throws(() => checkItems([]), { field: 'items' });
  assert.throws(() => checkItems(many(65)), { field: 'items' });
  const short = { ...item, digest: new Uint8Array(31) };
  assert.throws(() => checkItems([item, short]), { field: 'items[1].digest' });
  const deep = { ...item, path: new Array<number>(256).fill(0) };
  assert.throws(() => checkItems([deep]), { field: 'items[0].path' });
  t.end();
});
