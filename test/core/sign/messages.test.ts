import t from 'tap';
import { concat } from '../../../core/codec/bytes.ts';
import { decodeMultiplied, decodePartials, decodeReveal } from '../../../core/sign/messages.ts';
import { rv2Bytes } from '../../../core/vole/rvole.ts';
import { assertAborts } from '../../support/aborts.ts';
import { arith, bigEndian, hexOf, Q, scalarOf, valueOf } from '../../support/arith.ts';
import { randomOf, sha256 } from '../../support/rng.ts';

const env = { arith, sha256 };
const { point } = arith;
const pointOf = (k: bigint): Uint8Array => point.encode(point.mulBase(scalarOf(k)));
const blame = { abortClass: 'blame', culprits: [9] } as const;

t.test('a reveal has B points, salt and public share', (t) => {
  const salt = randomOf(t).bytes(32);
  const payload = concat(pointOf(2n), pointOf(3n), salt, pointOf(5n));
  const reveal = decodeReveal(arith, payload, 2, 9);
  t.same(
    reveal.R.map((R) => hexOf(point.encode(R))),
    [pointOf(2n), pointOf(3n)].map(hexOf),
  );
  t.equal(hexOf(reveal.salt), hexOf(salt));
  t.equal(hexOf(point.encode(reveal.pk_j)), hexOf(pointOf(5n)));
  assertAborts(() => decodeReveal(arith, payload, 1, 9), { check: 'C-05', ...blame });
  const bad = concat(pointOf(2n), new Uint8Array(33), salt, pointOf(5n));
  assertAborts(() => decodeReveal(arith, bad, 2, 9), { check: 'C-17', ...blame });
  t.end();
});

t.test('a multiplication message carries its ties and shows their hash', (t) => {
  const rv2 = randomOf(t).bytes(rv2Bytes(1));
  const tie = concat(pointOf(2n), pointOf(3n), bigEndian(0n, 32));
  const decoded = decodeMultiplied(env, { open: sha256(tie), sealed: concat(rv2, tie) }, 1, 9);
  t.equal(hexOf(sha256(decoded.rv2)), hexOf(sha256(rv2)));
  t.same(
    decoded.ties.map(({ psi }) => valueOf(psi)),
    [0n],
  );
  const refused = (open: Uint8Array, sealed: Uint8Array, check: 'C-05' | 'C-17' | 'C-18'): void => {
    assertAborts(() => decodeMultiplied(env, { open, sealed }, 1, 9), { check, ...blame });
  };
  refused(sha256(rv2), concat(rv2, tie), 'C-05');
  refused(new Uint8Array(), concat(rv2, tie), 'C-05');
  refused(sha256(tie), concat(rv2, tie, tie), 'C-05');
  const psiIsQ = concat(pointOf(2n), pointOf(3n), bigEndian(Q, 32));
  refused(sha256(psiIsQ), concat(rv2, psiIsQ), 'C-18');
  const noPoint = concat(pointOf(2n), new Uint8Array(33), bigEndian(1n, 32));
  refused(sha256(noPoint), concat(rv2, noPoint), 'C-17');
  t.end();
});

t.test('partials are two canonical scalars per item, zero allowed', (t) => {
  const payload = concat(...[1n, 0n, Q - 1n, 4n].map((value) => bigEndian(value, 32)));
  const partials = decodePartials(arith, payload, 2, 9);
  t.same(
    partials.map(({ u, w }) => [valueOf(u), valueOf(w)]),
    [
      [1n, 0n],
      [Q - 1n, 4n],
    ],
  );
  assertAborts(() => decodePartials(arith, payload, 1, 9), { check: 'C-05', ...blame });
  const wrong = concat(bigEndian(Q, 32), bigEndian(1n, 32));
  assertAborts(() => decodePartials(arith, wrong, 1, 9), { check: 'C-18', ...blame });
  t.end();
});
