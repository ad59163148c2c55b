import t from 'tap';
import {
  checkPairDigest,
  P2_BYTES,
  pairDigest,
  pairSid,
  zeroSeed,
  type PairSetup,
} from '../../../core/pair/rounds.ts';
import { assertAborts } from '../../support/aborts.ts';
import { arith, hexOf } from '../../support/arith.ts';
import { dealPair } from '../../support/dealer.ts';
import { randomOf, sha256 } from '../../support/rng.ts';

const env = { arith, sha256 };

t.test('every use and direction of a set-up has its own id', (t) => {
  const random = randomOf(t);
  const sid = random.bytes(32);
  const ids = (['base-ot', 'pprf', 'rvole'] as const).flatMap((what) => [
    pairSid(sha256, sid, what, 1, 2),
    pairSid(sha256, sid, what, 2, 1),
    pairSid(sha256, random.bytes(32), what, 1, 2),
  ]);
  t.equal(new Set(ids.map(hexOf)).size, ids.length);
  t.end();
});

t.test('the zero-share seed takes both contributions in order', (t) => {
  const random = randomOf(t);
  const [sid, a, b] = [random.bytes(32), random.bytes(32), random.bytes(32)];
  const seeds = [
    zeroSeed(sha256, sid, 1, 2, a, b),
    zeroSeed(sha256, sid, 1, 2, b, a),
    zeroSeed(sha256, sid, 1, 3, a, b),
    zeroSeed(sha256, a, 1, 2, sid, b),
  ];
  t.equal(new Set(seeds.map(hexOf)).size, seeds.length);
  t.end();
});

t.test('the pair digest is the same on both sides and covers the whole transcript', (t) => {
  const random = randomOf(t);
  const part = (): Uint8Array => random.bytes(64);
  const [A1, P2] = [0, 1].map(
    () =>
      new Map([
        [1, part()],
        [2, part()],
      ]),
  ) as [Map<number, Uint8Array>, Map<number, Uint8Array>];
  const [setupSid, seed] = [random.bytes(32), random.bytes(32)];
  const low: PairSetup = { setupSid, self: 1, peer: 2, generation: 1 };
  const digest = pairDigest(sha256, low, seed, A1, P2);
  t.same(pairDigest(sha256, { ...low, self: 2, peer: 1 }, seed, A1, P2), digest);
  const others = [
    pairDigest(sha256, { ...low, generation: 2 }, seed, A1, P2),
    pairDigest(sha256, { ...low, setupSid: seed }, seed, A1, P2),
    pairDigest(sha256, low, random.bytes(32), A1, P2),
    pairDigest(sha256, low, seed, new Map(A1).set(1, part()), P2),
    pairDigest(sha256, low, seed, new Map(A1).set(2, part()), P2),
    pairDigest(sha256, low, seed, A1, new Map(P2).set(1, part())),
    pairDigest(sha256, low, seed, A1, new Map(P2).set(2, part())),
    pairDigest(sha256, low, seed, P2, A1),
  ].map(hexOf);
  t.equal(new Set([...others, hexOf(digest)]).size, others.length + 1);
  t.equal(P2_BYTES, 5185);
  t.end();
});

t.test('the peer confirms the own digest or nothing', (t) => {
  const random = randomOf(t);
  const [pair] = dealPair(random, 1, 2);
  const setup: PairSetup = { setupSid: random.bytes(32), self: 1, peer: 2, generation: 1 };
  const confirm = (digest: Uint8Array) => (): void => {
    const broadcast = new Map([[2, digest]]);
    checkPairDigest(env, setup, pair, { broadcast, direct: new Map(), echo: new Uint8Array() });
  };
  confirm(pair.digest.slice())();
  assertAborts(confirm(random.bytes(32)), { check: 'C-25', abortClass: 'retry', culprits: [] });
  assertAborts(confirm(pair.digest.slice(1)), {
    check: 'C-05',
    abortClass: 'blame',
    culprits: [2],
  });
  t.end();
});
