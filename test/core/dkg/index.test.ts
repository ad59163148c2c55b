import t from 'tap';
import { keyGeneration, type DkgHold } from '../../../core/dkg/index.ts';
import { verifyKeyConfirmation } from '../../../core/dkg/certificate.ts';
import { InvalidInput } from '../../../core/errors.ts';
import { lagrange } from '../../../core/dkg/feldman.ts';
import { entryOf } from '../../../core/list.ts';
import { SessionRun } from '../../../core/run/session-run.ts';
import { arith, hexOf, integerOf, modQ, scalarOf, valueOf } from '../../support/arith.ts';
import { dealRoster } from '../../support/dealer.ts';
import { randomOf, sha256, type SeededRandom } from '../../support/rng.ts';
import { runAll } from '../../support/runs.ts';

const env = { arith, sha256 };

function generate(random: SeededRandom, parties: readonly number[], threshold: number) {
  const { roster } = dealRoster(random, parties);
  const setup = {
    sid: random.bytes(32),
    keyId: random.bytes(32),
    cluster32: roster.cluster32,
    t: threshold,
    committee: roster.signers,
  };
  const outcome = runAll<DkgHold, DkgHold>({
    sid: setup.sid,
    parties,
    joins: [setup.sid],
    protocol: (self) => keyGeneration({ ...setup, self }),
    arith: () => arith,
    draw: () => random.draw,
  });
  return { setup, outcome };
}

t.test('every size makes one key, and any t shares its private key', (t) => {
  const random = randomOf(t);
  for (const [parties, threshold] of [
    [[1, 2], 2],
    [[1, 2, 3], 2],
    [[2, 5, 255], 3],
    [[1, 3, 4, 6, 9], 3],
  ] as const) {
    const { outcome } = generate(random, parties, threshold);
    t.equal(outcome.aborts.size, 0);
    const shares = [...outcome.results.values()].map(({ share }) => share);
    const [first] = shares;
    if (first === undefined) throw new Error('no share');
    t.equal(new Set(shares.map(({ conf }) => hexOf(conf))).size, 1);
    for (const quorum of [shares.slice(0, threshold), shares.slice(-threshold), shares]) {
      const P = quorum.map(({ index }) => index);
      const x = quorum
        .map(({ index, s_i }) => valueOf(lagrange(env, P, index)) * integerOf(s_i))
        .reduce((sum, term) => sum + term);
      const public33 = arith.point.encode(arith.point.mulBase(scalarOf(modQ(x))));
      t.equal(hexOf(public33), hexOf(first.publicKey), `P = ${P.join()}`);
    }
    for (const share of shares) {
      const S_i = arith.point.encode(arith.point.mulBase(scalarOf(integerOf(share.s_i))));
      const position = share.committee.findIndex(({ index }) => index === share.index);
      t.same(share.S[position], S_i);
    }
  }
  t.end();
});

t.test('what was broadcast in R4 is a certificate of the key', (t) => {
  const { outcome } = generate(randomOf(t), [1, 2, 3], 2);
  const round4 = new Map(
    outcome.sent.filter(({ round }) => round === 4).map(({ from, open }) => [from, open]),
  );
  const { facts, share } = entryOf(outcome.results, 2);
  t.same(verifyKeyConfirmation(env, { ...facts, round4 }), share.conf);
  t.end();
});

t.test('two runs make two keys, key ids apart from everything else', (t) => {
  const random = randomOf(t);
  const keys = [0, 1].map(() => {
    const { share } = entryOf(generate(random, [1, 2], 2).outcome.results, 1);
    return share;
  });
  t.not(hexOf(keys[0]?.publicKey ?? sha256()), hexOf(keys[1]?.publicKey ?? sha256()));
  t.not(hexOf(keys[0]?.chainCode ?? sha256()), hexOf(keys[1]?.chainCode ?? sha256()));
  t.end();
});

t.test('the share is to be durable in the very step whose output is R4', (t) => {
  const random = randomOf(t);
  const parties = [1, 2];
  const { roster } = dealRoster(random, parties);
  const sid = random.bytes(32);
  const { cluster32, signers: committee } = roster;
  const setup = { sid, keyId: sid, cluster32, t: 2, committee };
  const runs = parties.map((self) => {
    const protocol = keyGeneration({ ...setup, self });
    const options = { sid, self, parties, joins: [sid], protocol };
    return new SessionRun(options, { arith, sha256, draw: random.draw });
  });
  const [one, two] = runs;
  if (one === undefined || two === undefined) throw new Error('no runs');
  let fromTwo = two.start().send;
  let step = one.start();
  for (let round = 1; round <= 3; round++) {
    t.same(step.hold, [], `R${round}`);
    t.ok(step.send.every((message) => message.round === round));
    const fromOne = step.send;
    const [answer] = fromTwo.map((message) => one.receive(message));
    [fromTwo = []] = fromOne.map((message) => two.receive(message).send);
    if (answer === undefined) throw new Error('no answer');
    step = answer;
  }
  t.equal(step.hold.length, 1);
  t.equal(step.hold[0]?.kind, 'key-pending');
  t.same(
    step.send.map(({ round }) => round),
    [4],
  );
  t.notOk('done' in step, 'not before the R4 of the others');
  const [message] = fromTwo;
  if (message === undefined) throw new Error('no R4');
  t.same(one.receive(message).done, step.hold[0]);
  t.end();
});

t.test('a committee or threshold out of bounds is refused before anything is drawn', (t) => {
  const { roster } = dealRoster(randomOf(t), [1, 2]);
  const sid = new Uint8Array(32);
  const setup = { sid, self: 1, keyId: sid, cluster32: sid, committee: roster.signers };
  for (const threshold of [0, 1, 3]) {
    t.throws(() => keyGeneration({ ...setup, t: threshold }), InvalidInput);
  }
  t.end();
});
