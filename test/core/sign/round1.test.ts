import t from 'tap';
import { at, entryOf } from '../../../core/list.ts';
import { commit } from '../../../core/hash/commitment.ts';
import { nonceCommitment, peersOf, signRound1 } from '../../../core/sign/round1.ts';
import { arith, hexOf, valueOf } from '../../support/arith.ts';
import { randomOf, sha256 } from '../../support/rng.ts';
import { runSigners, statesOf } from '../../support/sign-runs.ts';

const input = { committee: [1, 2, 3], t: 2, parties: [1, 3], paths: [[], [5]] };

t.test('R1 commits to one nonce point per item and extends towards every peer in P', (t) => {
  const { setup, first } = statesOf(runSigners(randomOf(t), input), 1);
  t.same(peersOf(setup), [3]);
  const { r, R, encodedR, salt, bob } = first.state;
  r.forEach((r_m, m) => {
    t.ok(arith.point.equal(arith.point.mulBase(r_m), at(R, m)));
  });
  const [shown, direct, ...others] = first.send;
  t.same(shown?.open, commit(sha256, nonceCommitment(setup.sid, 1, encodedR), salt));
  t.same([shown?.to, direct?.to, others.length], [0, 3, 0]);
  t.same(direct?.sealed, entryOf(bob, 3).ot1);
  t.end();
});

t.test('every draw has its own label, secrets of the session only', (t) => {
  const run = runSigners(randomOf(t), { ...input, parties: [1, 2, 3] });
  const labels: string[] = [];
  const rng = (label: string, length: number): Uint8Array => {
    labels.push(label);
    return run.rngOf(1)(label, length);
  };
  signRound1({ arith, sha256, rng }, entryOf(run.setups, 1));
  t.same(labels, [
    'r/1/0',
    'r/1/1',
    'phi/1/0',
    'phi/1/1',
    'salt/1',
    '2/1/beta',
    '2/1/mask',
    '3/1/beta',
    '3/1/mask',
  ]);
  t.end();
});

t.test('nonces, phi and factors differ between items and towards peers', (t) => {
  const run = runSigners(randomOf(t), { ...input, parties: [1, 2, 3] });
  const { r, phi, bob } = statesOf(run, 1).first.state;
  const factors = [...bob.values()].flatMap(({ b }) => b);
  const values = [...r, ...phi, ...factors].map(valueOf);
  t.equal(new Set(values).size, values.length);
  t.equal(new Set([...bob.values()].map(({ beta }) => hexOf(beta))).size, 2);
  t.end();
});
