/** 200 signatures of random wallets, paths and digests; many more with TREFOIL_LONG=1. */
import assert from 'node:assert/strict';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import t from 'tap';
import { toHex } from '../../../core/index.ts';
import { randomOf } from '../../support/rng.ts';
import { runSigning, signSetup, signWorld } from '../../support/session.ts';
import { assertVerifies, childKeyByEthers, messageOf } from '../../support/verify-signature.ts';

const COUNT = process.env['TREFOIL_LONG'] === '1' ? 2000 : 200;
const BATCH = 16;

void t.test(`${COUNT} signatures verify, all R distinct, all s low`, async (t) => {
  const random = randomOf(t);
  const r = new Set<string>();
  const nonces = new Set<string>();
  let signed = 0;
  while (signed < COUNT) {
    const B = Math.min(BATCH, COUNT - signed);
    const parties = random.pick([
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
    const seed = toHex(random.bytes(8));
    const world = signWorld({ seed, parties, B });
    const messages = world.items.map(() => messageOf(random.bytes(random.below(100))));
    const items = messages.map(({ digest }) => ({
      digest,
      path: Array.from({ length: random.below(5) }, () => random.below(2 ** 31)),
    }));
    const { results, aborts, sent } = runSigning({ ...world, items });
    assert.equal(aborts.size, 0);
    const signatures = results.get(parties[0] ?? 0) ?? [];
    assert.equal(signatures.length, B);
    const { key } = signSetup(world, parties[0] ?? 0);
    signatures.forEach((signature, m) => {
      const [message, item] = [messages[m], items[m]];
      assert.ok(message && item);
      assertVerifies(childKeyByEthers(key, item.path), message, signature);
      r.add(toHex(signature.r));
    });
    for (const { open } of sent.filter(({ round, to }) => round === 2 && to === 0)) {
      for (let m = 0; m < B; m++) nonces.add(toHex(open.slice(32 + 33 * m, 65 + 33 * m)));
    }
    signed += B;
  }
  t.equal(r.size, COUNT, 'all R distinct');
  t.equal(nonces.size, 2 * COUNT, 'all nonce shares distinct');
});

void t.test('digests at the edges sign: zero, q, q - 1, all ones; the last index', async (t) => {
  const random = randomOf(t);
  const q = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd03641';
  const digests = ['00'.repeat(32), `${q}41`, `${q}40`, 'ff'.repeat(32)].map((hex) =>
    Uint8Array.from(Buffer.from(hex, 'hex')),
  );
  const world = signWorld({ seed: random.seed, B: digests.length });
  const items = digests.map((digest, m) => ({ digest, path: m === 0 ? [] : [2 ** 31 - 1, 0] }));
  const { results } = runSigning({ ...world, items });
  const { key } = signSetup(world, 1);
  items.forEach(({ digest, path }, m) => {
    const signature = results.get(1)?.[m];
    assert.ok(signature);
    const compact = new Uint8Array(Buffer.concat([signature.r, signature.s]));
    const strict = { prehash: false, lowS: true } as const;
    t.ok(secp256k1.verify(compact, digest, childKeyByEthers(key, path), strict));
  });
});
