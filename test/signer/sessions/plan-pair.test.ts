import assert from 'node:assert/strict';
import t from 'tap';
import type { PartyIndex } from '../../../core/index.ts';
import { decodeEnd, encodeHeader, isSigned, digestOf } from '../../../wire/envelope.ts';
import { ed25519PublicKey } from '../../../wire/ed25519.ts';
import { signerService } from '../../../wire/services.ts';
import { startSigners, withSigners, type Signers } from '../../support/in-process-signers.ts';
import { negative } from '../../support/negative.ts';
import type { RelaySession } from '../../support/relay-bus.ts';
import { until } from '../../support/until.ts';
import { createWallet, openSigning } from '../../support/wallets.ts';

const SOON = 2500;

const openSetup = (s: Signers, parties: readonly PartyIndex[], generation: number): RelaySession =>
  s.bus.open({ parties, subject: { kind: 'pair', generation }, timeoutMs: 50_000 });

const pairOf = async (s: Signers, index: PartyIndex, peer: PartyIndex) => {
  const { pairs } = await s.at(index).call(signerService.getInfo, {});
  const pair = pairs.find((each) => each.peer === peer);
  if (pair === undefined) throw new Error('no such pair');
  return pair;
};

/** Both sides ACTIVE with one digest. */
async function isEqual(s: Signers, a: PartyIndex, b: PartyIndex): Promise<boolean> {
  const [left, right] = [await pairOf(s, a, b), await pairOf(s, b, a)];
  const bothActive = left.state === 'active' && right.state === 'active';
  return (
    bothActive && Buffer.from(left.pairDigest ?? []).equals(right.pairDigest ?? new Uint8Array())
  );
}

t.test('three signers set their pairs up, sign, and after a restart set up again', async (t) => {
  const s = await startSigners(t);
  const wallet = await createWallet(s);
  const early = await openSigning(s, wallet);
  t.same((await early.session.settled()).reasons(), { 1: 'PAIR_NOT_ACTIVE', 2: 'PAIR_NOT_ACTIVE' });
  for (const parties of [
    [1, 2],
    [1, 3],
    [2, 3],
  ]) {
    await openSetup(s, parties, 1).settled(60_000);
    t.ok(await isEqual(s, parties[0] ?? 0, parties[1] ?? 0), `pair ${parties.join('-')}`);
  }
  const signing = await openSigning(s, wallet, { parties: [1, 2, 3] });
  await signing.session.settled();
  t.equal(signing.session.signatures(wallet.facts, signing.items).length, 1);

  await s.restart(1);
  t.equal((await pairOf(s, 1, 2)).state, 'absent', 'no generation of an earlier process');
  t.equal((await pairOf(s, 1, 2)).largestGeneration, 1);
  const refused = await openSigning(s, wallet);
  await until('1 refused', () => refused.session.stateOf(1) === 'refused');
  t.equal(refused.session.reasons()[1], 'PAIR_NOT_ACTIVE');
  const old = await openSetup(s, [1, 2], 1).settled();
  t.same(old.reasons(), { 1: 'PAIR_GENERATION_TOO_LOW', 2: 'PAIR_GENERATION_TOO_LOW' });

  await openSetup(s, [1, 2], 2).settled(60_000);
  const again = await openSigning(s, wallet);
  await again.session.settled();
  t.equal(again.session.signatures(wallet.facts, again.items).length, 1);
});

t.test(
  'P3 of one side lost: only the other is ACTIVE, no session forms, a new set-up heals',
  async (t) => {
    const s = await startSigners(t, { indices: [1, 2] });
    const wallet = await createWallet(s);
    const lost = s.bus.drop({ round: 3, from: 1 });
    const session = openSetup(s, [1, 2], 1);
    await until('1 is ACTIVE', async () => (await pairOf(s, 1, 2)).state === 'active', 60_000);
    t.equal(lost.hits, 1);
    t.equal((await pairOf(s, 2, 1)).state, 'pending', 'PENDING since before its P3 left');
    s.time.advance(50_000);
    await session.settled();
    t.equal((await pairOf(s, 2, 1)).state, 'absent', 'a time-out ends the set-up');
    t.equal((await pairOf(s, 1, 2)).state, 'active');
    t.equal((await pairOf(s, 1, 2)).needsApproval, false, 'time-outs are no failed set-ups');
    const signing = await openSigning(s, wallet);
    await until('2 refused', () => signing.session.stateOf(2) === 'refused');
    t.equal(signing.session.reasons()[2], 'PAIR_NOT_ACTIVE');
    s.bus.abort(signing.session);

    lost.stop();
    // The last word may get lost: both are ACTIVE by then.
    const acks = s.bus.drop({ round: 4 });
    await openSetup(s, [1, 2], 2).settled(60_000);
    t.equal(acks.hits, 2);
    t.ok(await isEqual(s, 1, 2));
    const healed = await openSigning(s, wallet);
    await healed.session.settled();
    t.equal(healed.session.signatures(wallet.facts, healed.items).length, 1);
  },
);

t.test('set-ups opened in a loop and given up do not take the ACTIVE pair away', async (t) => {
  const s = await startSigners(t);
  const wallet = await createWallet(s);
  s.dealPairs();
  for (let generation = 2; generation < 12; generation += 1) {
    const stalled = s.bus.drop({ round: 0 });
    const session = openSetup(s, [1, 2], generation);
    await until('joined', () => session.round(0).size === 2);
    s.bus.abort(session);
    await session.settled();
    stalled.stop();
  }
  t.equal((await pairOf(s, 1, 2)).generation, 1);
  t.equal((await pairOf(s, 1, 2)).largestGeneration, 11);
  t.equal((await pairOf(s, 1, 2)).needsApproval, false);
  const signing = await openSigning(s, wallet);
  await signing.session.settled();
  t.equal(signing.session.signatures(wallet.facts, signing.items).length, 1);
});

t.test('a refused set-up reports the largest generation, signed', async (t) => {
  const s = await startSigners(t, { indices: [1, 2] });
  s.dealPairs(7);
  const session = await openSetup(s, [1, 2], 7).settled();
  const ack = session.acks.get(1);
  t.equal(ack?.kind === 'refused' && ack.refusal.metadata['largestGeneration'], '7');
  const signed = () =>
    s.bus.received.flatMap(({ from, frame }) =>
      from === 1 && frame.kind === 'envelope' ? [frame.envelope] : [],
    );
  await until('1 said so', () => signed().length > 0);
  const [envelope] = signed();
  if (envelope === undefined) throw new Error('nothing signed');
  t.same(decodeEnd(envelope.public), { endClass: 'refuse', round: 0, largestGeneration: 7 });
  const key = ed25519PublicKey(s.at(1).secrets.identity.publicKey);
  t.ok(key && isSigned(key, encodeHeader('pair', envelope), digestOf(envelope)), 'by its identity');
});

t.test('refuses pairs that are none', async (t) => {
  const s = await startSigners(t);
  const session = s.bus.open({
    ...{ parties: [1, 2], subject: { kind: 'pair', generation: 1 }, to: [3] },
  });
  t.same((await session.settled()).reasons(), { 3: 'PARTIES_INVALID' });
  const far = await openSetup(s, [1, 2], 2 ** 32 - 1).settled();
  t.same(far.reasons(), { 1: 'PAIR_GENERATION_TOO_LOW', 2: 'PAIR_GENERATION_TOO_LOW' });
});

negative('C-24', 'joins one set-up with a peer at a time', async () => {
  await withSigners({ indices: [1, 2] }, async (s) => {
    s.bus.drop({ round: 0 });
    const first = openSetup(s, [1, 2], 1);
    await until('joined', () => first.round(0).size === 2);
    const second = openSetup(s, [1, 2], 2);
    await until('answered', () => second.acks.size === 2, SOON);
    assert.deepEqual(second.reasons(), { 1: 'PAIR_BUSY', 2: 'PAIR_BUSY' });
    assert.equal(s.at(1).store.pairs.get(2).largestGeneration, 1);
  });
});

negative(
  'C-26',
  'joins no set-up with a peer that burned a generation, until it is approved',
  async () => {
    await withSigners({ indices: [1, 2] }, async (s) => {
      s.dealPairs();
      const { pairs } = s.at(1).signer;
      pairs.use(2);
      pairs.settle(2, 1, false);
      s.bus.drop({ round: 0 });
      const session = openSetup(s, [1, 2], 2);
      await until('answered', () => session.acks.has(1), SOON);
      assert.deepEqual(session.reasons(), { 1: 'PAIR_NEEDS_APPROVAL' });
      s.at(1).store.pairs.approve(2, 'operator');
      const approved = openSetup(s, [1, 2], 3);
      await until('answered', () => approved.acks.has(1), SOON);
      assert.equal(approved.stateOf(1), 'joined');
    });
  },
);

negative('C-26', 'joins no set-up after three that failed', async () => {
  await withSigners({ indices: [1, 2] }, async (s) => {
    for (let k = 0; k < 3; k += 1) s.at(1).signer.pairs.countFailedSetup(2);
    s.bus.drop({ round: 0 });
    const session = openSetup(s, [1, 2], 1);
    await until('answered', () => session.acks.has(1), SOON);
    assert.deepEqual(session.reasons(), { 1: 'PAIR_NEEDS_APPROVAL' });
  });
});

negative('C-53', 'signs with no pair of an earlier process', async () => {
  await withSigners({ indices: [1, 2] }, async (s) => {
    const wallet = await createWallet(s);
    s.dealPairs();
    await s.restart(1);
    const { session } = await openSigning(s, wallet);
    await until('answered', () => session.acks.has(1), SOON);
    assert.equal(session.reasons()[1], 'PAIR_NOT_ACTIVE');
  });
});
