import { secp256k1 } from '@noble/curves/secp256k1.js';
import fc from 'fast-check';
import t from 'tap';
import { InvariantViolation } from '../../../core/errors.ts';
import {
  arith,
  bigEndian,
  bytesOf,
  hexOf,
  modQ,
  Q,
  scalarOf,
  valueOf,
} from '../../support/arith.ts';
import { randomOf } from '../../support/rng.ts';

const { scalar, point } = arith;
const EDGES = [0n, 1n, 2n, Q - 2n, Q - 1n, (Q - 1n) / 2n, (Q + 1n) / 2n, 2n ** 255n];
const value = fc.oneof(fc.constantFrom(...EDGES), fc.bigInt({ min: 0n, max: Q - 1n }));
const Oracle = secp256k1.Point;
const hashDst = 'QUUX-V01-CS02-with-secp256k1_XMD:SHA-256_SSWU_RO_';

t.test('scalar operations are those of the integers mod q', (t) => {
  const holdsFor = (a: bigint, b: bigint): boolean => {
    const [x, y] = [scalarOf(a), scalarOf(b)];
    return (
      valueOf(scalar.add(x, y)) === modQ(a + b) &&
      valueOf(scalar.sub(x, y)) === modQ(a - b) &&
      valueOf(scalar.mul(x, y)) === modQ(a * b) &&
      valueOf(scalar.neg(x)) === modQ(-a) &&
      scalar.isZero(scalar.sub(x, y)) === (a === b)
    );
  };
  for (const a of EDGES) for (const b of EDGES) t.ok(holdsFor(a, b), `${a} ${b}`);
  fc.assert(fc.property(value, value, holdsFor));
  t.end();
});

t.test('decoding reduces and says whether the encoding was canonical', (t) => {
  for (const [a, canonical] of [
    [0n, true],
    [Q - 1n, true],
    [Q, false],
    [Q + 1n, false],
    [2n ** 256n - 1n, false],
  ] as const) {
    const decoded = scalar.decode(bigEndian(a, 32));
    t.equal(decoded.canonical, canonical);
    t.equal(valueOf(decoded.value), modQ(a));
  }
  t.equal(scalar.decode(new Uint8Array(40)).canonical, false);
  t.end();
});

t.test('48 bytes are reduced as one big-endian integer', (t) => {
  const edges = [0n, Q, Q - 1n, 2n ** 256n, 2n ** 384n - 1n, Q << 128n];
  for (const wide of edges) t.equal(valueOf(scalar.reduceWide(bigEndian(wide, 48))), modQ(wide));
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 384n - 1n }), (wide) => {
      return valueOf(scalar.reduceWide(bigEndian(wide, 48))) === modQ(wide);
    }),
  );
  t.end();
});

t.test('inverses exist but for zero', (t) => {
  for (const a of EDGES.slice(1)) {
    const inverse = scalar.inversePublic(scalarOf(a));
    t.equal(valueOf(scalar.mul(inverse, scalarOf(a))), 1n);
  }
  t.throws(() => scalar.inversePublic(scalarOf(0n)), InvariantViolation);
  t.equal(valueOf(scalar.reveal(scalar.fromUint(255))), 255n);
  t.end();
});

t.test('multiples of the base point and of points are those of the oracle', (t) => {
  const random = randomOf(t);
  const P = point.mulBase(scalarOf(7n));
  for (const a of [...EDGES.slice(1), modQ(BigInt(`0x${hexOf(random.bytes(32))}`))]) {
    const expected = Oracle.BASE.multiply(a);
    t.same(point.encode(point.mulBase(scalarOf(a))), expected.toBytes(true));
    const times7 = expected.multiply(7n).toBytes(true);
    t.same(point.encode(point.mul(scalarOf(a), P)), times7);
    t.same(point.encode(point.mulPublic(scalarOf(a), P)), times7);
    const combined = Oracle.BASE.multiply(5n).add(expected.multiply(7n));
    t.ok(
      hexOf(point.encode(point.lincombPublic(scalarOf(5n), scalarOf(a), P))) ===
        combined.toHex(true),
    );
  }
  t.end();
});

t.test('public combinations hold for zero multipliers, the identity and both points equal', (t) => {
  const [zero, five] = [scalarOf(0n), scalarOf(5n)];
  const [G, O] = [point.mulBase(scalarOf(1n)), point.mulBase(zero)];
  const P = point.mulBase(scalarOf(7n));
  const multiple = (k: bigint) => point.mulBase(scalarOf(modQ(k)));
  t.ok(point.equal(point.lincombPublic(zero, five, P), multiple(35n)));
  t.ok(point.equal(point.lincombPublic(five, zero, P), multiple(5n)));
  t.ok(point.equal(point.lincombPublic(five, five, O), multiple(5n)));
  t.ok(point.equal(point.lincombPublic(five, five, G), multiple(10n)));
  t.ok(point.isIdentity(point.lincombPublic(zero, zero, P)));
  t.ok(point.isIdentity(point.lincombPublic(scalarOf(Q - 7n), scalarOf(1n), P)));
  t.end();
});

t.test('the identity is the neutral element and has no encoding', (t) => {
  const O = point.mulBase(scalarOf(0n));
  const P = point.mulBase(scalarOf(3n));
  t.ok(point.isIdentity(O));
  t.ok(point.isIdentity(point.add(P, point.neg(P))));
  t.ok(point.isIdentity(point.mul(scalarOf(0n), P)));
  t.ok(point.isIdentity(point.mulPublic(scalarOf(0n), P)));
  t.ok(point.isIdentity(point.mul(scalarOf(9n), O)));
  t.ok(point.equal(point.add(P, O), P));
  t.notOk(point.isIdentity(P));
  t.throws(() => point.encode(O), InvariantViolation);
  t.end();
});

t.test('a point is decoded from its one compressed encoding', (t) => {
  const encoded = point.encode(point.mulBase(scalarOf(11n)));
  const P = point.decode(encoded);
  t.ok(P !== undefined && hexOf(point.encode(P)) === hexOf(encoded));
  for (const wrong of [
    encoded.slice(0, 32),
    bytesOf(`${hexOf(encoded)}00`),
    Uint8Array.from(encoded, (byte, k) => (k === 0 ? byte + 4 : byte)),
    Oracle.BASE.toBytes(false),
    new Uint8Array(33),
    new Uint8Array(0),
  ]) {
    t.equal(point.decode(wrong), undefined);
  }
  t.end();
});

t.test('select takes the second point for one', (t) => {
  const [P, R] = [point.mulBase(scalarOf(2n)), point.mulBase(scalarOf(3n))];
  t.ok(point.equal(point.select(0, P, R), P));
  t.ok(point.equal(point.select(1, P, R), R));
  t.end();
});

t.test('the Gamma equation holds for c + d = a chi and for nothing near it', (t) => {
  const [a, chi, c] = [17n, 23n, 5n];
  const R = point.mulBase(scalarOf(a));
  const Gamma = point.mulBase(scalarOf(c));
  const d = a * chi - c;
  t.ok(point.gammaHolds(scalarOf(chi), R, scalarOf(d), Gamma));
  t.notOk(point.gammaHolds(scalarOf(chi), R, scalarOf(d + 1n), Gamma));
  t.notOk(point.gammaHolds(scalarOf(chi + 1n), R, scalarOf(d), Gamma));
  t.ok(point.gammaHolds(scalarOf(0n), R, scalarOf(-c), Gamma));
  t.end();
});

t.test('hash to the curve gives the points of RFC 9380 J.8.1', (t) => {
  const published: readonly (readonly [message: string, x: string])[] = [
    ['', 'c1cae290e291aee617ebaef1be6d73861479c48b841eaba9b7b5852ddfeb1346'],
    ['abc', '3377e01eab42db296b512293120c6cee72b6ecf9f9205760bd9ff11fb3cb2c4b'],
    ['abcdef0123456789', 'bac54083f293f1fe08e4a70137260aa90783a5cb84d3f35848b324d0674b0e3a'],
  ];
  for (const [message, x] of published) {
    const P = point.hashToCurve(new TextEncoder().encode(message), hashDst);
    t.equal(hexOf(point.encode(P).slice(1)), x);
  }
  t.end();
});
