/** C-05 and C-15 on every message of key generation and signing; C-17 and C-18 in the decoder. */
import assert from 'node:assert/strict';
import t from 'tap';
import { concat } from '../../../core/codec/bytes.ts';
import { decodePoint, decodeScalar } from '../../../core/codec/decode.ts';
import type { CheckId } from '../../../core/index.ts';
import { negative } from '../../support/negative.ts';
import { sha256 } from '../../support/rng.ts';
import {
  arith,
  assertAborts,
  assertRefuses,
  dkgWorld,
  extend,
  flipByte,
  replaceAt,
  runKeyGeneration,
  runSigning,
  signWorld,
  tamper,
  truncate,
  withPart,
  type Part,
  type Target,
} from '../../support/session.ts';

const retry = (check: CheckId) => ({ check, abortClass: 'retry', culprits: [] }) as const;
const blame = (check: CheckId) => ({ check, abortClass: 'blame', culprits: [1] }) as const;
const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

const sign = signWorld({ seed: 'messages/sign' });
const dkg = dkgWorld({ seed: 'messages/dkg' });

type Case = { readonly target: Target; readonly part: Part; readonly check: CheckId };
/** Every message of signer 1 that signer 3 receives, and the check that decides its length. */
const SIGN: readonly Case[] = [
  { target: { from: 1, round: 1, to: 0 }, part: 'open', check: 'C-05' },
  { target: { from: 1, round: 2, to: 0 }, part: 'open', check: 'C-05' },
  { target: { from: 1, round: 2, to: 3 }, part: 'sealed', check: 'C-05' },
  { target: { from: 1, round: 2, to: 3 }, part: 'open', check: 'C-05' },
  { target: { from: 1, round: 3, to: 0 }, part: 'open', check: 'C-05' },
];
const DKG: readonly Case[] = [
  { target: { from: 1, round: 1, to: 0 }, part: 'open', check: 'C-05' },
  { target: { from: 1, round: 3, to: 3 }, part: 'sealed', check: 'C-05' },
  { target: { from: 1, round: 4, to: 0 }, part: 'open', check: 'C-05' },
];
const CHANGES = [truncate, extend, (): Uint8Array => new Uint8Array()];

negative(
  'C-05',
  'blames every signing message that is one byte shorter or longer, or empty',
  () => {
    for (const { target, part, check } of SIGN) {
      for (const change of CHANGES) {
        const relay = tamper(target, (message) => withPart(message, part, change));
        assertAborts(runSigning(sign, { relay }), [3], blame(check));
        assert.ok(relay.hits > 0);
      }
    }
  },
);

negative('C-05', 'blames a public part where a message has none', () => {
  const relay = tamper({ from: 1, round: 1, to: 3 }, (m) => withPart(m, 'open', extend));
  assertAborts(runSigning(sign, { relay }), [3], blame('C-05'));
  const shares = tamper({ from: 1, round: 3, to: 3 }, (m) => withPart(m, 'open', extend));
  assertAborts(runKeyGeneration(dkg, { relay: shares }), [3], blame('C-05'));
});

negative('C-05', 'blames every key generation message that is one byte shorter or longer', () => {
  for (const { target, part, check } of DKG) {
    for (const change of CHANGES) {
      const relay = tamper(target, (message) => withPart(message, part, change));
      assertAborts(runKeyGeneration(dkg, { relay }), [3], blame(check));
      assert.ok(relay.hits > 0);
    }
  }
});

negative('C-05', 'blames public ties that do not belong to the secret ones', () => {
  const relay = tamper({ from: 1, round: 2, to: 3 }, (m) =>
    withPart(m, 'open', (open) => flipByte(open, 31)),
  );
  assertAborts(runSigning(sign, { relay }), [3], blame('C-05'));
});

negative(
  'C-05',
  'blames one byte more or less behind the ties, with the hash that goes with it',
  () => {
    const TIES = 32 + 39_968 + 32; // echo, At, eta, mu
    for (const change of [extend, truncate]) {
      const relay = tamper({ from: 1, round: 2, to: 3 }, (m) => {
        const sealed = change(m.sealed);
        return { ...m, sealed, open: sha256(sealed.slice(TIES)) };
      });
      assertAborts(runSigning(sign, { relay }), [3], blame('C-05'));
    }
  },
);

const ECHOES: readonly Case[] = [
  { target: { from: 1, round: 2, to: 0 }, part: 'open', check: 'C-15' },
  { target: { from: 1, round: 2, to: 3 }, part: 'sealed', check: 'C-15' },
];

negative('C-15', 'retries when the echo of R1 is wrong, in either message of R2 (N-83)', () => {
  for (const { target, part } of ECHOES) {
    for (const offset of [0, 31]) {
      const relay = tamper(target, (m) => withPart(m, part, (bytes) => flipByte(bytes, offset)));
      assertAborts(runSigning(sign, { relay }), [3], retry('C-15'));
      assert.ok(relay.hits > 0);
    }
  }
});

negative(
  'C-15',
  'is compared before anything else: garbage behind a wrong echo blames nobody',
  () => {
    for (const { target, part } of ECHOES) {
      const relay = tamper(target, (m) => withPart(m, part, () => new Uint8Array(40)));
      assertAborts(runSigning(sign, { relay }), [3], retry('C-15'));
    }
  },
);

negative('C-15', 'retries at all members when one nonce commitment was shown differently', () => {
  const world = signWorld({ seed: 'messages/equivocation', parties: [1, 2, 3] });
  const relay = tamper({ from: 1, round: 1, to: 0, receiver: 2 }, (m) =>
    withPart(m, 'open', (com) => flipByte(com, 0)),
  );
  assertAborts(runSigning(world, { relay }), [1, 2, 3], retry('C-15'));
  assert.equal(relay.hits, 1);
});

negative('C-15', 'retries at all members when a key generation broadcast was split (P-26)', () => {
  for (const round of [1, 2]) {
    const relay = tamper({ from: 1, round, to: 0, receiver: 2 }, (m) =>
      withPart(m, 'open', (bytes) => flipByte(bytes, -1)),
    );
    const outcome = runKeyGeneration(dkg, { relay });
    assert.equal(relay.hits, 1);
    assert.equal(outcome.results.size, 0);
    // A changed R2 is already refused by its one receiver; the others see its silence.
    if (round === 1) assertAborts(outcome, [1, 2, 3], retry('C-15'));
    else assertAborts(outcome, [2], blame('C-29'));
  }
});

negative('C-15', 'retries when the echo of R1 or R2 of key generation is wrong', () => {
  const cases: Case[] = [
    { target: { from: 1, round: 2, to: 0 }, part: 'open', check: 'C-15' },
    { target: { from: 1, round: 3, to: 3 }, part: 'sealed', check: 'C-15' },
  ];
  for (const { target, part } of cases) {
    const relay = tamper(target, (m) => withPart(m, part, (bytes) => flipByte(bytes, 0)));
    assertAborts(runKeyGeneration(dkg, { relay }), [3], retry('C-15'));
  }
});

const G_X = '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798';
const G_Y = '483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8';
const NOT_POINTS = [
  G_X, // 32 bytes
  `04${G_X}${G_Y}`, // uncompressed
  `04${G_X}`,
  `00${G_X}`,
  `06${G_X}`, // hybrid
  '02fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f', // x = p
  '03fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc30', // x = p + 1
  '020000000000000000000000000000000000000000000000000000000000000005', // not on the curve
  '00'.repeat(33),
  '00',
  '',
  `02${G_X}00`,
];

negative('C-17', 'blames whatever is not one canonical compressed point (N-01..N-11)', () => {
  for (const hex of NOT_POINTS) {
    assertRefuses(() => decodePoint(arith, fromHex(hex), 1), blame('C-17'));
  }
  assert.ok(
    arith.point.equal(
      decodePoint(arith, fromHex(`02${G_X}`), 1),
      arith.point.mulBase(arith.scalar.fromUint(1)),
    ),
  );
});

/** Replaces bytes of the ties of R2 and the public hash that goes with them. */
const retied = (offset: number, field: Uint8Array) =>
  tamper({ from: 1, round: 2, to: 3 }, (message) => {
    const sealed = replaceAt(message.sealed, offset, field);
    return { ...message, sealed, open: sha256(sealed.slice(-98)) };
  });

negative('C-17', 'blames a tie or a revealed key that is not on the curve', () => {
  const bad = fromHex(NOT_POINTS[7] ?? '');
  for (const offset of [-98, -65]) {
    assertAborts(runSigning(sign, { relay: retied(offset, bad) }), [3], blame('C-17'));
  }
  for (const offset of [32, -33]) {
    const relay = tamper({ from: 1, round: 2, to: 0 }, (m) =>
      withPart(m, 'open', (bytes) => replaceAt(bytes, offset, bad)),
    );
    assertAborts(runSigning(sign, { relay }), [3], blame('C-17'));
  }
});

const Q = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';

negative('C-18', 'blames a scalar that is not canonical or not 32 bytes (N-12..N-18)', () => {
  for (const hex of [
    Q,
    Q.replace(/41$/, '42'),
    'ff'.repeat(32),
    '00'.repeat(31),
    '00'.repeat(33),
  ]) {
    assertRefuses(() => decodeScalar(arith, fromHex(hex), 1), blame('C-18'));
  }
  for (const hex of [Q.replace(/41$/, '40'), '00'.repeat(32)]) {
    assert.deepEqual(arith.scalar.encode(decodeScalar(arith, fromHex(hex), 1)), fromHex(hex));
  }
});

negative('C-18', 'blames psi, u, w and a key share that are not below q', () => {
  const q = fromHex(Q);
  assertAborts(runSigning(sign, { relay: retied(-32, q) }), [3], blame('C-18'));
  for (const offset of [0, 32]) {
    const relay = tamper({ from: 1, round: 3, to: 0 }, (m) =>
      withPart(m, 'open', (bytes) => replaceAt(bytes, offset, q)),
    );
    assertAborts(runSigning(sign, { relay }), [3], blame('C-18'));
  }
  const relay = tamper({ from: 1, round: 3, to: 3 }, (m) =>
    withPart(m, 'sealed', (bytes) => concat(bytes.slice(0, 32), q)),
  );
  assertAborts(runKeyGeneration(dkg, { relay }), [3], blame('C-18'));
});

void t.test('the sessions that these tests change work unchanged', async (t) => {
  t.equal(runSigning(sign).results.size, 2);
  t.equal(runKeyGeneration(dkg).results.size, 3);
});
