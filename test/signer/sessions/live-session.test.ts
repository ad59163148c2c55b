import assert from 'node:assert/strict';
import t from 'tap';
import {
  decodeJoin,
  encodeJoin,
  makeTick,
  splitTick,
  type Join,
  type PartyIndex,
} from '../../../core/index.ts';
import type { SignerStore } from '../../../signer/ports.ts';
import { StoreUnavailable } from '../../../signer/store/errors.ts';
import { signEnvelope, type Envelope } from '../../../wire/envelope.ts';
import { signerService } from '../../../wire/services.ts';
import { dealPair } from '../../support/dealer.ts';
import { startSigners, withSigners, type Signers } from '../../support/in-process-signers.ts';
import { negative } from '../../support/negative.ts';
import { until } from '../../support/until.ts';
import { createWallet, openSigning, type TestWallet } from '../../support/wallets.ts';

const SOON = 2500;

async function started(t: Parameters<typeof startSigners>[0]) {
  const s = await startSigners(t);
  const wallet = await createWallet(s);
  s.dealPairs();
  return { s, wallet };
}

/** Makes a pair ACTIVE whose side at `cheater` does not fit: its OT messages are wrong guesses. */
function dealWrongPair(s: Signers, honest: PartyIndex, cheater: PartyIndex, generation = 2): void {
  for (const pair of dealPair(s.random, honest, cheater, generation)) {
    if (pair.self === cheater)
      pair.asReceiver.leaves.forEach((byte, k, all) => (all[k] = byte ^ 1));
    const { pairs } = s.at(pair.self).signer;
    pairs.beginSetup(pair.peer, generation);
    pairs.addPending(pair);
    pairs.activate(pair);
    pairs.endSetup(pair.peer, generation);
  }
}

const pairOf = async (s: Signers, index: PartyIndex, peer: PartyIndex) => {
  const { pairs } = await s.at(index).call(signerService.getInfo, {});
  return pairs.find((pair) => pair.peer === peer);
};

/** A copy of an envelope with one bit of one part changed. */
function corrupt(envelope: Envelope, part: 'public' | 'sealed' | 'signature'): Envelope {
  const bytes = envelope[part].slice();
  if (bytes.length > 0) bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 4;
  return { ...envelope, [part]: bytes };
}

t.test(
  'garbage, duplicates and a changed order do not keep a session from ending well',
  async (t) => {
    const { s, wallet } = await started(t);
    const repeated = s.bus.duplicate({}, 3);
    const garbage = s.bus.tamper({}, (envelope) => [
      corrupt(envelope, 'signature'),
      corrupt(envelope, 'public'),
      corrupt(envelope, 'sealed'),
      { ...envelope, seq: 1 },
      { ...envelope, round: 77 },
      envelope,
    ]);
    // Of each round, direct messages come before broadcasts.
    const late = s.bus.hold({ channel: 'broadcast', round: 1 });
    const { session, items } = await openSigning(s, wallet, { parties: [1, 2, 3] });
    await until('R1 is held', () => late.held.length > 0 && session.round(1, 2).size >= 2);
    await until('all R1', () => session.round(1).size === 3);
    late.release('reversed');
    await session.settled();

    t.equal(session.signatures(wallet.facts, items).length, 1);
    t.ok(
      repeated.hits > 10 && garbage.hits > 10,
      `${garbage.hits} envelopes had garbage beside them`,
    );
    for (const index of s.indices)
      for (const peer of s.indices.filter((other) => other !== index))
        t.equal((await pairOf(s, index, peer))?.state, 'active', `pair ${index}-${peer}`);
  },
);

t.test('an envelope in one message with the last join finds its session', async (t) => {
  const { s, wallet } = await started(t);
  // 2 gets its joins and R1 of 1 at once, as after a pause of its process.
  const back: Envelope[] = [];
  const stop = s.bus.hook((frame, to) => {
    if (to !== 2 || frame.kind !== 'envelope' || frame.envelope.round > 1) return [frame];
    back.push(frame.envelope);
    return [];
  });
  const { session, items } = await openSigning(s, wallet);
  await until('R1 of 1', () => back.filter(({ round }) => round === 1).length === 2);
  stop();
  const link = s.at(2).openRelay(() => undefined);
  link.send(...back.map((envelope) => ({ kind: 'envelope', envelope }) as const));
  await session.settled();
  t.equal(session.signatures(wallet.facts, items).length, 1);
});

t.test('a wrong guess burns the pair, durably, before anything is said', async (t) => {
  const { s, wallet } = await started(t);
  dealWrongPair(s, 1, 2);
  const atFirstReaction: boolean[] = [];
  const { session } = await openSigning(s, wallet);
  await until('1 has reacted', () => {
    if (atFirstReaction.length === 0 && session.ends.has(1))
      atFirstReaction.push(s.at(1).store.pairs.get(2).needsApproval);
    return session.stateOf(1) === 'aborted';
  });
  t.same(atFirstReaction, [true], 'on disk when the first word left');
  t.equal(session.aborts.get(1)?.endClass, 'burn');
  t.equal(session.ends.get(1)?.endClass, 'burn', 'signed');
  t.equal(session.reasons()[1], 'SESSION_BURNED');
  t.notOk(session.round(2).has(1), 'no R2 left');
  t.ok(
    s.logs.some((line) => line.includes('pair burned') && line.includes('"culprits":[2]')),
    'an alarm that names the peer',
  );
  const pair = await pairOf(s, 1, 2);
  t.equal(pair?.state, 'burned');
  t.equal(pair?.needsApproval, true);
  t.equal((await pairOf(s, 1, 3))?.state, 'active', 'other pairs go on');

  const refused = await openSigning(s, wallet);
  await until('1 refused', () => refused.session.stateOf(1) === 'refused');
  t.equal(refused.session.reasons()[1], 'PAIR_NOT_ACTIVE');
  const setUp = s.bus.open({ parties: [1, 2], subject: { kind: 'pair', generation: 3 } });
  await until('1 refused', () => setUp.stateOf(1) === 'refused');
  t.equal(setUp.reasons()[1], 'PAIR_NEEDS_APPROVAL');
  const other = await openSigning(s, wallet, { parties: [1, 3] });
  await other.session.settled();
  t.equal(other.session.signatures(wallet.facts, other.items).length, 1, 'another quorum signs');
});

t.test('a burn that cannot be written is fatal and said to nobody; the pair is gone', async (t) => {
  const disk = { refused: 0 };
  const store = (own: SignerStore, index: PartyIndex): SignerStore => {
    if (index !== 1) return own;
    const burn = (): never => {
      disk.refused += 1;
      throw new StoreUnavailable('no room');
    };
    return { ...own, pairs: { ...own.pairs, burn } };
  };
  const s = await startSigners(t, { store });
  const wallet = await createWallet(s);
  s.dealPairs();
  dealWrongPair(s, 1, 2);
  const { session } = await openSigning(s, wallet);
  await until('1 is over', () => session.stateOf(1) === 'aborted');
  t.equal(disk.refused, 1);
  t.equal(session.aborts.get(1)?.endClass, 'fatal');
  t.notOk(session.ends.has(1), 'nothing signed was said');
  const after = await openSigning(s, wallet);
  await until('1 refused', () => after.session.stateOf(1) === 'refused');
  t.equal(after.session.reasons()[1], 'PAIR_NOT_ACTIVE', 'no second guess');
});

t.test(
  'many wrong guesses at once, over several keys: one burn, and no second result',
  async (t) => {
    let burns = 0;
    const s = await startSigners(t, {
      store: (store, index) =>
        index !== 1
          ? store
          : {
              ...store,
              pairs: {
                ...store.pairs,
                burn: (peer) => {
                  burns += 1;
                  return store.pairs.burn(peer);
                },
              },
            },
    });
    const wallets: TestWallet[] = [];
    for (let k = 0; k < 4; k += 1) wallets.push(await createWallet(s));
    s.dealPairs();
    dealWrongPair(s, 1, 2);
    // Everybody has sent R1 before the first of the cheater's is seen.
    const guesses = s.bus.hold({ round: 1, from: 2, to: 1 });
    const sessions = await Promise.all(
      Array.from({ length: 16 }, async (_, k) => {
        const wallet = wallets[k % wallets.length];
        if (wallet === undefined) throw new Error('no wallet');
        return (await openSigning(s, wallet)).session;
      }),
    );
    await until('all guesses are made', () => guesses.held.length === 32, 30_000);
    guesses.release();
    await until(
      'all are over at 1',
      () => sessions.every((one) => one.stateOf(1) === 'aborted'),
      30_000,
    );

    t.equal(burns, 1);
    const classes = sessions.map((one) => one.aborts.get(1)?.endClass).sort();
    t.same(classes, ['burn', ...Array.from({ length: 15 }, () => 'retry')]);
    t.notOk(
      sessions.some((one) => one.round(2).has(1)),
      'nothing came out of any',
    );
  },
);

t.test('time-outs, aborts and lost streams burn nothing and give pairs back', async (t) => {
  const { s, wallet } = await started(t);
  const lost = s.bus.drop({ round: 1 });
  const first = await openSigning(s, wallet);
  await until('R1', () => first.session.round(1).size === 2);
  s.time.advance(30_000);
  await first.session.settled();
  t.same(first.session.reasons(), { 1: 'SESSION_TIMEOUT', 2: 'SESSION_TIMEOUT' });
  t.equal(first.session.ends.get(1)?.endClass, 'retry');

  const second = await openSigning(s, wallet);
  await until('R1', () => second.session.round(1).size === 2);
  s.bus.abort(second.session);
  await second.session.settled();
  t.ok(lost.hits > 0);
  lost.stop();

  // Nothing holds generation 1 any more: a new one erases it.
  const old = s.at(1).signer.pairs.active(2);
  s.dealPairs(2);
  t.ok(
    old?.asReceiver.leaves.every((byte) => byte === 0),
    'erased',
  );
  t.equal(s.at(1).store.pairs.get(2).needsApproval, false);
  const last = await openSigning(s, wallet);
  await last.session.settled();
  t.equal(last.session.signatures(wallet.facts, last.items).length, 1);
});

t.test('a peer that says that it is over ends the session, and blames nobody', async (t) => {
  const { s, wallet } = await started(t);
  s.bus.drop({ round: 1, to: 1 });
  const { session } = await openSigning(s, wallet);
  await until('R1', () => session.round(1).size === 2);
  // The coordinator tells 2 only; the word of 2 reaches 1 in its own envelope.
  s.bus.send(2, {
    ...{ kind: 'abort', session: session.name, endClass: 'retry', round: 0 },
    reason: 'SESSION_TIMEOUT',
  });
  await session.settled();
  t.equal(session.reasons()[1], 'SESSION_ABORTED');
  t.equal(session.aborts.get(1)?.endClass, 'retry');
});

t.test('two signed versions of one message blame their signer', async (t) => {
  const { s, wallet } = await started(t);
  const two = s.bus.tamper({ round: 1, from: 2, to: 1, channel: 'broadcast' }, (envelope) => {
    const slot = { ...envelope, public: envelope.public.map((byte) => byte ^ 1) };
    return [envelope, signEnvelope(s.at(2).secrets.identity, 'sign', slot, slot)];
  });
  const { session } = await openSigning(s, wallet);
  await until('1 is over', () => session.stateOf(1) === 'aborted');
  t.equal(two.hits, 1);
  t.equal(session.aborts.get(1)?.endClass, 'blame');
  t.ok(
    s.logs.some((line) => line.includes('"endClass":"blame"') && line.includes('"culprits":[2]')),
  );
  t.equal((await pairOf(s, 1, 2))?.state, 'active', 'blame is no burn');
});

/** A join of signer 2 made by whoever has its identity key: a clone, or the signer restored. */
function forgeJoin(s: Signers, honest: Envelope, change: (join: Join) => Partial<Join>): Envelope {
  const join = decodeJoin(honest.public, honest.public[138] ?? 0, honest.from);
  const eph = s.random.bytes(32);
  const forged = encodeJoin({ ...join, nonce: s.random.bytes(32), eph, ...change(join) });
  const { identity } = s.at(honest.from).secrets;
  return signEnvelope(identity, 'sign', honest, { public: forged, sealed: new Uint8Array() });
}

/** Lets 1 see a forged join of 2, and asserts that it refuses 2 from then on. */
async function assertRefusesPeer(
  change: (join: Join, earlier: Join) => Partial<Join>,
): Promise<void> {
  await withSigners({}, async (s) => {
    const wallet = await createWallet(s);
    s.dealPairs();
    const first = await openSigning(s, wallet);
    await first.session.settled();
    const [, seen] = [...first.session.round(0).values()].sort((a, b) => a.from - b.from);
    if (seen === undefined) throw new Error('no join');
    const earlier = decodeJoin(seen.public, 1, 2);

    const forged = s.bus.tamper({ round: 0, from: 2, to: 1 }, (envelope) =>
      forgeJoin(s, envelope, (join) => change(join, earlier)),
    );
    const { session } = await openSigning(s, wallet);
    await until('1 is over', () => session.stateOf(1) === 'aborted', SOON);
    assert.equal(forged.hits, 1);
    assert.equal(session.aborts.get(1)?.endClass, 'retry');
    assert.ok(!session.round(1).has(1), 'no message of the protocol');
    assert.ok(s.at(1).store.pairs.get(2).refused, 'until an operator clears it');
    assert.equal((await pairOf(s, 1, 2))?.state, 'refused');
    assert.ok(
      s.logs.some((line) => line.includes('START_REGRESSED') && line.includes('"level":50')),
    );
    forged.stop();

    const after = await openSigning(s, wallet);
    await until('still refused', () => after.session.stateOf(1) === 'aborted', SOON);
  });
}

negative('C-13', 'refuses a peer that joined twice with one tick', () =>
  assertRefusesPeer((_, { tick }) => ({ tick })),
);

negative('C-13', 'refuses a peer whose start comes with another boot id: a restored disk', () =>
  assertRefusesPeer(({ tick }) => {
    const { start, n } = splitTick(tick);
    return { tick: makeTick(start, n + 1), boot: new Uint8Array(32).fill(7) };
  }),
);

t.test('a replayed join of an earlier process refuses nobody', async (t) => {
  const { s, wallet } = await started(t);
  s.bus.drop({ round: 1 });
  const first = await openSigning(s, wallet, { timeoutMs: 1000 });
  await until('R1', () => first.session.round(1).size === 2);
  s.time.advance(1000);
  await first.session.settled();
  const old = first.session.round(0).get(2);
  if (old === undefined) throw new Error('no join');

  await s.restart(2);
  s.dealPairs(2);
  const between = await openSigning(s, wallet, { timeoutMs: 1000 });
  await until('1 has seen the new start', () => s.at(1).store.pairs.get(2).seen?.start === 2);
  s.time.advance(1000);
  await between.session.settled();

  const replay = s.bus.tamper({ round: 0, from: 2, to: 1 }, () => old);
  const again = await openSigning(s, wallet, { ...first, attempt: 0 });
  await until('1 is over', () => again.session.stateOf(1) === 'aborted');
  t.equal(replay.hits, 1);
  t.equal(again.session.aborts.get(1)?.endClass, 'retry');
  t.equal(s.at(1).store.pairs.get(2).refused, false);
});
