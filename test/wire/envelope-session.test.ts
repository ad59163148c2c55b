import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { ProtocolAbort } from '../../core/index.ts';
import { concat, fromHex, toHex } from '../../wire/bytes.ts';
import { ed25519PublicKey } from '../../wire/ed25519.ts';
import {
  digestOf,
  encodeHeader,
  isSigned,
  sealPart,
  signatureHash,
  signEnvelope,
  directionKey,
  type Envelope,
} from '../../wire/envelope.ts';
import { createEphemeral } from '../../wire/x25519.ts';
import {
  ctxOf,
  ephemeralKeyOf,
  ephemeralSecretOf,
  flipBit,
  identityOf,
  joinOf,
  joinSession,
  KIND,
  members,
  openSession,
  outcomeOf,
  sidOf,
} from '../support/envelopes.ts';
import { negative } from '../support/negative.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const NONE = new Uint8Array();
const direct = { round: 1, to: 2, open: text('for all'), sealed: text('for 2 only') };
const broadcast = { round: 1, to: 0, open: text('to everybody'), sealed: NONE };

await t.test('delivers broadcasts and direct messages to their recipients', async (t) => {
  const [sender, two, five] = [openSession('s', 1), openSession('s', 2), openSession('s', 5)];
  const toAll = sender.seal(broadcast);
  const toTwo = sender.seal(direct);

  for (const receiver of [two, five]) {
    const opened = receiver.open(toAll);
    t.match(opened, { kind: 'message', message: { round: 1, from: 1, to: 0 } });
    t.same(opened.kind === 'message' && opened.message.open, broadcast.open);
  }
  const opened = two.open(toTwo);
  t.match(opened, { kind: 'message', message: { round: 1, from: 1, to: 2 } });
  t.same(opened.kind === 'message' && opened.message.sealed, direct.sealed);
  t.notSame(toTwo.sealed.subarray(0, direct.sealed.length), direct.sealed);
});

await t.test('delivers joins before the session id is known, the own one included', async (t) => {
  const sender = joinSession('s', 1);
  const receiver = joinSession('s', 2);
  const join = sender.sealJoin(joinOf('s', 1));
  t.same(join.sid, ctxOf('s'));
  t.equal(outcomeOf(receiver.open(join)), 'message');
  t.equal(outcomeOf(sender.open(join)), 'message', 'the relay shows it to its sender as well');
});

await t.test('drops messages of a session whose joins are not complete', async (t) => {
  const early = openSession('s', 1).seal(direct);
  const receiver = joinSession('s', 2);
  t.equal(outcomeOf(receiver.open(early)), 'dropped C-01');
  receiver.establish(sidOf('s'), new Map([1, 5].map((i) => [i, ephemeralKeyOf('s', i)])));
  t.equal(outcomeOf(receiver.open(early)), 'message', 'a drop leaves the slot open');
});

await t.test('carries refusals and aborts in round 255, signed', async (t) => {
  const end = { endClass: 'retry', round: 0, largestGeneration: 7 } as const;
  const early = joinSession('s', 1).sealEnd(end);
  t.same(early.sid, ctxOf('s'), 'before the session id is known it names the context');
  t.match(joinSession('s', 2).open(early), { kind: 'end', from: 1, end });

  const late = openSession('s', 1).sealEnd({ ...end, endClass: 'burn', round: 2 });
  t.same(late.sid, sidOf('s'));
  const receiver = openSession('s', 2);
  t.match(receiver.open(late), { kind: 'end', end: { endClass: 'burn', round: 2 } });
  const second = openSession('s', 1).sealEnd({ ...end, endClass: 'fatal' });
  t.equal(outcomeOf(receiver.open(second)), 'dropped C-04', 'the first one counts, no blame');
});

await t.test('drops a malformed abort', async (t) => {
  const slot = { sid: sidOf('s'), round: 255, from: 1, to: 0, seq: 0 };
  for (const content of ['00', '', '09000000000000', '060000000000']) {
    const parts = { public: fromHex(content, content.length / 2) ?? NONE, sealed: NONE };
    const envelope = signEnvelope(identityOf(1), KIND, slot, parts);
    t.equal(outcomeOf(openSession('s', 2).open(envelope)), 'dropped C-05', content);
  }
});

negative('C-01', 'drops an envelope above the size ceiling', () => {
  const envelope = openSession('s', 1).seal(direct);
  const receiver = openSession('s', 2, { maxPayloadBytes: 20 });
  assert.equal(outcomeOf(receiver.open(envelope)), 'dropped C-01');
});

negative('C-01', 'drops an envelope of an unknown session', () => {
  const slot = { sid: sidOf('other'), round: 1, from: 1, to: 0, seq: 0 };
  const parts = { public: text('x'), sealed: NONE };
  const envelope = signEnvelope(identityOf(1), KIND, slot, parts);
  assert.equal(outcomeOf(openSession('s', 2).open(envelope)), 'dropped C-01');
});

negative('C-01', 'drops an envelope for another recipient', () => {
  const envelope = openSession('s', 1).seal(direct);
  assert.equal(outcomeOf(openSession('s', 5).open(envelope)), 'dropped C-01');
});

negative(
  'C-01',
  'drops an unknown round, sender or sequence number, and a reflected message',
  () => {
    const receiver = openSession('s', 2);
    const parts = { public: text('x'), sealed: NONE };
    const slot = { sid: sidOf('s'), round: 1, from: 1, to: 0, seq: 0 };
    const from1 = (change: object): Envelope =>
      signEnvelope(identityOf(1), KIND, { ...slot, ...change }, parts);
    for (const change of [{ round: 3 }, { round: 254 }, { seq: 1 }, { from: 3 }, { round: 0 }])
      assert.equal(outcomeOf(receiver.open(from1(change))), 'dropped C-01');
    const reflected = openSession('s', 2).seal(broadcast);
    assert.equal(outcomeOf(receiver.open(reflected)), 'dropped C-01');
  },
);

negative('C-01', 'drops a broadcast with a sealed part', () => {
  const slot = { sid: sidOf('s'), round: 1, from: 1, to: 0, seq: 0 };
  const parts = { public: text('x'), sealed: text('y') };
  const envelope = signEnvelope(identityOf(1), KIND, slot, parts);
  assert.equal(outcomeOf(openSession('s', 2).open(envelope)), 'dropped C-01');
});

negative('C-02', 'drops a flipped bit of the public part', () => {
  const envelope = openSession('s', 1).seal(broadcast);
  assert.equal(outcomeOf(openSession('s', 2).open(flipBit(envelope, 'public', 9))), 'dropped C-02');
});

negative('C-02', "drops a message under another signer's key", () => {
  const slot = { sid: sidOf('s'), round: 1, from: 1, to: 0, seq: 0 };
  const parts = { public: text('x'), sealed: NONE };
  const envelope = signEnvelope(identityOf(5), KIND, slot, parts);
  assert.equal(outcomeOf(openSession('s', 2).open(envelope)), 'dropped C-02');
});

negative('C-02', 'drops a message signed for another kind of session', () => {
  const envelope = openSession('s', 1, { kind: 'keygen' }).seal(broadcast);
  assert.equal(outcomeOf(openSession('s', 2).open(envelope)), 'dropped C-02');
});

negative('C-02', 'drops a signature with S + L in place of S', () => {
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const envelope = openSession('s', 1).seal(broadcast);
  let S = envelope.signature.slice(32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  S += L;
  const signature = envelope.signature.slice();
  for (let i = 32; i < 64; i++, S >>= 8n) signature[i] = Number(S & 0xffn);
  assert.equal(outcomeOf(openSession('s', 2).open({ ...envelope, signature })), 'dropped C-02');
});

negative('C-02', 'drops everything under an identity key of small order', () => {
  const identityKey = fromHex('01'.padEnd(64, '0'), 32) ?? NONE;
  const parties = members.map((each) => (each.index === 1 ? { index: 1, identityKey } : each));
  // R = the neutral element, S = 0: valid under this key for every message, without strictness.
  const forged = {
    ...openSession('s', 1).seal(broadcast),
    signature: concat(identityKey, new Uint8Array(32)),
  };
  assert.equal(outcomeOf(openSession('s', 2, { parties }).open(forged)), 'dropped C-02');
});

negative('C-03', 'drops a flipped bit of the sealed part, re-signed by its sender', () => {
  const envelope = openSession('s', 1).seal(direct);
  const { sealed } = flipBit(envelope, 'sealed', 3);
  const { sid, round, from, to, seq } = envelope;
  const slot = { sid, round, from, to, seq };
  const resigned = signEnvelope(identityOf(1), KIND, slot, { public: envelope.public, sealed });
  assert.equal(outcomeOf(openSession('s', 2).open(resigned)), 'dropped C-03');
});

/** A direct message from 1 to 2 whose sealed part was made under a key and slot of our choice. */
function sealedUnder(
  key: Uint8Array,
  sealedFor: { round: number },
  plaintext: Uint8Array,
): Envelope {
  const slot = { sid: sidOf('s'), round: 1, from: 1, to: 2, seq: 0 };
  const header = encodeHeader(KIND, { ...slot, ...sealedFor });
  const sealed = sealPart(key, { ...slot, ...sealedFor }, header, plaintext);
  return signEnvelope(identityOf(1), KIND, slot, { public: NONE, sealed });
}

function sharedWith2(): Uint8Array {
  return createEphemeral(ephemeralSecretOf('s', 1)).agree(ephemeralKeyOf('s', 2));
}

negative('C-03', 'drops a message sealed with the key of the other direction', () => {
  const key = directionKey(sharedWith2(), sidOf('s'), 2, 1);
  const envelope = sealedUnder(key, { round: 1 }, text('x'));
  assert.equal(outcomeOf(openSession('s', 2).open(envelope)), 'dropped C-03');
});

negative('C-03', 'drops a sealed part that was made for another round', () => {
  const key = directionKey(sharedWith2(), sidOf('s'), 1, 2);
  const envelope = sealedUnder(key, { round: 2 }, text('x'));
  assert.equal(outcomeOf(openSession('s', 2).open(envelope)), 'dropped C-03');
  const right = sealedUnder(key, { round: 1 }, text('x'));
  assert.equal(outcomeOf(openSession('s', 2).open(right)), 'message');
});

negative('C-03', 'drops a direct message without even a tag', () => {
  const slot = { sid: sidOf('s'), round: 1, from: 1, to: 2, seq: 0 };
  const envelope = signEnvelope(identityOf(1), KIND, slot, { public: NONE, sealed: text('short') });
  assert.equal(outcomeOf(openSession('s', 2).open(envelope)), 'dropped C-03');
});

negative('C-04', 'drops the replay of each message', () => {
  const sender = openSession('s', 1);
  const receiver = openSession('s', 2);
  const envelopes = [
    sender.seal(broadcast),
    sender.seal(direct),
    sender.seal({ ...direct, round: 2 }),
  ];
  for (const envelope of envelopes) assert.equal(outcomeOf(receiver.open(envelope)), 'message');
  for (const envelope of envelopes)
    assert.equal(outcomeOf(receiver.open(envelope)), 'dropped C-04');
});

negative('C-04', 'drops the replay of a join', () => {
  const join = joinSession('s', 1).sealJoin(joinOf('s', 1));
  const receiver = joinSession('s', 2);
  assert.equal(outcomeOf(receiver.open(join)), 'message');
  assert.equal(outcomeOf(receiver.open(join)), 'dropped C-04');
});

negative('C-06', 'blames the signer of two versions of one broadcast and keeps both', () => {
  const receiver = openSession('s', 2);
  const first = openSession('s', 1).seal(broadcast);
  const second = openSession('s', 1).seal({ ...broadcast, open: text('to some') });
  assert.equal(outcomeOf(receiver.open(first)), 'message');

  const opened = receiver.open(second);

  assert.ok(opened.kind === 'equivocation');
  const { abort, evidence } = opened;
  assert.equal(abort.check, 'C-06');
  assert.equal(abort.abortClass, 'blame');
  assert.deepEqual(abort.culprits, [1]);
  const key = ed25519PublicKey(identityOf(1).publicKey);
  assert.ok(key);
  const [a, b] = evidence.versions;
  for (const version of [a, b]) assert.ok(isSigned(key, evidence.header, version));
  assert.notDeepEqual(a.publicHash, b.publicHash);
});

negative('C-06', 'blames the signer of two versions of one direct message', () => {
  const receiver = openSession('s', 2);
  receiver.open(openSession('s', 1).seal(direct));
  const opened = receiver.open(openSession('s', 1).seal({ ...direct, sealed: text('else') }));
  assert.ok(opened.kind === 'equivocation');
  assert.deepEqual(opened.abort.culprits, [1]);
});

negative('C-06', 'blames the signer of two joins with one tick', () => {
  const receiver = joinSession('s', 2);
  const join = joinOf('s', 1);
  const changed = join.slice();
  changed[40] = (changed[40] ?? 0) ^ 1; // the nonce
  receiver.open(joinSession('s', 1).sealJoin(join));
  const opened = receiver.open(joinSession('s', 1).sealJoin(changed));
  assert.ok(opened.kind === 'equivocation');
  assert.deepEqual(opened.abort.culprits, [1]);
});

await t.test('a join of an earlier session over the same context blames nobody', async (t) => {
  const receiver = joinSession('s', 2);
  t.equal(outcomeOf(receiver.open(joinSession('s', 1).sealJoin(joinOf('s', 1, 4n)))), 'message');
  const earlier = joinSession('s', 1).sealJoin(joinOf('s', 1, 3n));
  t.equal(outcomeOf(receiver.open(earlier)), 'dropped C-04');
});

/** Points of small order of Curve25519 and of its twist, and non-canonical forms (RFC 7748 §6.1). */
const SMALL_ORDER_U = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];

negative('C-11', 'blames every peer whose ephemeral key has small order', () => {
  for (const hex of SMALL_ORDER_U) {
    const session = joinSession('s', 2);
    const bad = fromHex(hex, 32) ?? NONE;
    const establish = (): void => {
      session.establish(
        sidOf('s'),
        new Map([
          [1, bad],
          [5, ephemeralKeyOf('s', 5)],
        ]),
      );
    };
    assert.throws(establish, (error) => {
      assert.ok(error instanceof ProtocolAbort);
      assert.equal(error.check, 'C-11');
      assert.equal(error.abortClass, 'blame');
      assert.deepEqual(error.culprits, [1]);
      return true;
    });
  }
});

await t.test('every flipped bit of an envelope is dropped', async (t) => {
  const sender = openSession('s', 1);
  for (const message of [broadcast, direct]) {
    const envelope = sender.seal(message);
    const receiver = openSession('s', 2);
    for (const part of ['sid', 'public', 'sealed', 'signature'] as const) {
      for (let bit = 0; bit < envelope[part].length * 8; bit++) {
        const outcome = outcomeOf(receiver.open(flipBit(envelope, part, bit)));
        if (!outcome.startsWith('dropped')) t.fail(`${part} bit ${bit}: ${outcome}`);
      }
    }
    for (const field of ['round', 'from', 'to', 'seq'] as const) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = { ...envelope, [field]: envelope[field] ^ (1 << bit) };
        const outcome = outcomeOf(receiver.open(changed));
        if (!outcome.startsWith('dropped')) t.fail(`${field} bit ${bit}: ${outcome}`);
      }
    }
    t.equal(outcomeOf(receiver.open(envelope)), 'message', 'and the slot is still free');
  }
});

await t.test('any content travels unchanged', async () => {
  const content = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(content, content, fc.constantFrom(1, 2), (open, sealed, round) => {
      const envelope = openSession('s', 5).seal({ round, to: 2, open, sealed });
      const opened = openSession('s', 2).open(envelope);
      assert.ok(opened.kind === 'message');
      assert.deepEqual(new Uint8Array(opened.message.open), new Uint8Array(open));
      assert.deepEqual(new Uint8Array(opened.message.sealed), new Uint8Array(sealed));
    }),
    { numRuns: 30 },
  );
});

await t.test('misuse is a broken invariant', async (t) => {
  t.throws(() => joinSession('s', 1).seal(broadcast), { name: 'InvariantViolation' });
  const session = openSession('s', 1);
  t.throws(() => session.seal({ ...direct, to: 9 }), { name: 'InvariantViolation' });
  const again = (): void => {
    session.establish(sidOf('s'), new Map());
  };
  t.throws(again, { name: 'InvariantViolation' });
  session.destroy();
  t.throws(() => session.seal(direct), { name: 'InvariantViolation' }, 'keys are gone');
});

await t.test('the signature covers exactly the specified hash', async (t) => {
  const envelope = openSession('s', 1).seal(broadcast);
  const header = encodeHeader(KIND, envelope);
  const hash = signatureHash(header, digestOf(envelope));
  const key = ed25519PublicKey(identityOf(1).publicKey);
  t.ok(key && isSigned(key, header, digestOf(envelope)));
  t.same(toHex(identityOf(1).sign(hash)), toHex(envelope.signature));
});
