/** C-40..C-46: signing with a deviating signer 1. */
import assert from 'node:assert/strict';
import t from 'tap';
import type { Scalar } from '../../../core/arith.ts';
import { concat } from '../../../core/codec/bytes.ts';
import { decodePoint } from '../../../core/codec/decode.ts';
import {
  combineSignatures,
  signing,
  type CheckId,
  type CombineInput,
  type KeyShare,
  type PartyIndex,
} from '../../../core/index.ts';
import { lagrange } from '../../../core/dkg/feldman.ts';
import { combineItem, finishItem, verifySignature } from '../../../core/sign/finish.ts';
import { signingWithOtherInputs } from '../../adversary/multiplication.ts';
import { negative } from '../../support/negative.ts';
import { sha256 } from '../../support/rng.ts';
import {
  arith,
  assertAborts,
  assertRefuses,
  assertReplayAborts,
  env,
  flipByte,
  labelledDraw,
  recordSigning,
  replaceAt,
  runSigning,
  sendingOtherwise,
  signSetup,
  signWorld,
  tamper,
  wide,
  withPart,
  type SignOutcome,
  type Target,
} from '../../support/session.ts';

const { scalar, point } = arith;
const blame = (check: CheckId) => ({ check, abortClass: 'blame', culprits: [1] }) as const;
const burn = (check: CheckId) => ({ check, abortClass: 'burn', culprits: [1] }) as const;
const retry = (check: CheckId) => ({ check, abortClass: 'retry', culprits: [] }) as const;

const Q = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';
const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

const SEED = 'checks/signing';
/** Signers 1 and 3 of 2-of-3, two items. */
const two = signWorld({ seed: SEED, B: 2 });
/** All three signers of 2-of-3, one item. */
const three = signWorld({ seed: `${SEED}/3`, parties: [1, 2, 3] });
const honest = recordSigning(two);

const plusOne = (a: Scalar): Scalar => scalar.add(a, scalar.fromUint(1));
const incremented = (bytes: Uint8Array): Uint8Array =>
  scalar.encode(plusOne(scalar.decode(bytes).value));
const plusG = (encoded: Uint8Array): Uint8Array =>
  point.encode(point.add(decodePoint(arith, encoded, 1), point.mulBase(scalar.fromUint(1))));

function sending(world: typeof two, target: Target, change: (bytes: Uint8Array) => Uint8Array) {
  const relay = tamper({ from: 1, ...target }, (m) => withPart(m, 'open', change));
  const outcome = runSigning(world, { relay });
  assert.ok(relay.hits > 0);
  return outcome;
}

/** No share of a signature has left a party. */
const sentNoShare = (outcome: SignOutcome, party: PartyIndex): boolean =>
  outcome.sent.every(({ from, round }) => from !== party || round < 3);

/** R2 broadcast of B = 2: echo, two nonce points, salt, pk. */
const R = 32;
const SALT = R + 66;

negative('C-40', 'blames nonce points or a salt other than the committed (N-81, P-13)', () => {
  const other = point.encode(point.mulBase(scalar.fromUint(7)));
  for (const change of [
    (bytes: Uint8Array) => flipByte(bytes, SALT),
    (bytes: Uint8Array) => flipByte(bytes, SALT + 31),
    (bytes: Uint8Array) => flipByte(bytes, R), // the first point negated
    (bytes: Uint8Array) => replaceAt(bytes, R, other),
    (bytes: Uint8Array) => replaceAt(bytes, R + 33, other),
    (bytes: Uint8Array) =>
      concat(
        bytes.slice(0, R),
        bytes.slice(R + 33, SALT),
        bytes.slice(R, R + 33),
        bytes.slice(SALT),
      ),
  ]) {
    const outcome = sending(two, { round: 2, to: 0 }, change);
    assertAborts(outcome, [3], blame('C-40'));
    assert.ok(sentNoShare(outcome, 3));
  }
});

negative('C-40', 'blames a commitment copied from another signer, by all others', () => {
  const com_2 = runSigning(three).sent.find((m) => m.from === 2 && m.round === 1 && m.to === 0);
  assert.ok(com_2);
  const copied = sendingOtherwise(signing(signSetup(three, 1)), (message, round) =>
    round === 1 && message.to === 0 ? { ...message, open: com_2.open } : message,
  );
  assertAborts(runSigning(three, { protocol: { 1: copied } }), [2, 3], blame('C-40'));
});

negative('C-40', 'comes before every multiplication check: it blames, it does not burn', () => {
  const relay = tamper({ from: 1, round: 2 }, (m) =>
    m.to === 0
      ? withPart(m, 'open', (bytes) => flipByte(bytes, SALT))
      : withPart(m, 'sealed', (bytes) => flipByte(bytes, 63)),
  );
  assertAborts(runSigning(two, { relay }), [3], blame('C-40'));
});

/** Gu || Gv || psi of the items stand at the end of R2; their hash is public. */
function tying(
  world: typeof two,
  offset: number,
  change: (field: Uint8Array) => Uint8Array,
  size: number,
) {
  const relay = tamper({ from: 1, round: 2, to: 3 }, (m) => {
    const start = m.sealed.length + offset;
    const field = change(m.sealed.slice(start, start + size));
    const sealed = replaceAt(m.sealed, start, field);
    return { ...m, sealed, open: sha256(sealed.slice(-98 * world.items.length)) };
  });
  const outcome = runSigning(world, { relay });
  assert.equal(relay.hits, 1);
  return outcome;
}

negative('C-41', 'burns the pair when Gu is shifted, in the first and the last item (N-73)', () => {
  for (const offset of [-196, -98]) {
    const outcome = tying(two, offset, plusG, 33);
    assertAborts(outcome, [3], burn('C-41'));
    assert.ok(sentNoShare(outcome, 3));
  }
});

negative('C-41', 'burns the pair when another r was multiplied with one peer (N-76, P-14)', () => {
  const protocol = signingWithOtherInputs(signSetup(three, 1), { towards: 3, r: plusOne });
  const outcome = runSigning(three, { protocol: { 1: protocol } });
  assertAborts(outcome, [3], burn('C-41'));
  // The other peer was dealt with honestly and is left to its time-out.
  assert.ok(!outcome.aborts.has(2) && !outcome.results.has(2));
});

negative('C-42', 'burns the pair when Gv is shifted, in the first and the last item (N-74)', () => {
  for (const offset of [-196 + 33, -98 + 33]) {
    const outcome = tying(two, offset, plusG, 33);
    assertAborts(outcome, [3], burn('C-42'));
    assert.ok(sentNoShare(outcome, 3));
  }
});

negative('C-42', 'burns the pair when another public share is revealed (N-75)', () => {
  const outcome = sending(three, { round: 2, to: 0 }, (bytes) =>
    replaceAt(bytes, -33, plusG(bytes.slice(-33))),
  );
  assertAborts(outcome, [2, 3], burn('C-42'));
});

/** Signer i with a share that is off by `by`. */
function shifted(world: typeof two, i: PartyIndex, by: Scalar): KeyShare {
  const { key } = signSetup(world, i);
  return { ...key, s_i: scalar.encode(scalar.add(scalar.decode(key.s_i).value, by)) };
}

negative('C-42', 'burns the pair when another sk was multiplied with one peer (N-77, P-14)', () => {
  const key = shifted(three, 1, scalar.fromUint(1));
  const protocol = signingWithOtherInputs(signSetup(three, 1), { towards: 3, key });
  const outcome = runSigning(three, { protocol: { 1: protocol } });
  assertAborts(outcome, [3], burn('C-42'));
});

const withKey = (i: PartyIndex, by: Scalar) =>
  signing({ ...signSetup(three, i), key: shifted(three, i, by) });

negative('C-43', 'retries without a culprit when one or two colluders shift their shares', () => {
  const alone = runSigning(three, { protocol: { 1: withKey(1, scalar.fromUint(1)) } });
  assertAborts(alone, [1, 2, 3], retry('C-43'));
  const both = { 1: withKey(1, scalar.fromUint(5)), 2: withKey(2, scalar.fromUint(9)) };
  const outcome = runSigning(three, { protocol: both });
  assertAborts(outcome, [1, 2, 3], retry('C-43'));
  assert.ok(three.parties.every((party) => sentNoShare(outcome, party)));
});

void t.test('shifts that cancel change nothing but the colluders own shares', async (t) => {
  const lambda = (i: PartyIndex): Scalar => lagrange(env, three.parties, i);
  const inverse = (a: Scalar): Scalar => scalar.inversePublic(scalar.reveal(a));
  const d = scalar.fromUint(5);
  const counter = scalar.neg(scalar.mul(scalar.mul(lambda(1), d), inverse(lambda(2))));
  const both = { 1: withKey(1, d), 2: withKey(2, counter) };
  t.equal(runSigning(three, { protocol: both }).results.size, 3);
});

negative('C-44', 'retries when the nonce points cancel', () => {
  // Signer 3 draws r_3 = -r_1: it would need to know r_1.
  const draw = labelledDraw(`${SEED}/1`);
  const r_1 = scalar.reduceWide(draw('r/1/1', 48, new Uint8Array()));
  const scripted = { 3: { 'r/3/1': wide(scalar.encode(scalar.neg(r_1))) } };
  const outcome = runSigning(two, { scripted });
  assertAborts(outcome, [1, 3], retry('C-44'));
});

const shareOf = (from: PartyIndex): Uint8Array => {
  const message = honest.sent.find((m) => m.from === from && m.round === 3);
  assert.ok(message);
  return message.open;
};
/** Signer 3 with another share from signer 1, which has seen the one of signer 3. */
function replayingShare(change: (bytes: Uint8Array) => Uint8Array) {
  const relay = tamper({ from: 1, round: 3 }, (m) => withPart(m, 'open', change));
  const replayed = honest.replay(3, relay);
  assert.equal(relay.hits, 1);
  return replayed;
}
const negated = (bytes: Uint8Array): Uint8Array =>
  scalar.encode(scalar.neg(scalar.decode(bytes).value));

negative('C-45', "retries when u' or w of both signers cancel (N-80)", () => {
  // u' || w per item; signer 1 waits for the share of signer 3.
  for (const offset of [0, 32, 64, 96]) {
    const opposite = negated(shareOf(3).slice(offset, offset + 32));
    const replayed = replayingShare((bytes) => replaceAt(bytes, offset, opposite));
    assertReplayAborts(replayed, retry('C-45'));
  }
});

negative('C-45', 'retries when re-randomisation cancels the nonce point or its x is zero', () => {
  const { key, items } = signSetup(two, 1);
  const item = { digest: items[0]?.digest ?? new Uint8Array(32), path: [] };
  // With a constant hash rho is known beforehand, which it never is.
  const constant = { arith, sha256: () => new Uint8Array(32).fill(3) };
  const rho = scalar.reduceWide(new Uint8Array(48).fill(3));
  const rhoG = point.mulBase(rho);
  assertRefuses(() => finishItem(constant, two.sid, key, item, 0, point.neg(rhoG)), retry('C-45'));
  // x = q is on the curve: the one x that is zero mod q.
  const atQ = decodePoint(arith, fromHex(`02${Q}`), 1);
  const R_m = point.add(atQ, point.neg(rhoG));
  assertRefuses(() => finishItem(constant, two.sid, key, item, 0, R_m), retry('C-45'));
});

negative(
  'C-46',
  'retries when a share of the signature is wrong: nobody outputs it (N-78, P-18)',
  () => {
    const incrementing = (offset: number) => (bytes: Uint8Array) =>
      replaceAt(bytes, offset, incremented(bytes.slice(offset, offset + 32)));
    for (const offset of [0, 32, 64, 96]) {
      assertReplayAborts(replayingShare(incrementing(offset)), retry('C-46'));
    }
    const outcome = sending(three, { round: 3 }, incrementing(32));
    assertAborts(outcome, [2, 3], retry('C-46'));
  },
);

negative(
  'C-46',
  "retries for swapped items, another session's share and the peer's own share",
  () => {
    const older = runSigning({ ...two, sid: sha256(two.sid) });
    const replayed = older.sent.find((m) => m.from === 1 && m.round === 3);
    assert.ok(replayed);
    for (const change of [
      (bytes: Uint8Array) => concat(bytes.slice(64), bytes.slice(0, 64)),
      () => replayed.open,
      () => shareOf(3),
      () => new Uint8Array(128).fill(1),
    ]) {
      assertReplayAborts(replayingShare(change), retry('C-46'));
    }
  },
);

/** What the coordinator sees of the honest session. */
const seen: CombineInput = {
  sid: two.sid,
  parties: two.parties,
  key: signSetup(two, 1).key,
  items: two.items,
  round2: new Map(
    honest.sent.filter((m) => m.round === 2 && m.to === 0).map((m) => [m.from, m.open]),
  ),
  round3: new Map(honest.sent.filter((m) => m.round === 3).map((m) => [m.from, m.open])),
};

void t.test('the coordinator combines the same signatures from the broadcasts alone', async (t) => {
  t.same(combineSignatures(env, seen), honest.results.get(1));
  t.same(honest.results.get(3), honest.results.get(1));
});

negative('C-46', 'gives the coordinator no signature from a wrong share', () => {
  const wrong = replaceAt(shareOf(1), 96, incremented(shareOf(1).slice(96)));
  const input = { ...seen, round3: new Map([...seen.round3, [1, wrong]]) };
  assertRefuses(() => combineSignatures(env, input), retry('C-46'));
});

negative('C-05', 'gives the coordinator no signature from payloads of another length', () => {
  for (const [name, round] of [
    ['round2', 2],
    ['round3', 3],
  ] as const) {
    for (const bytes of [new Uint8Array(), new Uint8Array(31), new Uint8Array(129)]) {
      const input = { ...seen, [name]: new Map([...seen[name], [1, bytes]]) };
      assert.ok(round > 1);
      assertRefuses(() => combineSignatures(env, input), blame('C-05'));
    }
  }
});

negative('C-44', 'gives the coordinator no signature from nonce points that cancel', () => {
  const round2 = seen.round2.get(1) ?? new Uint8Array();
  const R_3 = decodePoint(arith, seen.round2.get(3)?.slice(R, R + 33) ?? new Uint8Array(), 3);
  const opposite = replaceAt(round2, R, point.encode(point.neg(R_3)));
  const input = { ...seen, round2: new Map([...seen.round2, [1, opposite]]) };
  assertRefuses(() => combineSignatures(env, input), retry('C-44'));
});

void t.test('the high form of a signature does not verify, nor another recid (N-79)', async (t) => {
  const [signature] = honest.results.get(1) ?? [];
  const [item] = two.items;
  if (signature === undefined || item === undefined) throw new Error('no signature');
  const { key } = signSetup(two, 1);
  const R_m = [1, 3]
    .map((i) => decodePoint(arith, seen.round2.get(i)?.slice(R, R + 33) ?? new Uint8Array(), i))
    .reduce((P, Q) => point.add(P, Q));
  const finished = finishItem(env, two.sid, key, item, 0, R_m);
  t.ok(verifySignature(env, finished, signature));
  const { r, s, recid } = signature;
  for (const wrong of [
    { r, s: negated(s), recid: recid ^ 1 },
    { r, s, recid: recid ^ 1 },
    { r, s, recid: recid | 2 },
    { r: s, s: r, recid },
    { r: new Uint8Array(32), s, recid },
    { r, s: new Uint8Array(32), recid },
  ]) {
    t.notOk(verifySignature(env, finished, wrong));
  }
});

void t.test('recid says when x of the nonce point is not below q (P-17)', async (t) => {
  // A point with x = q + k, and the public key for which it is the nonce point of (r, s).
  const encoded = fromHex(`03${(BigInt(`0x${Q}`) + 2n).toString(16)}`);
  const Rf = decodePoint(arith, encoded, 1);
  const rx = scalar.reveal(scalar.decode(encoded.slice(1)).value);
  const h = scalar.fromUint(11);
  const five = scalar.fromUint(5);
  for (const [s, recid] of [
    [five, 3],
    [scalar.neg(five), 2],
  ] as const) {
    // Q = r^-1 (s R - h G)
    const sR = point.mulPublic(scalar.reveal(s), Rf);
    const difference = point.add(sR, point.neg(point.mulBase(h)));
    const childKey = point.mulPublic(scalar.inversePublic(rx), difference);
    const zero = scalar.fromUint(0);
    const item = { childKey, Rf, rho: zero, rx, h, delta: zero };
    const signature = combineItem(env, item, [{ u: scalar.fromUint(1), w: s }]);
    t.same(signature.s, scalar.encode(five));
    t.equal(signature.recid, recid);
    t.ok(verifySignature(env, item, signature));
  }
});
