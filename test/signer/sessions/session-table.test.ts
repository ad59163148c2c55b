import { createReferenceArith, type PartyIndex } from '../../../core/index.ts';
import t from 'tap';
import type { Sealer } from '../../../signer/ports.ts';
import { signEnvelope } from '../../../wire/envelope.ts';
import type { Frame } from '../../../wire/relay-frame.ts';
import { coreRosterOf, stampRoster, type RosterDocument } from '../../../wire/roster.ts';
import { rawItem } from '../../support/client-requests.ts';
import {
  startSigners,
  type Signers,
  type SignersOptions,
} from '../../support/in-process-signers.ts';
import { until } from '../../support/until.ts';
import { createWallet, openSigning } from '../../support/wallets.ts';

type Tap = Parameters<typeof startSigners>[0];

async function started(
  t: Tap,
  options: SignersOptions = {},
  committee: readonly PartyIndex[] = [1, 2, 3],
) {
  const s = await startSigners(t, options);
  const wallet = await createWallet(s, { committee });
  s.dealPairs();
  return { s, wallet };
}

/** Sessions that all wait for R1. */
async function stalled(s: Signers, wallet: Parameters<typeof openSigning>[1], count: number) {
  s.bus.drop({ round: 1 });
  const sessions = [];
  for (let k = 0; k < count; k += 1) {
    const { session } = await openSigning(s, wallet);
    await until('R1', () => session.round(1).size === 2);
    sessions.push(session);
  }
  return sessions;
}

t.test('the number of sessions is bounded, and room comes back', async (t) => {
  const { s, wallet } = await started(t, { config: { limits: { maxSessions: 3 } } });
  const sessions = await stalled(s, wallet, 3);
  const fourth = await openSigning(s, wallet);
  t.same((await fourth.session.settled()).reasons(), { 1: 'OVERLOADED', 2: 'OVERLOADED' });
  const [first] = sessions;
  if (first === undefined) throw new Error('no session');
  s.bus.abort(first);
  await first.settled();
  const fifth = await openSigning(s, wallet);
  await until('joined', () => fifth.session.round(1).size === 2);
});

t.test('opens that are still being judged count as well', async (t) => {
  const { promise: gate, resolve: openGate } = Promise.withResolvers<undefined>();
  const shut = { is: false };
  const sealer = (own: Sealer): Sealer => ({
    ...own,
    unseal: async (blob, context) => {
      if (shut.is) await gate;
      return own.unseal(blob, context);
    },
  });
  const { s, wallet } = await started(t, { sealer, config: { limits: { maxSessions: 2 } } });
  await s.restart(1);
  s.dealPairs(2);
  shut.is = true;
  const waiting = [await openSigning(s, wallet), await openSigning(s, wallet)];
  const third = await openSigning(s, wallet);
  await until('refused', () => third.session.stateOf(1) === 'refused');
  t.equal(third.session.reasons()[1], 'OVERLOADED');
  openGate(undefined);
  for (const { session } of waiting) await session.settled();
  t.same(
    waiting.map(({ session }) => session.states()),
    [
      ['through', 'through'],
      ['through', 'through'],
    ],
  );
});

t.test('a session ends in its time, which is at most the configured one', async (t) => {
  const { s, wallet } = await started(t, { config: { limits: { maxSessionMs: 5000 } } });
  s.bus.drop({ round: 1 });
  const { session } = await openSigning(s, wallet, { timeoutMs: 60_000 });
  await until('R1', () => session.round(1).size === 2);
  s.time.advance(4999);
  t.same(session.states(), ['joined', 'joined']);
  s.time.advance(1);
  await session.settled();
  t.same(session.reasons(), { 1: 'SESSION_TIMEOUT', 2: 'SESSION_TIMEOUT' });
  t.equal(session.aborts.get(1)?.endClass, 'retry');
});

t.test('the owner of a session can give it up, nobody else', async (t) => {
  const { s, wallet } = await started(t);
  const [session] = await stalled(s, wallet, 1);
  if (session === undefined) throw new Error('no session');
  const abort: Frame = {
    ...{ kind: 'abort', session: session.name, endClass: 'burn', round: 0 },
    reason: 'SESSION_TIMEOUT',
  };
  const heard: Frame[] = [];
  const other = s.at(1).openRelay((frame) => void heard.push(frame));
  other.send(abort, { kind: 'ping', nonce: 7n, reply: false });
  await until('the ping is answered', () => heard.length > 0);
  t.same(heard, [{ kind: 'ping', nonce: 7n, reply: true }], 'nothing but the ping');
  t.same(session.states(), ['joined', 'joined']);

  s.bus.abort(session);
  await session.settled();
  t.equal(session.aborts.get(1)?.endClass, 'retry', 'whatever class the coordinator names');
  t.equal(s.at(1).store.pairs.get(2).needsApproval, false);
});

t.test('the sessions of a stream end with it', async (t) => {
  const { s, wallet } = await started(t);
  const frames: Frame[] = [];
  const link = s.at(1).openRelay((frame) => void frames.push(frame));
  const request = await s.client.sign(s.time.now(), wallet.keyId, [rawItem(s.random.bytes(32))]);
  link.send({
    ...{ kind: 'open', session: s.random.bytes(16), parties: [1, 2], rosterVersion: 1 },
    ...{ timeoutMs: 10_000, subject: { kind: 'sign', request, attempt: 0 } },
  });
  await until('joined', () => frames.length === 2);
  link.end();
  await until('ended', () => s.logs.some((line) => line.includes('PEER_UNAVAILABLE')));
  // The attempt was never committed: the coordinator's next stream may open it again.
  const again = await openSigning(s, wallet, { request });
  await again.session.settled();
  t.same(again.session.states(), ['through', 'through']);
});

t.test('one session cannot be opened twice, and the second takes nothing', async (t) => {
  const { s, wallet } = await started(t);
  s.bus.drop({ round: 1 });
  const first = await openSigning(s, wallet);
  await until('R1', () => first.session.round(1).size === 2);
  const frames: Frame[] = [];
  const link = s.at(1).openRelay((frame) => void frames.push(frame));
  link.send({
    ...{ kind: 'open', session: s.random.bytes(16), parties: [1, 2], rosterVersion: 1 },
    ...{ timeoutMs: 10_000, subject: { kind: 'sign', request: first.request, attempt: 0 } },
  });
  await until('answered', () => frames.length > 0);
  const [ack] = frames;
  t.equal(
    ack?.kind === 'open_ack' && ack.outcome.kind === 'refused' && ack.outcome.refusal.reason,
    'ATTEMPT_REUSED',
  );
  t.equal(frames.length, 1, 'no second join');
  s.time.advance(30_000);
  await first.session.settled();
  const old = s.at(1).signer.pairs.active(2);
  s.dealPairs(2);
  t.ok(
    old?.zeroSeed.every((byte) => byte === 0),
    'nobody holds the pair any more',
  );
});

t.test('a stream that ends while its request is judged opens nothing', async (t) => {
  const { promise: gate, resolve: openGate } = Promise.withResolvers<undefined>();
  const judged = { count: 0 };
  const sealer = (own: Sealer, index: PartyIndex): Sealer => ({
    ...own,
    unseal: async (blob, context) => {
      const isShare = context['trefoil-kind'] === 'share';
      if (isShare && index === 1) judged.count += 1;
      // The first one was when the wallet was made.
      if (judged.count > 1) await gate;
      return own.unseal(blob, context);
    },
  });
  const { s, wallet } = await started(t, { sealer });
  const frames: Frame[] = [];
  const link = s.at(1).openRelay((frame) => void frames.push(frame));
  const request = await s.client.sign(s.time.now(), wallet.keyId, [rawItem(s.random.bytes(32))]);
  link.send({
    ...{ kind: 'open', session: s.random.bytes(16), parties: [1, 2], rosterVersion: 1 },
    ...{ timeoutMs: 10_000, subject: { kind: 'sign', request, attempt: 0 } },
  });
  await until('judging', () => judged.count === 2);
  link.end();
  openGate(undefined);
  await until('refused', () => s.logs.some((line) => line.includes('the stream is gone')));
  const old = s.at(1).signer.pairs.active(2);
  s.dealPairs(2);
  t.ok(
    old?.zeroSeed.every((byte) => byte === 0),
    'nobody holds the pair',
  );
  t.equal(frames.length, 0);
});

t.test('a signer that stops takes nothing new and lets sessions end', async (t) => {
  const { s, wallet } = await started(t);
  const held = s.bus.hold({ round: 3 });
  const running = await openSigning(s, wallet);
  await until('R3 is held', () => held.held.length === 2);
  const drained = { is: false };
  const draining = s
    .at(1)
    .signer.drain(5000)
    .then(() => (drained.is = true));
  const late = await openSigning(s, wallet);
  await until('refused', () => late.session.stateOf(1) === 'refused');
  t.equal(late.session.reasons()[1], 'STOPPING');
  t.notOk(drained.is, 'it waits');
  held.release();
  await draining;
  t.equal(running.session.signatures(wallet.facts, running.items).length, 1);
  const row = s.at(1).store.ledger.getByRequestId(running.request.requestId);
  t.equal(row?.results?.length, 1, 'stored before it stopped');
});

t.test('a signer that stops does not wait for ever, and wipes', async (t) => {
  const { s, wallet } = await started(t);
  const [session] = await stalled(s, wallet, 1);
  const pair = s.at(1).signer.pairs.active(2);
  const draining = s.at(1).signer.drain(5000);
  s.time.advance(5000);
  await draining;
  await until('ended', () => session?.stateOf(1) === 'aborted');
  t.equal(session?.reasons()[1], 'STOPPING');
  t.ok(pair?.asSender.delta.every((byte) => byte === 0));
  await s.at(1).signer.drain(5000);
});

t.test('an envelope of no session is dropped and counted', async (t) => {
  const { s } = await started(t);
  const slot = { sid: s.random.bytes(32), round: 1, from: 2, to: 1, seq: 0 };
  const parts = { public: new Uint8Array(), sealed: s.random.bytes(64) };
  const envelope = signEnvelope(s.at(2).secrets.identity, 'sign', slot, parts);
  s.bus.send(1, { kind: 'envelope', envelope });
  const counted = async (): Promise<boolean> =>
    (await s.at(1).signer.metrics.registry.metrics()).includes(
      'trefoil_signer_dropped_envelopes_total{check="C-01"} 1',
    );
  await until('counted', counted);
});

t.test('a session that cannot begin gives back what it took', async (t) => {
  const broken = { is: false };
  const { s, wallet } = await started(t, {
    createArith: (index) => () => {
      if (index === 1 && broken.is) throw new Error('no arithmetic');
      return createReferenceArith();
    },
  });
  const warm = await openSigning(s, wallet);
  await warm.session.settled();
  broken.is = true;
  const failing = await openSigning(s, wallet);
  await until('refused', () => failing.session.stateOf(1) === 'refused');
  t.equal(failing.session.reasons()[1], 'INTERNAL');
  broken.is = false;
  const old = s.at(1).signer.pairs.active(2);
  s.dealPairs(2);
  t.ok(
    old?.zeroSeed.every((byte) => byte === 0),
    'the pair is free',
  );
});

/** Signers that trust a second version of the roster as well; `change` makes it. */
async function withUpdate(
  t: Tap,
  change: (signers: RosterDocument['signers']) => RosterDocument['signers'],
) {
  const trust: SignersOptions['trust'] = async (before, operator) => {
    const document = { ...before.document, version: 2, signers: change(before.document.signers) };
    const signed = await stampRoster(document, operator);
    return {
      ...{ ...before, document, roster: coreRosterOf(document), previousRoster: before.roster },
      signedRosters: new Map([...before.signedRosters, [2, signed]]),
    };
  };
  return started(t, { trust }, [1, 2]);
}

t.test('C-10 a roster update: both versions serve while the members are the same', async (t) => {
  const moved = (signers: RosterDocument['signers']) =>
    signers.map((signer) => ({ ...signer, address: `moved:${9000 + signer.index}` }));
  const { s, wallet } = await withUpdate(t, moved);
  for (const rosterVersion of [1, 2]) {
    const request = await s.client.sign(s.time.now(), wallet.keyId, [rawItem(s.random.bytes(32))]);
    const subject = { kind: 'sign', request, attempt: 0 } as const;
    const session = await s.bus.open({ parties: [1, 2], rosterVersion, subject }).settled();
    t.same(session.states(), ['through', 'through'], `version ${rosterVersion}`);
  }
  const request = await s.client.sign(s.time.now(), wallet.keyId, [rawItem(s.random.bytes(32))]);
  const subject = { kind: 'sign', request, attempt: 0 } as const;
  const unknown = await s.bus.open({ parties: [1, 2], rosterVersion: 3, subject }).settled();
  t.same(unknown.reasons(), { 1: 'ROSTER_VERSION_UNKNOWN', 2: 'ROSTER_VERSION_UNKNOWN' });
  // One on each version: the contexts differ, and nothing happens.
  const split = s.bus.open({ parties: [1, 2], subject, opens: { 2: { rosterVersion: 2 } } });
  await until('both joined', () => split.round(0).size === 2);
  s.time.advance(30_000);
  await split.settled();
  t.equal(split.round(1).size, 0);
  t.equal(s.at(1).store.pairs.get(2).needsApproval, false);
});

t.test('C-10 a roster update that replaces or removes a member', async (t) => {
  const { s, wallet } = await withUpdate(t, (signers) =>
    signers.map((signer) =>
      signer.index === 3 ? { ...signer, identityKey: KEY_OF_A_STRANGER } : signer,
    ),
  );
  const opened = async (parties: readonly PartyIndex[], rosterVersion: number) => {
    const request = await s.client.sign(s.time.now(), wallet.keyId, [rawItem(s.random.bytes(32))]);
    const subject = { kind: 'sign', request, attempt: 0 } as const;
    return s.bus.open({ parties, rosterVersion, subject, to: [1] });
  };
  const replaced = await (await opened([1, 3], 1)).settled();
  t.same(replaced.reasons(), { 1: 'ROSTER_VERSION_UNKNOWN' }, 'under the old version');
  const others = await opened([1, 2], 1);
  await until('joined', () => others.stateOf(1) === 'joined');
});

/** Any sound Ed25519 key. */
const KEY_OF_A_STRANGER = new Uint8Array(
  Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex'),
);

t.test('a signer whose own share does not authenticate refuses service from then on', async (t) => {
  const { s, wallet } = await started(t);
  const { sealer } = s.at(1);
  sealer.failWith('unavailable');
  const first = await openSigning(s, wallet);
  await until('refused', () => first.session.stateOf(1) === 'refused');
  t.same(s.faults, [], 'a key service that is away is no damage');

  sealer.failWith('not-authentic');
  const second = await openSigning(s, wallet);
  await until('refused', () => second.session.stateOf(1) === 'refused');
  t.same(s.faults, [1]);

  sealer.failWith(undefined);
  const third = await openSigning(s, wallet);
  await until('refused', () => third.session.stateOf(1) === 'refused');
  t.match(third.session.reasons(), { 1: 'INTERNAL' });
  t.same(s.faults, [1], 'told once');
  const other = await openSigning(s, wallet, { parties: [2, 3] });
  await other.session.settled();
  t.same(other.session.states(), ['through', 'through'], 'the others go on');
});
