/** C-33..C-35 for whoever holds a key's certificate: client, coordinator, a signer that was away. */
import assert from 'node:assert/strict';
import t from 'tap';
import { decodePoint } from '../../../core/codec/decode.ts';
import { verifyKeyConfirmation } from '../../../core/index.ts';
import { negative } from '../../support/negative.ts';
import { arith, dkgWorld, env, flipByte, runKeyGeneration } from '../../support/session.ts';

const { scalar, point } = arith;
const world = dkgWorld({ seed: 'checks/certificate' });
const honest = runKeyGeneration(world);
const broadcastOf = (from: number, round: number): Uint8Array => {
  const message = honest.sent.find((m) => m.from === from && m.round === round && m.to === 0);
  assert.ok(message);
  return message.open;
};
const plusG = (encoded: Uint8Array): Uint8Array =>
  point.encode(point.add(decodePoint(arith, encoded, 1), point.mulBase(scalar.fromUint(1))));

const facts = honest.results.get(1)?.facts;
const round4 = new Map(world.parties.map((i) => [i, broadcastOf(i, 4)]));

negative(
  'C-35',
  'knows no certificate with one R4 missing; complete later, it is one (P-28)',
  () => {
    assert.ok(facts);
    for (const missing of world.parties) {
      const others = new Map([...round4].filter(([i]) => i !== missing));
      assert.throws(() => verifyKeyConfirmation(env, { ...facts, round4: others }), {
        name: 'InvalidInput',
        field: 'r4',
      });
    }
    const conf = verifyKeyConfirmation(env, { ...facts, round4 });
    assert.deepEqual(conf, honest.results.get(2)?.share.conf);
  },
);

negative('C-33', 'does not take a certificate whose R4 confirm something else', () => {
  assert.ok(facts);
  const changed = new Map([...round4, [1, flipByte(broadcastOf(1, 4), 0)]]);
  assert.throws(() => verifyKeyConfirmation(env, { ...facts, round4: changed }), {
    check: 'C-33',
    abortClass: 'retry',
  });
});

negative('C-34', 'does not take a certificate with a wrong proof of possession', () => {
  assert.ok(facts);
  const changed = new Map([...round4, [2, flipByte(broadcastOf(2, 4), -1)]]);
  assert.throws(() => verifyKeyConfirmation(env, { ...facts, round4: changed }), {
    check: 'C-34',
    abortClass: 'blame',
    culprits: [2],
  });
});

void t.test('a certificate with inconsistent public parts is refused by part', async (t) => {
  if (facts === undefined) throw new Error('no facts');
  const Q = plusG(facts.publicKey);
  const cases = {
    F: { F: facts.F.slice(1) },
    'F[0]': { publicKey: Q },
    'F[1]': { F: [facts.publicKey, new Uint8Array(33)] },
    S: { S: facts.S.slice(1) },
    'S[0]': { S: facts.S.toReversed() },
    t: { t: 1, F: facts.F.slice(0, 1) },
    committee: { committee: facts.committee.toReversed() },
  };
  for (const [field, change] of Object.entries(cases)) {
    t.throws(() => verifyKeyConfirmation(env, { ...facts, ...change, round4 }), {
      name: 'InvalidInput',
      field,
    });
  }
});
