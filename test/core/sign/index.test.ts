import { secp256k1 } from '@noble/curves/secp256k1.js';
import assert from 'node:assert/strict';
import t from 'tap';
import { concat } from '../../../core/codec/bytes.ts';
import { deriveChild } from '../../../core/derive/bip32.ts';
import { at, entryOf } from '../../../core/list.ts';
import { signing } from '../../../core/sign/index.ts';
import { arith, bigEndian, hexOf, modQ, Q, valueOf } from '../../support/arith.ts';
import { randomOf } from '../../support/rng.ts';
import { runSigners, type SignRun } from '../../support/sign-runs.ts';

/** Verifies and recovers with an independent implementation. */
function assertSigned(run: SignRun, m: number): void {
  const [first] = run.outcome.results.values();
  const { r, s, recid } = at(first ?? [], m);
  const { digest, path } = at(run.items, m);
  const { publicKey, chainCode } = run.key.facts;
  const child = deriveChild({ arith }, { publicKey, chainCode }, path);
  const expected = secp256k1.getPublicKey(bigEndian(modQ(run.key.x + valueOf(child.delta)), 32));
  assert.equal(hexOf(child.publicKey), hexOf(expected));
  const options = { prehash: false, lowS: true } as const;
  assert.ok(secp256k1.verify(concat(r, s), digest, child.publicKey, options));
  const signature = secp256k1.Signature.fromBytes(concat(r, s)).addRecoveryBit(recid);
  assert.equal(signature.recoverPublicKey(digest).toHex(true), hexOf(child.publicKey));
  assert.ok(BigInt(`0x${hexOf(s)}`) <= (Q - 1n) / 2n);
}

t.test('t and more than t signers sign, at every path, in batches', (t) => {
  const random = randomOf(t);
  for (const input of [
    { committee: [1, 2], t: 2, parties: [1, 2], paths: [[]] },
    { committee: [1, 2, 3], t: 2, parties: [2, 3], paths: [[0], [44, 60, 0, 1], []] },
    { committee: [3, 7, 255], t: 2, parties: [3, 7, 255], paths: [[2 ** 31 - 1]] },
  ]) {
    const run = runSigners(random, input);
    t.equal(run.outcome.aborts.size, 0);
    t.equal(run.outcome.results.size, input.parties.length);
    const [first, ...others] = run.outcome.results.values();
    for (const other of others) t.same(other, first);
    input.paths.forEach((_, m) => {
      assertSigned(run, m);
    });
  }
  t.end();
});

t.test('peers are released before R2 and R3, and the ledger comes before R3', (t) => {
  const { outcome } = runSigners(randomOf(t), {
    committee: [1, 2, 3],
    t: 2,
    parties: [1, 2, 3],
    paths: [[]],
  });
  t.same(entryOf(outcome.checked, 1), [2, 3, 2, 3]);
  t.same(entryOf(outcome.holds, 3), [{ kind: 'sign-commit' }]);
  t.end();
});

t.test('payloads have the sizes of the specification', (t) => {
  const random = randomOf(t);
  for (const B of [1, 2]) {
    const paths = Array.from({ length: B }, () => []);
    const { outcome } = runSigners(random, { committee: [1, 2], t: 2, parties: [1, 2], paths });
    const sizes = [1, 2, 3].map((round) => {
      const ofRound = outcome.sent.filter((message) => message.round === round);
      const shown = ofRound.filter(({ to }) => to === 0).map(({ open }) => open.length);
      const direct = ofRound.filter(({ to }) => to !== 0);
      const lengths = direct.map(({ open, sealed }) => [open.length, sealed.length].join('+'));
      return [...new Set(shown), ...new Set(lengths)];
    });
    t.same(sizes, [[32, `0+${1664 * B + 1088}`], [97 + 33 * B, `32+${64 + 40_066 * B}`], [64 * B]]);
  }
  t.end();
});

t.test('the same key signs the same digest with another nonce in another session', (t) => {
  const random = randomOf(t);
  const input = { committee: [1, 2], t: 2, parties: [1, 2], paths: [[], []] };
  const nonces = [0, 1].flatMap(() => {
    const [first] = runSigners(random, input).outcome.results.values();
    return (first ?? []).map(({ r }) => hexOf(r));
  });
  t.equal(new Set(nonces).size, 4);
  t.end();
});

t.test('no items, too many, or a digest of another length are refused at once', (t) => {
  const run = runSigners(randomOf(t), { committee: [1, 2], t: 2, parties: [1, 2], paths: [[]] });
  const setup = entryOf(run.setups, 1);
  const item = at(run.items, 0);
  const many = Array.from({ length: 65 }, () => item);
  assert.throws(() => signing({ ...setup, items: [] }), { field: 'items' });
  assert.throws(() => signing({ ...setup, items: many }), { field: 'items' });
  const short = { ...item, digest: new Uint8Array(20) };
  assert.throws(() => signing({ ...setup, items: [short] }), { field: 'items[0].digest' });
  t.end();
});
