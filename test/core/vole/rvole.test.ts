import t from 'tap';
import type { Scalar } from '../../../core/arith.ts';
import {
  directionSid,
  multiplyFinish,
  multiplySend,
  multiplyStart,
  rv2Bytes,
} from '../../../core/vole/rvole.ts';
import { arith, hexOf, integerOf, modQ, Q, scalarOf, valueOf } from '../../support/arith.ts';
import { dealPair } from '../../support/dealer.ts';
import { randomOf, sha256, type SeededRandom } from '../../support/rng.ts';

const [ALICE, BOB] = [1, 2];

function multiply(random: SeededRandom, inputs: readonly (readonly [Scalar, Scalar])[]) {
  const env = { arith, sha256, rng: random.rng };
  const [alice, bob] = dealPair(random, ALICE, BOB);
  const esid = directionSid(sha256, random.bytes(32), alice.asSender.otid, ALICE, BOB);
  const started = multiplyStart(env, esid, bob.asReceiver, inputs.length, '');
  const { rv2, c } = multiplySend(env, esid, alice.asSender, started.ot1, inputs, BOB, '');
  return { started, rv2, c, d: multiplyFinish(env, started, rv2, ALICE) };
}

t.test('c + d = a b for both inputs of every item, at B = 1, 2, 3', (t) => {
  const random = randomOf(t);
  const edges = [0n, 1n, Q - 1n];
  for (const B of [1, 2, 3]) {
    const a = Array.from({ length: B }, (_, m) => [
      edges[m] ?? 0n,
      modQ(integerOf(random.bytes(32))),
    ]);
    const inputs = a.map(([a_0 = 0n, a_1 = 0n]) => [scalarOf(a_0), scalarOf(a_1)] as const);
    const { started, rv2, c, d } = multiply(random, inputs);
    t.equal(rv2.length, rv2Bytes(B));
    t.equal(rv2Bytes(B), 39_968 * B + 32);
    for (let m = 0; m < B; m++) {
      const b = valueOf(started.b[m] ?? scalarOf(0n));
      for (const i of [0, 1] as const) {
        const sum = valueOf(c[m]?.[i] ?? scalarOf(0n)) + valueOf(d[m]?.[i] ?? scalarOf(0n));
        t.equal(modQ(sum), modQ((a[m]?.[i] ?? 0n) * b), `B ${B}, item ${m}, input ${i}`);
      }
    }
  }
  t.end();
});

t.test('Bob draws another factor for every item and session', (t) => {
  const random = randomOf(t);
  const inputs = [0, 1, 2].map(() => [scalarOf(5n), scalarOf(7n)] as const);
  const factors = [0, 1].flatMap(() => multiply(random, inputs).started.b.map(valueOf));
  t.equal(new Set(factors).size, factors.length);
  t.end();
});

t.test('the id of a direction binds session, pair, roles and order', (t) => {
  const random = randomOf(t);
  const [sid, otid] = [random.bytes(32), random.bytes(32)];
  const ids = [
    directionSid(sha256, sid, otid, 1, 2),
    directionSid(sha256, sid, otid, 2, 1),
    directionSid(sha256, sid, otid, 1, 3),
    directionSid(sha256, otid, sid, 1, 2),
    directionSid(sha256, random.bytes(32), otid, 1, 2),
  ];
  t.equal(new Set(ids.map(hexOf)).size, ids.length);
  t.end();
});
