import t from 'tap';
import { concat } from '../../../core/codec/bytes.ts';
import { decodePoint, decodeScalar, Reader, scalarsOf } from '../../../core/codec/decode.ts';
import { assertAborts } from '../../support/aborts.ts';
import { arith, bigEndian, Q, scalarOf, valueOf } from '../../support/arith.ts';

const G = arith.point.encode(arith.point.mulBase(scalarOf(1n)));
const SENDER = 7;

t.test('a reader takes fields in order', (t) => {
  const payload = concat(Uint8Array.of(1, 2), G, bigEndian(5n, 32), G, G);
  const reader = new Reader(arith, payload, payload.length, SENDER);
  t.same(reader.bytes(2), Uint8Array.of(1, 2));
  t.same(arith.point.encode(reader.point()), G);
  t.equal(valueOf(reader.scalar()), 5n);
  t.equal(reader.points(2).length, 2);
  t.end();
});

t.test('what a reader returns does not change with the payload', (t) => {
  const payload = Uint8Array.of(1, 2, 3);
  const part = new Reader(arith, payload, 3, SENDER).bytes(3);
  payload.fill(0);
  t.same(part, Uint8Array.of(1, 2, 3));
  t.end();
});

t.test('another length blames the sender before anything is read', (t) => {
  const blame = { abortClass: 'blame', culprits: [SENDER] } as const;
  assertAborts(() => new Reader(arith, G, 32, SENDER), { check: 'C-05', ...blame });
  assertAborts(() => new Reader(arith, G, 34, SENDER, 'OT_MESSAGE_LENGTH'), {
    check: 'C-36',
    ...blame,
  });
  t.end();
});

t.test('points and scalars are canonical or their sender is to blame', (t) => {
  const blame = { abortClass: 'blame', culprits: [SENDER] } as const;
  const offCurve = Uint8Array.from(G, (byte, k) => (k === 0 ? 4 : byte));
  assertAborts(() => decodePoint(arith, offCurve, SENDER), { check: 'C-17', ...blame });
  assertAborts(() => decodePoint(arith, offCurve, SENDER, 'BASE_OT_POINT_INVALID'), {
    check: 'C-20',
  });
  assertAborts(() => decodeScalar(arith, bigEndian(Q, 32), SENDER), { check: 'C-18', ...blame });
  assertAborts(() => decodeScalar(arith, new Uint8Array(40), SENDER), { check: 'C-18', ...blame });
  t.equal(valueOf(decodeScalar(arith, bigEndian(Q - 1n, 32), SENDER)), Q - 1n);
  t.end();
});

t.test('a list of scalars keeps its order', (t) => {
  const words = concat(bigEndian(3n, 32), bigEndian(2n, 32));
  t.same(scalarsOf(arith, words).map(valueOf), [3n, 2n]);
  t.end();
});
