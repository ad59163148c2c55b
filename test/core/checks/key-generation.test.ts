/** C-27..C-35: key generation with a deviating member 1 of three, at members 2 and 3. */
import assert from 'node:assert/strict';
import t from 'tap';
import { concat } from '../../../core/codec/bytes.ts';
import { commit } from '../../../core/hash/commitment.ts';
import { decodePoint } from '../../../core/codec/decode.ts';
import type { Point, Scalar } from '../../../core/arith.ts';
import { keyGeneration, type Arith, type CheckId } from '../../../core/index.ts';
import { prove, verify, type Statement } from '../../../core/zkp/schnorr.ts';
import { negative } from '../../support/negative.ts';
import { seededRandom, sha256 } from '../../support/rng.ts';
import {
  arith,
  assertAborts,
  dkgWorld,
  env,
  flipByte,
  labelledDraw,
  replaceAt,
  runKeyGeneration,
  sendingOtherwise,
  tamper,
  wide,
  withPart,
  type DkgOutcome,
} from '../../support/session.ts';

const blame = (check: CheckId) => ({ check, abortClass: 'blame', culprits: [1] }) as const;
const retry = (check: CheckId) => ({ check, abortClass: 'retry', culprits: [] }) as const;
const { scalar, point } = arith;

const SEED = 'checks/key-generation';
const world = dkgWorld({ seed: SEED });
const honest = runKeyGeneration(world);

/** R2 without echo: two points, chain code, salt, two proofs. */
const F = 32;
const CC = F + 66;
const SALT = CC + 32;
const POK = SALT + 32;

/** All receivers see the changed broadcast. */
function broadcasting(round: number, change: (bytes: Uint8Array) => Uint8Array): DkgOutcome {
  const relay = tamper({ from: 1, round, to: 0 }, (m) => withPart(m, 'open', change));
  const outcome = runKeyGeneration(world, { relay });
  assert.ok(relay.hits > 0);
  return outcome;
}

const broadcastOf = (from: number, round: number): Uint8Array => {
  const message = honest.sent.find((m) => m.from === from && m.round === round && m.to === 0);
  assert.ok(message);
  return message.open;
};
const plusG = (encoded: Uint8Array): Uint8Array => {
  const P = point.decode(encoded);
  assert.ok(P);
  return point.encode(point.add(P, point.mulBase(scalar.fromUint(1))));
};

void t.test('three honest members end with one key, whose holds precede R4', async (t) => {
  t.equal(honest.results.size, 3);
  const conf = [...honest.results.values()].map(({ share }) => share.conf);
  t.same(conf[1], conf[0]);
  t.same(conf[2], conf[0]);
  t.equal(honest.holds.get(1)?.length, 1);
});

negative(
  'C-27',
  'blames a polynomial, chain code or salt other than the committed (N-19, N-87)',
  () => {
    const point0 = (bytes: Uint8Array) => replaceAt(bytes, F, plusG(bytes.slice(F, F + 33)));
    for (const change of [
      point0,
      (bytes: Uint8Array) => replaceAt(bytes, F, broadcastOf(2, 2).slice(F, F + 66)), // another's
      (bytes: Uint8Array) => flipByte(bytes, CC),
      (bytes: Uint8Array) => flipByte(bytes, CC + 31),
      (bytes: Uint8Array) => flipByte(bytes, SALT),
    ]) {
      assertAborts(broadcasting(2, change), [2, 3], blame('C-27'));
    }
  },
);

negative('C-27', 'blames a commitment copied from another member', () => {
  const copied = sendingOtherwise(keyGeneration({ ...world, self: 1 }), (message, round) =>
    round === 1 ? { ...message, open: broadcastOf(2, 1) } : message,
  );
  assertAborts(runKeyGeneration(world, { protocol: { 1: copied } }), [2, 3], blame('C-27'));
});

negative(
  'C-27',
  'keeps the chain code agreed: another contribution to one member is refused',
  () => {
    // Audit finding 7: chain-code consensus (P-27).
    const relay = tamper({ from: 1, round: 2, to: 0, receiver: 3 }, (m) =>
      withPart(m, 'open', (bytes) => flipByte(bytes, CC)),
    );
    const outcome = runKeyGeneration(world, { relay });
    assertAborts(outcome, [3], blame('C-27'));
    assert.equal(outcome.results.size, 0);
  },
);

negative(
  'C-17',
  'blames a committed and opened polynomial with an element that is no point',
  () => {
    const honestR2 = broadcastOf(1, 2).slice(F);
    for (const offset of [0, 33]) {
      const R2 = replaceAt(honestR2, offset, new Uint8Array(33).fill(4));
      const [points, cc, salt] = [R2.slice(0, 66), R2.slice(66, 98), R2.slice(98, 130)];
      const what = { tag: 'dkg/commit', sid: world.sid, i: 1, values: [points, cc] } as const;
      const opened = sendingOtherwise(keyGeneration({ ...world, self: 1 }), (message, round) => {
        if (round === 1) return { ...message, open: commit(sha256, what, salt) };
        return round === 2 ? { ...message, open: R2 } : message;
      });
      const outcome = runKeyGeneration(world, { protocol: { 1: opened } });
      assertAborts(outcome, [2, 3], blame('C-17'));
    }
  },
);

negative(
  'C-28',
  'blames t + 1, t - 1 and no points and proofs (N-85, N-86; audit finding 1/2)',
  () => {
    const R2 = broadcastOf(1, 2);
    const [points, middle, proofs] = [R2.slice(F, CC), R2.slice(CC, POK), R2.slice(POK)];
    const echo = R2.slice(0, F);
    const more = concat(echo, points, points.slice(33), middle, proofs, proofs.slice(65));
    const fewer = concat(echo, points.slice(33), middle, proofs.slice(65));
    assert.deepEqual([more.length, fewer.length], [390, 194]);
    for (const changed of [
      more,
      fewer,
      concat(echo, middle),
      echo,
      concat(echo, points, middle, proofs.slice(65)), // a proof missing
      concat(echo, points.slice(33), middle, proofs), // a point missing
      concat(R2, Uint8Array.of(0)),
      R2.slice(0, -1),
    ]) {
      assertAborts(
        broadcasting(2, () => changed),
        [2, 3],
        blame('C-28'),
      );
    }
  },
);

negative('C-29', 'blames every changed, swapped or borrowed proof', () => {
  for (const change of [
    (bytes: Uint8Array) => flipByte(bytes, POK), // A negated: prefix 02 and 03
    (bytes: Uint8Array) => flipByte(bytes, POK + 64), // z of the first
    (bytes: Uint8Array) => flipByte(bytes, -1), // z of the last
    (bytes: Uint8Array) => replaceAt(bytes, POK + 33, new Uint8Array(32).fill(0xff)), // z >= q
    (bytes: Uint8Array) => replaceAt(bytes, POK, new Uint8Array(65)), // no proof at all
    (bytes: Uint8Array) =>
      concat(bytes.slice(0, POK), bytes.slice(POK + 65), bytes.slice(POK, POK + 65)), // slots
    (bytes: Uint8Array) => replaceAt(bytes, POK, broadcastOf(2, 2).slice(POK, POK + 65)),
  ]) {
    assertAborts(broadcasting(2, change), [2, 3], blame('C-29'));
  }
});

negative(
  'C-29',
  'blames a rogue key: a first point that its sender cannot know the logarithm of',
  () => {
    // F_{1,0} = G - F_{2,0} - F_{3,0}, committed in R1 with knowledge of the others (P-25).
    const others = [2, 3].map((i) => decodePoint(arith, broadcastOf(i, 2).slice(F, F + 33), i));
    const G = point.mulBase(scalar.fromUint(1));
    const rogue = others.reduce((sum, P) => point.add(sum, point.neg(P)), G);
    let calls = 0;
    const mulBase = (k: Scalar): Point => {
      calls += 1;
      return calls === 1 ? rogue : point.mulBase(k);
    };
    const attacking: Arith = { ...arith, point: { ...point, mulBase } };
    const outcome = runKeyGeneration(world, { arith: { 1: attacking } });
    assert.ok(calls > 1);
    assertAborts(outcome, [2, 3], blame('C-29'));
  },
);

void t.test(
  'a proof is bound to its tag, context, party and slot (N-20..N-26, P-35)',
  async (t) => {
    const random = seededRandom('schnorr');
    const x = scalar.reduceWide(random.bytes(48));
    const X = point.encode(point.mulBase(x));
    const statement: Statement = { tag: 'dkg/pok', ctx32: random.bytes(32), i: 1, kidx: 0, X };
    const proof = prove({ ...env, rng: random.rng }, statement, x, 'a');
    t.ok(verify(env, statement, proof));
    for (const other of [
      { ...statement, i: 2 },
      { ...statement, kidx: 1 },
      { ...statement, tag: 'dkg/pop' as const },
      { ...statement, ctx32: random.bytes(32) },
      { ...statement, X: plusG(X) },
    ]) {
      t.notOk(verify(env, other, proof));
    }
    t.notOk(verify(env, statement, flipByte(proof, 0)));
    t.notOk(verify(env, statement, proof.slice(1)));
  },
);

/** What member i draws as a_{i,m} in this world. */
const coefficient = (i: number, m: number): Scalar => {
  const draw = labelledDraw(`${SEED}/${String(i)}`);
  return scalar.reduceWide(draw(`a/${String(i)}/${String(m)}`, 48, new Uint8Array()));
};
/** A draw of member 1 that makes the sum of all a_{i,m} zero. */
const cancelling = (m: number): Readonly<Record<string, Uint8Array>> => {
  const sum = scalar.add(coefficient(2, m), coefficient(3, m));
  return { [`a/1/${String(m)}`]: wide(scalar.encode(scalar.neg(sum))) };
};

negative('C-30', 'retries when the public key would be the identity (N-89)', () => {
  const outcome = runKeyGeneration(world, { scripted: { 1: cancelling(0) } });
  assertAborts(outcome, [1, 2, 3], retry('C-30'));
});

negative('C-30', 'retries when the threshold would be lower than agreed', () => {
  const outcome = runKeyGeneration(world, { scripted: { 1: cancelling(1) } });
  assertAborts(outcome, [1, 2, 3], retry('C-30'));
});

function sharing(change: (share: Uint8Array) => Uint8Array): DkgOutcome {
  const relay = tamper({ from: 1, round: 3, to: 2 }, (m) =>
    withPart(m, 'sealed', (bytes) => concat(bytes.slice(0, 32), change(bytes.slice(32)))),
  );
  const outcome = runKeyGeneration(world, { relay });
  assert.ok(relay.hits > 0);
  return outcome;
}

negative(
  'C-31',
  "blames a share off the polynomial, another member's share and zero (N-84)",
  () => {
    const toThird = honest.sent.find((m) => m.from === 1 && m.round === 3 && m.to === 3);
    const one = scalar.fromUint(1);
    for (const change of [
      (share: Uint8Array) => scalar.encode(scalar.add(scalar.decode(share).value, one)),
      () => toThird?.sealed.slice(32) ?? new Uint8Array(),
      () => new Uint8Array(32),
    ]) {
      const outcome = sharing(change);
      assertAborts(outcome, [2], blame('C-31'));
      assert.equal(outcome.results.size, 0);
    }
  },
);

negative(
  'C-32',
  'is fatal when the own sum of shares is wrong: a fault here, nobody to blame',
  () => {
    // The fault: one addition of scalars is off by one. Shares were verified one by one before.
    let faults = 0;
    const faulty: Arith = {
      ...arith,
      scalar: {
        ...scalar,
        add: (a, b) => {
          const sum = scalar.add(a, b);
          if (!armed) return sum;
          faults += 1;
          return scalar.add(sum, scalar.fromUint(1));
        },
      },
    };
    let armed = false;
    const relay = tamper({ round: 3, receiver: 3, to: 3 }, (message) => {
      armed = true;
      return message;
    });
    const outcome = runKeyGeneration(world, { arith: { 3: faulty }, relay });
    assert.ok(faults > 0);
    assertAborts(outcome, [3], { check: 'C-32', abortClass: 'fatal', culprits: [] });
    assert.equal(outcome.sent.filter((m) => m.from === 3 && m.round === 4).length, 0);
  },
);

negative('C-33', 'retries when a member confirms something else (N-88)', () => {
  for (const offset of [0, 31]) {
    const outcome = broadcasting(4, (bytes) => flipByte(bytes, offset));
    assertAborts(outcome, [2, 3], retry('C-33'));
  }
});

negative(
  'C-33',
  'blames nobody for a proof over another conf, whatever the order of members',
  () => {
    const other = concat(new Uint8Array(32), broadcastOf(1, 4).slice(32));
    const bad = flipByte(broadcastOf(2, 4), -1);
    const relay = tamper({ round: 4, receiver: 3 }, (m) =>
      withPart(m, 'open', (bytes) => (m.from === 1 ? bad : m.from === 2 ? other : bytes)),
    );
    assertAborts(runKeyGeneration(world, { relay }), [3], retry('C-33'));
  },
);

negative('C-34', 'blames a changed proof of possession', () => {
  for (const offset of [32, 65, 96]) {
    const outcome = broadcasting(4, (bytes) => flipByte(bytes, offset));
    assertAborts(outcome, [2, 3], blame('C-34'));
  }
});

negative('C-34', "blames a proof for another member's share and over another conf", () => {
  const share = honest.results.get(1)?.share;
  assert.ok(share);
  const rng = seededRandom('pop').rng;
  const s_1 = scalar.decode(share.s_i).value;
  const proofOf = (change: Partial<Statement>): Uint8Array => {
    const X = point.encode(point.mulBase(s_1));
    const own: Statement = { tag: 'dkg/pop', ctx32: share.conf, i: 1, kidx: 0, X };
    return prove({ ...env, rng }, { ...own, ...change }, s_1, 'a');
  };
  const R4 = broadcastOf(1, 4);
  for (const pop of [
    broadcastOf(2, 4).slice(32),
    proofOf({ i: 2 }),
    proofOf({ kidx: 1 }),
    proofOf({ ctx32: new Uint8Array(32) }),
    proofOf({ tag: 'dkg/pok' }),
  ]) {
    const outcome = broadcasting(4, () => concat(R4.slice(0, 32), pop));
    assertAborts(outcome, [2, 3], blame('C-34'));
  }
  // And an own proof, made again, is as good as the first.
  assert.equal(broadcasting(4, () => concat(R4.slice(0, 32), proofOf({}))).results.size, 3);
});

void t.test('with one R4 dropped nobody is done, and what is held stays held (C-35)', async (t) => {
  const relay = tamper({ from: 1, round: 4 }, () => []);
  const outcome = runKeyGeneration(world, { relay });
  t.ok(relay.hits > 0);
  t.same([...outcome.results.keys()], [1]);
  t.equal(outcome.aborts.size, 0);
  t.same(
    [...outcome.holds.values()].map((holds) => holds.map(({ kind }) => kind)),
    world.parties.map(() => ['key-pending']),
  );
});

void t.test('thresholds outside 2..n and unordered committees are refused', async (t) => {
  for (const t_ of [0, 1, 4, 1.5]) {
    t.throws(() => runKeyGeneration({ ...world, t: t_ }), { name: 'InvalidInput', field: 't' });
  }
  const committee = world.committee.toReversed();
  t.throws(() => runKeyGeneration({ ...world, committee }), {
    field: 'committee',
    name: 'InvalidInput',
  });
});
