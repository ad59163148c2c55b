import assert from 'node:assert/strict';
import t from 'tap';
import type { PartyIndex } from '../../../core/index.ts';
import { SealFailure, type Sealer } from '../../../signer/ports.ts';
import { verifyCertificate } from '../../../wire/certificate.ts';
import { signerService } from '../../../wire/services.ts';
import { TrefoilError } from '../../../wire/status.ts';
import { startSigners, type Signers } from '../../support/in-process-signers.ts';
import { until } from '../../support/until.ts';
import {
  collectCertificate,
  createWallet,
  env,
  keyState,
  openSigning,
} from '../../support/wallets.ts';

async function openKeygen(
  s: Signers,
  changes: Parameters<Signers['client']['createWallet']>[1] = {},
) {
  const created = await s.client.createWallet(s.time.now(), changes);
  const subject = { kind: 'keygen', request: created } as const;
  const open = (parties: readonly PartyIndex[] = s.indices) => s.bus.open({ parties, subject });
  return { created, keyId: created.keyId, open };
}

const statesOf = (s: Signers, keyId: Uint8Array) =>
  Promise.all(s.indices.map((index) => keyState(s, index, keyId)));

/** Every record is where it is going to be. */
async function untilStates(s: Signers, keyId: Uint8Array, wanted: readonly (string | undefined)[]) {
  await until(`states ${wanted.join()}`, async () => {
    const states = await statesOf(s, keyId);
    return states.every((state, k) => state === wanted[k]);
  });
}

t.test('a wallet is ACTIVE at all members, with one verified certificate', async (t) => {
  const s = await startSigners(t);
  const { keyId, facts } = await createWallet(s, { displayName: 'savings' });
  t.same(await statesOf(s, keyId), ['active', 'active', 'active']);
  t.equal(facts.t, 2);
  t.equal(facts.request.displayName, 'savings');
  t.same(
    facts.committee.map(({ index }) => index),
    [1, 2, 3],
  );
  for (const index of s.indices) {
    const { certificate } = await s.at(index).call(signerService.getKey, { keyId });
    if (certificate === undefined) throw new Error('no certificate');
    const seen = verifyCertificate(env, certificate, { keyId, operatorKeys: [s.operatorKey] });
    t.same(seen.publicKey, facts.publicKey, `the same key at ${index}`);
    const row = s.at(index).store.ledger.getByRequestId(facts.request.requestId);
    t.equal(row?.kind, 'create-wallet', 'the request is in the ledger');
  }
});

t.test('a key id is generated once (C-63)', async (t) => {
  const s = await startSigners(t);
  const { open, keyId } = await openKeygen(s);
  await open().settled();
  await untilStates(s, keyId, ['active', 'active', 'active']);
  const again = await open().settled();
  t.same(again.reasons(), { 1: 'KEY_EXISTS', 2: 'KEY_EXISTS', 3: 'KEY_EXISTS' });
  t.equal(again.envelopes.length, 0, 'no join');
  t.ok(
    s.logs.some((line) => line.includes('KEY_EXISTS') && line.includes('"level":50')),
    'alarm',
  );
});

t.test('only the whole committee makes a wallet', async (t) => {
  const s = await startSigners(t);
  const { open } = await openKeygen(s);
  t.same((await open([1, 2]).settled()).reasons(), { 1: 'PARTIES_INVALID', 2: 'PARTIES_INVALID' });
});

t.test('nobody makes a wallet without a stamp', async (t) => {
  const s = await startSigners(t);
  const { created } = await openKeygen(s);
  const stamps = created.stamps.map((stamp) => ({ ...stamp, signature: new Uint8Array(64) }));
  const subject = { kind: 'keygen', request: { ...created, stamps } } as const;
  const session = await s.bus.open({ parties: s.indices, subject }).settled();
  t.same(Object.values(session.reasons()), ['STAMP_INVALID', 'STAMP_INVALID', 'STAMP_INVALID']);
});

t.test(
  'one R4 lost: PENDING there, cannot sign; weeks later the certificate makes it ACTIVE',
  async (t) => {
    const s = await startSigners(t);
    const lost = s.bus.drop({ round: 4, from: 3, to: 1 });
    const { keyId, open } = await openKeygen(s);
    const session = open();
    await untilStates(s, keyId, ['pending', 'active', 'active']);
    t.equal(lost.hits, 1, 'the fault was there');
    s.time.advance(60_000);
    await until('1 gave up', () => session.stateOf(1) === 'aborted');
    t.same(await statesOf(s, keyId), ['pending', 'active', 'active'], 'the record is kept');

    s.dealPairs();
    const early = await openSigning(s, { keyId });
    await until('1 refused', () => early.session.stateOf(1) === 'refused');
    t.equal(early.session.reasons()[1], 'KEY_NOT_ACTIVE', 'a PENDING key does not sign');

    await s.restart(1);
    s.time.advance(21 * 24 * 60 * 60 * 1000);
    t.equal(await keyState(s, 1, keyId), 'pending', 'in doubt over a restart');
    const certificate = await collectCertificate(s, keyId);
    t.equal(await s.at(1).call(signerService.putCertificate, certificate), 'active');
    t.equal(await s.at(1).call(signerService.putCertificate, certificate), 'active', 'idempotent');

    s.dealPairs(2);
    const signing = await openSigning(s, { keyId });
    await signing.session.settled();
    const facts = verifyCertificate(env, certificate);
    t.equal(signing.session.signatures(facts, signing.items).length, 1);
  },
);

t.test('no R4 arrived anywhere: in doubt at all, and the certificate ends it', async (t) => {
  const s = await startSigners(t);
  const lost = s.bus.drop({ round: 4 });
  const { keyId, open } = await openKeygen(s);
  const session = await open().settled();
  t.equal(lost.hits, 6);
  t.same(await statesOf(s, keyId), ['pending', 'pending', 'pending']);
  s.time.advance(60_000);
  await until('all gave up', () => session.aborts.size === 3);

  const certificate = await collectCertificate(s, keyId);
  for (const index of s.indices)
    t.equal(await s.at(index).call(signerService.putCertificate, certificate), 'active');
});

t.test(
  'a certificate that lacks a member, or is of another session, changes nothing',
  async (t) => {
    const s = await startSigners(t);
    const lost = s.bus.drop({ round: 4 });
    const { keyId, open } = await openKeygen(s);
    await open().settled();
    lost.stop();
    const refusal = async (change: Promise<unknown>): Promise<string> => {
      try {
        await change;
        return 'taken';
      } catch (error) {
        return error instanceof TrefoilError ? error.reason : String(error);
      }
    };
    const put = (certificate: Awaited<ReturnType<typeof collectCertificate>>) =>
      refusal(s.at(1).call(signerService.putCertificate, certificate));
    t.equal(await put(await collectCertificate(s, keyId, [1, 2])), 'CERTIFICATE_INVALID');

    const other = await createWallet(s);
    const whole = await collectCertificate(s, keyId);
    t.equal(await put({ ...whole, r4: other.certificate.r4 }), 'CERTIFICATE_INVALID');
    t.equal(await put({ ...whole, joins: other.certificate.joins }), 'CERTIFICATE_INVALID');
    const [first] = whole.stamps;
    if (first === undefined) throw new Error('no stamp');
    t.equal(await keyState(s, 1, keyId), 'pending');

    const strangers = await startSigners(t);
    const theirs = await createWallet(strangers);
    const { certificate } = theirs;
    t.equal(await put(certificate), 'CERTIFICATE_INVALID', 'a roster of another operator');
    t.equal(await put(whole), 'taken');
  },
);

/** A sealer for signer 1 that `change` alters. */
const sealerOf1 = (change: (sealer: Sealer) => Sealer) => (sealer: Sealer, index: PartyIndex) =>
  index === 1 ? change(sealer) : sealer;

t.test('a share that cannot be sealed: no R4 leaves, nothing is stored', async (t) => {
  const s = await startSigners(t, {
    sealer: sealerOf1((sealer) => ({
      ...sealer,
      seal: () =>
        Promise.reject(new SealFailure('unavailable', 'throttled: secret words of a cloud')),
    })),
  });
  const { keyId, open } = await openKeygen(s);
  const session = open();
  await until('1 is over', () => session.stateOf(1) === 'aborted');
  t.equal(session.reasons()[1], 'SEALER_UNAVAILABLE');
  t.equal(session.aborts.get(1)?.endClass, 'retry', "the outside world is nobody's fault");
  t.notOk(session.round(4).has(1), 'no R4');
  t.equal(await keyState(s, 1, keyId), undefined);
});

t.test('a share that does not unseal: no R4 leaves, nothing is stored, fatal', async (t) => {
  const s = await startSigners(t, {
    sealer: sealerOf1((sealer) => ({
      ...sealer,
      seal: async (plaintext, context) => {
        const blob = await sealer.seal(plaintext, context);
        return blob.map((byte, k) => (k === 0 ? byte ^ 1 : byte));
      },
    })),
  });
  // The device secrets were sealed by the plain sealer before.
  const { keyId, open } = await openKeygen(s);
  const session = open();
  await until('1 is over', () => session.stateOf(1) === 'aborted');
  t.equal(session.aborts.get(1)?.endClass, 'fatal');
  t.notOk(session.ends.has(1), 'nothing signed was said');
  t.notOk(session.round(4).has(1), 'no R4');
  t.equal(await keyState(s, 1, keyId), undefined, 'nor can anybody ask for it');
});

t.test(
  'time is up while the share is sealed: R4 does not leave, the record is in doubt',
  async (t) => {
    const { promise: gate, resolve: openGate } = Promise.withResolvers<undefined>();
    const sealing = { begun: false };
    const s = await startSigners(t, {
      sealer: sealerOf1((sealer) => ({
        ...sealer,
        seal: async (plaintext, context) => {
          sealing.begun = true;
          const blob = await sealer.seal(plaintext, context);
          await gate;
          return blob;
        },
      })),
    });
    const { keyId, open } = await openKeygen(s);
    const session = open();
    await until('sealing', () => sealing.begun);
    await until('the others wait', () => session.stateOf(2) === 'through');
    s.time.advance(60_000);
    await until('1 gave up', () => session.stateOf(1) === 'aborted');
    openGate(undefined);
    await untilStates(s, keyId, ['pending', 'pending', 'pending']);
    t.notOk(session.round(4).has(1), 'no R4 in the session');
    const certificate = await collectCertificate(s, keyId);
    t.equal(await s.at(1).call(signerService.putCertificate, certificate), 'active');
  },
);

t.test('time is up before R4: nothing is stored, and the wallet can still be made', async (t) => {
  const s = await startSigners(t);
  const lost = s.bus.drop({ round: 3 });
  const { keyId, open } = await openKeygen(s);
  const session = open();
  await until(
    'all sent R3',
    () => session.envelopes.filter(({ round }) => round === 3).length === 6,
  );
  s.time.advance(30_000);
  await session.settled();
  t.equal(lost.hits, 6);
  t.same(await statesOf(s, keyId), [undefined, undefined, undefined]);
  lost.stop();
  await open().settled();
  await untilStates(s, keyId, ['active', 'active', 'active']);
});

t.test('R4 leaves after the record is stored', async (t) => {
  const s = await startSigners(t);
  const atDeparture: (string | undefined)[] = [];
  const { keyId, open } = await openKeygen(s);
  s.bus.hook((frame) => {
    if (frame.kind === 'envelope' && frame.envelope.round === 4)
      atDeparture.push(s.at(frame.envelope.from).store.keys.get(keyId, 0)?.state);
    return [frame];
  });
  await open().settled();
  t.equal(atDeparture.length, 6);
  assert.ok(atDeparture.every((state) => state !== undefined));
});
