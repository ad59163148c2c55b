import assert from 'node:assert/strict';
import t from 'tap';
import { checkRound4, R4_BYTES, verifyKeyConfirmation } from '../../../core/dkg/certificate.ts';
import { confirmation, type KeyFacts } from '../../../core/dkg/confirmation.ts';
import { concat } from '../../../core/codec/bytes.ts';
import { InvalidInput } from '../../../core/errors.ts';
import { at, entryOf } from '../../../core/list.ts';
import { prove } from '../../../core/zkp/schnorr.ts';
import { assertAborts } from '../../support/aborts.ts';
import { arith, integerOf, scalarOf } from '../../support/arith.ts';
import { dealKey, dealRoster } from '../../support/dealer.ts';
import { freshSeed, seededRandom, sha256 } from '../../support/rng.ts';

const seed = freshSeed();
const random = seededRandom(seed);
t.comment(`TREFOIL_TEST_SEED=${seed}`);
const env = { arith, sha256, rng: random.rng };
const { roster } = dealRoster(random, [1, 4, 5]);
const key = dealKey(random, { t: 2, roster });

/** R4 of every member over these facts, with its true share. */
function round4Of(facts: KeyFacts): Map<number, Uint8Array> {
  const conf = confirmation(sha256, facts);
  return new Map(
    [...key.shares].map(([i, share]) => {
      const X = at(
        facts.S,
        facts.committee.findIndex(({ index }) => index === i),
      );
      const x = scalarOf(integerOf(share.s_i));
      const statement = { tag: 'dkg/pop', ctx32: conf, i, kidx: 0, X } as const;
      return [i, concat(conf, prove(env, statement, x, ''))];
    }),
  );
}

const { facts } = key;
const round4 = round4Of(facts);
const reverify = (changed: Partial<KeyFacts>) => (): Uint8Array =>
  verifyKeyConfirmation(env, { ...facts, ...changed, round4 });
const refusesField = (run: () => unknown, field: string): void => {
  assert.throws(run, (error) => error instanceof InvalidInput && error.field === field);
};

t.test('the confirmation of all members verifies', (t) => {
  t.same(reverify({})(), confirmation(sha256, facts));
  t.equal(R4_BYTES, 97);
  t.end();
});

t.test('parts of a certificate that do not fit together are refused by name', (t) => {
  const otherPoint = arith.point.encode(arith.point.mulBase(scalarOf(5n)));
  const [F0, F1] = [at(facts.F, 0), at(facts.F, 1)];
  const [S0, S1, S2] = [at(facts.S, 0), at(facts.S, 1), at(facts.S, 2)];
  refusesField(reverify({ F: [F0] }), 'F');
  refusesField(reverify({ F: [F0, F1, F1] }), 'F');
  refusesField(reverify({ F: [F0, F1.slice(1)] }), 'F');
  refusesField(reverify({ F: [F0, new Uint8Array(33)] }), 'F[1]');
  refusesField(reverify({ publicKey: otherPoint }), 'F[0]');
  refusesField(reverify({ F: [F0, otherPoint] }), 'S[0]');
  refusesField(reverify({ S: [S0, S1] }), 'S');
  refusesField(reverify({ S: [S0, S1, S1] }), 'S[2]');
  refusesField(reverify({ S: [S1, S0, S2] }), 'S[0]');
  refusesField(reverify({ S: [S0, new Uint8Array(33), S2] }), 'S[1]');
  refusesField(reverify({ t: 1, F: [F0] }), 't');
  refusesField(reverify({ committee: facts.committee.toReversed() }), 'committee');
  t.end();
});

t.test('a fact that only the confirmation covers is refused without culprit', (t) => {
  const other = random.bytes(32);
  const retry = { check: 'C-33', abortClass: 'retry', culprits: [] } as const;
  for (const changed of [
    { sid: other },
    { keyId: other },
    { epoch: 1 },
    { cluster32: other },
    { chainCode: other },
    { echo1: other },
    { echo2: other },
  ]) {
    assertAborts(reverify(changed), retry);
  }
  t.end();
});

t.test('a certificate needs the R4 of every member', (t) => {
  for (const { index } of facts.committee) {
    const fewer = new Map([...round4].filter(([i]) => i !== index));
    refusesField(() => verifyKeyConfirmation(env, { ...facts, round4: fewer }), 'r4');
  }
  t.end();
});

t.test('a proof of possession holds for its own member and share only', (t) => {
  const swapped = new Map(round4).set(4, entryOf(round4, 5));
  const blame4 = { check: 'C-34', abortClass: 'blame', culprits: [4] } as const;
  assertAborts(() => verifyKeyConfirmation(env, { ...facts, round4: swapped }), blame4);
  const short = new Map(round4).set(5, entryOf(round4, 5).slice(1));
  const blame5 = { check: 'C-05', abortClass: 'blame', culprits: [5] } as const;
  assertAborts(() => verifyKeyConfirmation(env, { ...facts, round4: short }), blame5);
  t.end();
});

t.test('a split view is found before any proof is judged', (t) => {
  const conf = confirmation(sha256, facts);
  const other = round4Of({ ...facts, echo2: random.bytes(32) });
  const members = facts.committee.map(({ index: i }, k) => ({
    i,
    S_i: at(facts.S, k),
    payload: entryOf(i === 5 ? other : round4, i),
  }));
  // Signer 1's proof is broken as well: nobody may be blamed for it yet.
  const broken = at(members, 0);
  const payload = Uint8Array.from(broken.payload, (byte, k) => (k === 96 ? byte ^ 1 : byte));
  assertAborts(
    () => {
      checkRound4(env, conf, members.with(0, { ...broken, payload }));
    },
    { check: 'C-33', culprits: [] },
  );
  t.end();
});
