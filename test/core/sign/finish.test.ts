import { secp256k1 } from '@noble/curves/secp256k1.js';
import t from 'tap';
import type { Point } from '../../../core/arith.ts';
import { at, entryOf } from '../../../core/list.ts';
import {
  combineItem,
  combineSignatures,
  finishItem,
  isLow,
  verifySignature,
  type FinishedItem,
} from '../../../core/sign/finish.ts';
import { assertAborts } from '../../support/aborts.ts';
import {
  arith,
  bigEndian,
  bytesOf,
  hexOf,
  integerOf,
  modQ,
  Q,
  scalarOf,
  valueOf,
} from '../../support/arith.ts';
import { randomOf, sha256, type SeededRandom } from '../../support/rng.ts';
import { runSigners } from '../../support/sign-runs.ts';

const env = { arith, sha256 };
const { point, scalar } = arith;
const HALF = (Q - 1n) / 2n;

/** An item under a key that is made to fit: s signs h with the nonce point Rf (RFC-style recovery). */
function itemFor(Rf: Point, h: bigint, s: bigint): FinishedItem {
  const rx = scalar.reveal(scalar.decode(point.encode(Rf).slice(1)).value);
  const inverse = scalar.inversePublic(rx);
  // PK' = r^-1 (s Rf - h G)
  const sR = point.mul(scalarOf(s), Rf);
  const childKey = point.mul(inverse, point.add(sR, point.mulBase(scalarOf(-h))));
  return { childKey, Rf, rho: scalarOf(0n), rx, h: scalarOf(h), delta: scalarOf(0n) };
}

const shares = (u: bigint, w: bigint) => [{ u: scalarOf(u), w: scalarOf(w) }];

function randomScalar(random: SeededRandom): bigint {
  return modQ(integerOf(random.bytes(32))) || 1n;
}

/** A point whose x-coordinate is at least q: one in 2^128 by chance. */
function pointBeyondOrder(): Point {
  for (let i = 1n; ; i++) {
    const P = point.decode(bytesOf(`02${hexOf(bigEndian(Q + i, 32))}`));
    if (P !== undefined) return P;
  }
}

t.test('s is low up to (q - 1) / 2', (t) => {
  for (const s of [1n, 2n, HALF - 1n, HALF]) t.ok(isLow(env, scalarOf(s)), `${s}`);
  for (const s of [0n, HALF + 1n, HALF + 2n, Q - 2n, Q - 1n])
    t.notOk(isLow(env, scalarOf(s)), `${s}`);
  t.end();
});

t.test('low and high s of both parities give low s and the right recovery id', (t) => {
  const random = randomOf(t);
  const seen = new Set<number>();
  for (let k = 0; k < 24; k++) {
    const Rf = point.mulBase(scalarOf(randomScalar(random)));
    const [h, s, u] = [randomScalar(random), randomScalar(random), randomScalar(random)];
    const item = itemFor(Rf, h, s);
    const signature = combineItem(env, item, shares(u, u * s));
    t.equal(integerOf(signature.s), s <= HALF ? s : Q - s);
    const compact = secp256k1.Signature.fromBytes(bytesOf(hexOf(signature.r) + hexOf(signature.s)));
    const recovered = compact.addRecoveryBit(signature.recid).recoverPublicKey(bigEndian(h, 32));
    t.equal(recovered.toHex(true), hexOf(point.encode(item.childKey)));
    seen.add(signature.recid);
  }
  t.same(seen, new Set([0, 1]));
  t.end();
});

t.test('a nonce point with x >= q sets the second bit of the recovery id', (t) => {
  const random = randomOf(t);
  const up = pointBeyondOrder();
  const [h, s] = [randomScalar(random), 5n];
  for (const [Rf, value, recid] of [
    [up, s, 2],
    [up, Q - s, 3],
    [point.neg(up), s, 3],
    [point.neg(up), Q - s, 2],
  ] as const) {
    const signature = combineItem(env, itemFor(Rf, h, value), shares(1n, value));
    t.equal(signature.recid, recid);
    t.equal(integerOf(signature.s), s);
    t.equal(integerOf(signature.r), integerOf(point.encode(Rf).slice(1)) - Q);
  }
  t.end();
});

t.test('only the one low signature with its recovery id verifies', (t) => {
  const random = randomOf(t);
  const [h, s] = [randomScalar(random), 7n];
  const item = itemFor(point.mulBase(scalarOf(randomScalar(random))), h, s);
  const good = combineItem(env, item, shares(1n, s));
  t.ok(verifySignature(env, item, good));
  const bad = [
    { recid: good.recid ^ 1 },
    { recid: good.recid ^ 2 },
    { s: bigEndian(Q - s, 32), recid: good.recid ^ 1 },
    { s: bigEndian(s + 1n, 32) },
    { s: bigEndian(0n, 32) },
    { s: bigEndian(Q + s, 32) },
    { r: bigEndian(0n, 32) },
    { r: bigEndian(modQ(integerOf(good.r) + 1n), 32) },
    { r: bigEndian(Q, 32) },
  ];
  for (const change of bad) t.notOk(verifySignature(env, item, { ...good, ...change }));
  t.notOk(verifySignature(env, { ...item, h: scalarOf(h + 1n) }, good), 'digest');
  t.notOk(verifySignature(env, { ...item, childKey: item.Rf }, good), 'key');
  t.end();
});

t.test('zero sums and wrong shares give no signature and blame nobody', (t) => {
  const random = randomOf(t);
  const item = itemFor(point.mulBase(scalarOf(randomScalar(random))), 3n, 7n);
  const retry = { abortClass: 'retry', culprits: [] } as const;
  assertAborts(() => combineItem(env, item, shares(0n, 7n)), { check: 'C-45', ...retry });
  assertAborts(() => combineItem(env, item, shares(1n, 0n)), { check: 'C-45', ...retry });
  assertAborts(() => combineItem(env, item, shares(1n, 8n)), { check: 'C-46', ...retry });
  const opposite = [...shares(2n, 1n), ...shares(-2n, 6n)];
  assertAborts(() => combineItem(env, item, opposite), { check: 'C-45', ...retry });
  t.end();
});

t.test('every input of an item moves its nonce point', (t) => {
  const random = randomOf(t);
  const key = {
    publicKey: point.encode(point.mulBase(scalarOf(randomScalar(random)))),
    chainCode: random.bytes(32),
  };
  const [sid, other] = [random.bytes(32), random.bytes(32)];
  const R = point.mulBase(scalarOf(randomScalar(random)));
  const item = { digest: random.bytes(32), path: [0] };
  const finished = [
    finishItem(env, sid, key, item, 0, R),
    finishItem(env, other, key, item, 0, R),
    finishItem(env, sid, key, item, 1, R),
    finishItem(env, sid, key, item, 0, point.add(R, R)),
    finishItem(env, sid, key, { ...item, digest: other }, 0, R),
    finishItem(env, sid, key, { ...item, path: [] }, 0, R),
  ];
  t.equal(new Set(finished.map(({ rho }) => valueOf(rho))).size, finished.length);
  const [first] = finished;
  if (first === undefined) throw new Error('nothing finished');
  t.ok(point.equal(first.Rf, point.add(R, point.mulBase(first.rho))));
  t.equal(valueOf(first.h), modQ(integerOf(item.digest)));
  t.end();
});

t.test('the coordinator combines the signers own signatures from public payloads', (t) => {
  const run = runSigners(randomOf(t), {
    committee: [1, 2, 4],
    t: 2,
    parties: [2, 4],
    paths: [[], [3, 1]],
  });
  const publicOf = (round: number): Map<number, Uint8Array> =>
    new Map(
      run.outcome.sent
        .filter((message) => message.round === round && message.to === 0)
        .map(({ from, open }) => [from, open]),
    );
  const { sid, key, items, parties } = entryOf(run.setups, 2);
  const input = { sid, parties, key, items, round2: publicOf(2), round3: publicOf(3) };
  const combined = combineSignatures(env, input);
  t.same(combined, entryOf(run.outcome.results, 2));
  const last = entryOf(input.round3, 4);
  const wrong = new Map(input.round3).set(
    4,
    Uint8Array.from(last, (byte, k) => (k === 127 ? byte ^ 1 : byte)),
  );
  assertAborts(() => combineSignatures(env, { ...input, round3: wrong }), { check: 'C-46' });
  const short = new Map(input.round2).set(2, entryOf(input.round2, 2).slice(0, -1));
  assertAborts(() => combineSignatures(env, { ...input, round2: short }), {
    check: 'C-05',
    culprits: [2],
  });
  t.equal(at(combined, 0).r.length, 32);
  t.end();
});
