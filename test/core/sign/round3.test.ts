import t from 'tap';
import { at, entryOf } from '../../../core/list.ts';
import { finishItem } from '../../../core/sign/finish.ts';
import { decodePartials } from '../../../core/sign/messages.ts';
import { signRound3 } from '../../../core/sign/round3.ts';
import { assertAborts } from '../../support/aborts.ts';
import { arith, modQ, valueOf } from '../../support/arith.ts';
import { randomOf } from '../../support/rng.ts';
import { runSigners, statesOf } from '../../support/sign-runs.ts';

const input = { committee: [1, 2, 3], t: 2, parties: [1, 2, 3], paths: [[], [7]] };
const sum = (values: readonly bigint[]): bigint => modQ(values.reduce((a, b) => a + b, 0n));

t.test('what the signers show sums to phi (r + rho) and phi (h + rx (x + delta))', (t) => {
  const run = runSigners(randomOf(t), input);
  const states = input.parties.map((self) => statesOf(run, self));
  const { env, setup, third } = at(states, 0);
  run.items.forEach((item, m) => {
    const shown = states.map(({ third, setup: { self } }) =>
      at(decodePartials(arith, third.state.own, run.items.length, self), m),
    );
    const { rho, rx, h, delta } = finishItem(
      env,
      setup.sid,
      setup.key,
      item,
      m,
      at(third.state.R, m),
    );
    const phi = sum(states.map(({ first }) => valueOf(at(first.state.phi, m))));
    const r = sum(states.map(({ first }) => valueOf(at(first.state.r, m))));
    t.equal(sum(shown.map(({ u }) => valueOf(u))), modQ(phi * (r + valueOf(rho))));
    const x = run.key.x + valueOf(delta);
    t.equal(sum(shown.map(({ w }) => valueOf(w))), modQ(phi * (valueOf(h) + valueOf(rx) * x)));
  });
  t.end();
});

t.test('all signers agree on the nonce points', (t) => {
  const run = runSigners(randomOf(t), input);
  const [first, ...others] = input.parties.map((self) => statesOf(run, self).third.state.R);
  for (const R of others) {
    R.forEach((R_m, m) => t.ok(arith.point.equal(R_m, at(first ?? [], m))));
  }
  t.end();
});

t.test('commitments of all peers are opened before anything of a multiplication is judged', (t) => {
  const { env, setup, second, inbox2 } = statesOf(runSigners(randomOf(t), input), 1);
  const { broadcast, direct, echo } = inbox2;
  const flip = (bytes: Uint8Array, offset: number): Uint8Array =>
    Uint8Array.from(bytes, (byte, k) => (k === offset ? byte ^ 1 : byte));
  // Signer 2's RV2 would burn (mu), signer 3 does not open its commitment (salt).
  const rv2 = entryOf(direct, 2);
  const tiesAt = rv2.sealed.length - 2 * 98;
  const wrongMu = { ...rv2, sealed: flip(rv2.sealed, tiesAt - 1) };
  const wrongSalt = flip(entryOf(broadcast, 3), 2 * 33);
  const run = (shown: typeof broadcast) => () =>
    signRound3(env, setup, second.state, {
      echo,
      broadcast: shown,
      direct: new Map(direct).set(2, wrongMu),
    });
  assertAborts(run(new Map(broadcast).set(3, wrongSalt)), {
    check: 'C-40',
    abortClass: 'blame',
    culprits: [3],
  });
  assertAborts(run(broadcast), { check: 'C-39', abortClass: 'burn', culprits: [2] });
  t.end();
});
