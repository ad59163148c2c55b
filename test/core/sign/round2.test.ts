import t from 'tap';
import { at, entryOf } from '../../../core/list.ts';
import { signRound2 } from '../../../core/sign/round2.ts';
import { decodeMultiplied } from '../../../core/sign/messages.ts';
import { assertAborts } from '../../support/aborts.ts';
import { arith, hexOf, modQ, valueOf } from '../../support/arith.ts';
import { randomOf, sha256 } from '../../support/rng.ts';
import { runSigners, statesOf } from '../../support/sign-runs.ts';

const input = { committee: [1, 2, 3, 4], t: 2, parties: [1, 2, 4], paths: [[], [5]] };

t.test('the additive shares of all signers sum to the private key', (t) => {
  const run = runSigners(randomOf(t), input);
  const states = input.parties.map((self) => statesOf(run, self).second.state);
  const x = states.map(({ sk_i }) => valueOf(sk_i)).reduce((sum, sk) => sum + sk);
  t.equal(modQ(x), run.key.x);
  const pk = states.map(({ pk_i }) => pk_i).reduce((P, other) => arith.point.add(P, other));
  t.equal(hexOf(arith.point.encode(pk)), hexOf(run.key.publicKey));
  t.end();
});

t.test('the ties belong to the shares of the multiplication, and their hash is shown', (t) => {
  const run = runSigners(randomOf(t), input);
  const { first, second } = statesOf(run, 1);
  for (const j of [2, 4]) {
    const message = second.send.find(({ to }) => to === j);
    if (message === undefined) throw new Error('no message');
    const { ties } = decodeMultiplied({ arith, sha256 }, message, 2, 1);
    t.same(message.open, sha256(message.sealed.slice(-2 * 98)));
    ties.forEach(({ Gu, Gv, psi }, m) => {
      const [c_u, c_v] = at(entryOf(second.state.c, j), m);
      t.ok(arith.point.equal(Gu, arith.point.mulBase(c_u)));
      t.ok(arith.point.equal(Gv, arith.point.mulBase(c_v)));
      const chi = at(entryOf(first.state.bob, j).b, m);
      t.equal(valueOf(psi), modQ(valueOf(at(first.state.phi, m)) - valueOf(chi)));
    });
  }
  t.end();
});

t.test('R2 shows what R1 committed to', (t) => {
  const { first, second } = statesOf(runSigners(randomOf(t), input), 2);
  const { encodedR, salt } = first.state;
  const shown = at(second.send, 0).open;
  t.equal(hexOf(shown.slice(0, 66)), hexOf(encodedR));
  t.equal(hexOf(shown.slice(66, 98)), hexOf(salt));
  t.equal(hexOf(shown.slice(98)), hexOf(arith.point.encode(second.state.pk_i)));
  t.end();
});

t.test('a malformed R1 blames its sender and an OT message that fails its check burns', (t) => {
  const { env, setup, inbox1, first } = statesOf(runSigners(randomOf(t), input), 1);
  const { broadcast, direct, echo } = inbox1;
  const com = entryOf(broadcast, 2);
  const longCom = { direct, echo, broadcast: new Map(broadcast).set(2, new Uint8Array(33)) };
  const blame2 = { abortClass: 'blame', culprits: [2] } as const;
  assertAborts(() => signRound2(env, setup, first.state, longCom), { check: 'C-05', ...blame2 });
  const { open, sealed } = entryOf(direct, 2);
  const changed = (part: object) => ({
    echo,
    broadcast: new Map(broadcast).set(2, com),
    direct: new Map(direct).set(2, { open, sealed, ...part }),
  });
  const run = (part: object) => () => signRound2(env, setup, first.state, changed(part));
  assertAborts(run({ open: Uint8Array.of(1) }), { check: 'C-05', ...blame2 });
  assertAborts(run({ sealed: sealed.slice(1) }), { check: 'C-36', ...blame2 });
  const burn2 = { check: 'C-37', abortClass: 'burn', culprits: [2] } as const;
  const flipped = Uint8Array.from(sealed, (byte, k) => (k === sealed.length - 1 ? byte ^ 1 : byte));
  assertAborts(run({ sealed: flipped }), burn2);
  t.end();
});
