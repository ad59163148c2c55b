import t from 'tap';
import { concat } from '../../../core/codec/bytes.ts';
import { prove, PROOF_BYTES, verify, type Statement } from '../../../core/zkp/schnorr.ts';
import { arith, bigEndian, integerOf, Q, scalarOf } from '../../support/arith.ts';
import { randomOf, sha256 } from '../../support/rng.ts';

const { point } = arith;
const env = { arith, sha256 };

t.test('a proof holds for its own statement only', (t) => {
  const random = randomOf(t);
  const x = scalarOf(integerOf(random.bytes(32)));
  const statement: Statement = {
    tag: 'dkg/pok',
    ctx32: random.bytes(32),
    i: 2,
    kidx: 1,
    X: point.encode(point.mulBase(x)),
  };
  const proof = prove({ ...env, rng: random.rng }, statement, x, 'pok/2/1');
  t.equal(proof.length, PROOF_BYTES);
  t.ok(verify(env, statement, proof));
  const others: readonly Partial<Statement>[] = [
    { tag: 'dkg/pop' },
    { ctx32: random.bytes(32) },
    { i: 3 },
    { kidx: 0 },
    { X: point.encode(point.mulBase(scalarOf(5n))) },
    { X: new Uint8Array(33) },
  ];
  for (const other of others) {
    t.notOk(verify(env, { ...statement, ...other }, proof), Object.keys(other).join());
  }
  t.end();
});

t.test('a proof in another form is refused', (t) => {
  const random = randomOf(t);
  const x = scalarOf(7n);
  const X = point.encode(point.mulBase(x));
  const statement: Statement = { tag: 'dkg/pop', ctx32: random.bytes(32), i: 1, kidx: 0, X };
  const proof = prove({ ...env, rng: random.rng }, statement, x, 'pop/1');
  const z = integerOf(proof.slice(33));
  t.notOk(verify(env, statement, proof.slice(0, -1)), 'short');
  t.notOk(verify(env, statement, concat(proof, Uint8Array.of(0))), 'long');
  t.notOk(verify(env, statement, new Uint8Array(0)), 'empty');
  t.notOk(verify(env, statement, concat(new Uint8Array(33), proof.slice(33))), 'A no point');
  for (const wrong of [(z + 1n) % Q, 0n, Q]) {
    t.notOk(verify(env, statement, concat(proof.slice(0, 33), bigEndian(wrong, 32))), 'z');
  }
  t.end();
});

t.test('the nonce is drawn under the given label and never repeats', (t) => {
  const random = randomOf(t);
  const labels: string[] = [];
  const rng = (label: string, length: number): Uint8Array => {
    labels.push(label);
    return random.bytes(length);
  };
  const X = point.encode(point.mulBase(scalarOf(7n)));
  const statement: Statement = { tag: 'dkg/pok', ctx32: random.bytes(32), i: 1, kidx: 0, X };
  const [first, second] = [0, 1].map(() =>
    prove({ ...env, rng }, statement, scalarOf(7n), 'pok/1/0'),
  );
  t.same(labels, ['pok/1/0', 'pok/1/0']);
  t.notSame(first, second);
  t.end();
});
