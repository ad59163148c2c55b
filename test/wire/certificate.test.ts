import t from 'tap';
import { createReferenceArith } from '../../core/index.ts';
import { sha256 } from '../../wire/bytes.ts';
import {
  decodeCertificate,
  encodeCertificate,
  mergeCertificates,
  verifyCertificate,
  type KeyCertificate,
  type SignedR4,
} from '../../wire/certificate.ts';
import { signEnvelope } from '../../wire/envelope.ts';
import { keyIdOf } from '../../wire/request.ts';
import { stampRoster } from '../../wire/roster.ts';
import { TrefoilError } from '../../wire/status.ts';
import { createCertificate, createStampPair } from '../support/certificate.ts';
import { randomOf } from '../support/rng.ts';
import { like } from '../support/like.ts';

const env = { arith: createReferenceArith(), sha256 };
const random = randomOf(t);
const fixture = await createCertificate(random);
const { certificate, operator, client, request } = fixture;
const anchors = { operatorKeys: [operator.key], clientKeys: [client.key] };

/** The field that a refused certificate is refused for. */
function refusedFor(changed: KeyCertificate, trust = {}): string {
  try {
    verifyCertificate(env, changed, trust);
  } catch (error) {
    if (!(error instanceof TrefoilError) || error.reason !== 'CERTIFICATE_INVALID') throw error;
    return error.fieldViolations[0]?.field ?? error.metadata['check'] ?? 'unnamed';
  }
  return 'accepted';
}

const flip = (bytes: Uint8Array, at = 0): Uint8Array =>
  bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
const replace = <T>(list: readonly T[], at: number, value: T): T[] =>
  list.map((each, i) => (i === at ? value : each));

await t.test('proves key, committee and request to whoever holds it', async (t) => {
  const verified = verifyCertificate(env, certificate, anchors);
  t.same(verified.keyId, keyIdOf(certificate.createRequest));
  t.same(verified.request, request);
  t.equal(verified.t, 2);
  t.same(
    verified.committee.map(({ index }) => index),
    [1, 2, 3],
  );
  for (const { share } of fixture.holds.values()) {
    t.same(verified.publicKey, share.publicKey);
    t.same(verified.chainCode, share.chainCode);
    t.same(verified.conf, share.conf);
    t.same(verified.keygenSid, share.keygenSid);
  }
});

await t.test('verifies for a committee that is part of the roster, t = n as well', async (t) => {
  const other = await createCertificate(random, { committee: [2, 3, 5, 9], t: 4 });
  const verified = verifyCertificate(env, other.certificate);
  t.same(
    verified.committee.map(({ index }) => index),
    [2, 3, 5, 9],
  );
});

await t.test('travels in one encoding', async (t) => {
  const encoded = encodeCertificate(certificate);
  t.same(decodeCertificate(encoded), certificate);
  const trailing = Buffer.concat([encoded, new Uint8Array([0x98, 0x06, 0x01])]);
  t.throws(() => decodeCertificate(new Uint8Array(trailing)), like({ field: 'certificate' }));
  t.throws(() => decodeCertificate(encoded.slice(0, -1)), like({ field: 'certificate' }));
  t.throws(
    () => decodeCertificate(new Uint8Array(5 * 1024 * 1024)),
    like({ field: 'certificate' }),
  );
});

await t.test('trust anchors are checked when given', async (t) => {
  const [strangerKey] = [createStampPair().key];
  t.equal(refusedFor(certificate, { operatorKeys: [strangerKey] }), 'stamps');
  t.equal(refusedFor(certificate, { clientKeys: [strangerKey] }), 'stamps');
  t.equal(refusedFor(certificate, { operatorKeys: [] }), 'stamps');
  t.equal(refusedFor(certificate, { keyId: new Uint8Array(32) }), 'create_request');
  t.equal(refusedFor(certificate, { keyId: keyIdOf(certificate.createRequest) }), 'accepted');
});

await t.test('every part is bound', async (t) => {
  const { joins, r4, F, S } = certificate;
  const [join0, join1] = [joins[0], joins[1]];
  const [first, second] = [r4[0], r4[1]];
  if (!join0 || !join1 || !first || !second) throw new Error('fixture');
  const cases: readonly (readonly [string, Partial<KeyCertificate>, string])[] = [
    ['chain code', { chainCode: flip(certificate.chainCode) }, 'C-33'],
    ['echo_1', { echo1: flip(certificate.echo1) }, 'C-33'],
    ['echo_2', { echo2: flip(certificate.echo2) }, 'C-33'],
    ['F of a coefficient', { F: replace(F, 1, F[0] ?? new Uint8Array()) }, 'S[0]'],
    ['S of a member', { S: replace(S, 2, S[0] ?? new Uint8Array()) }, 'S[2]'],
    ['too few F', { F: F.slice(0, 1) }, 'F'],
    ['too many S', { S: [...S, ...S] }, 'S'],
    [
      'a join',
      { joins: replace(joins, 0, { ...join0, join: flip(join0.join, 40) }) },
      'joins[0].signature',
    ],
    [
      'a join signature',
      { joins: replace(joins, 1, { ...join1, signature: flip(join1.signature) }) },
      'joins[1].signature',
    ],
    ['joins swapped', { joins: [join1, join0, ...joins.slice(2)] }, 'joins[0]'],
    ['a join missing', { joins: joins.slice(1) }, 'joins'],
    [
      'a context',
      { joins: replace(joins, 0, { ...join0, join: flip(join0.join, 3) }) },
      'joins[0]',
    ],
    ['an R4 missing', { r4: r4.slice(1) }, 'r4'],
    ['an R4 twice', { r4: [first, first, ...r4.slice(2)] }, 'r4[1].from'],
    [
      'an R4 signature',
      { r4: replace(r4, 0, { ...first, signature: flip(first.signature) }) },
      'r4[0].signature',
    ],
    ['an R4 of another member', { r4: replace(r4, 0, { ...second, from: 1 }) }, 'r4[0].signature'],
    ['the request', { createRequest: flip(certificate.createRequest, 45) }, 'joins[0]'],
    ['the request, garbage', { createRequest: new Uint8Array(9) }, 'request'],
  ];
  for (const [name, change, field] of cases)
    t.equal(refusedFor({ ...certificate, ...change }), field, name);
});

/** An R4 that its member really signed, with a payload of our choice. */
function signedR4(from: number, payload: Uint8Array): SignedR4 {
  const identity = fixture.identities.get(from);
  if (identity === undefined) throw new Error('fixture');
  const { keygenSid: sid } = verifyCertificate(env, certificate);
  const slot = { sid, round: 4, from, to: 0, seq: 0 };
  const parts = { public: payload, sealed: new Uint8Array() };
  return { from, payload, signature: signEnvelope(identity, 'keygen', slot, parts).signature };
}

await t.test('a member that signs another conf or a wrong proof is found out', async (t) => {
  const [first] = certificate.r4;
  if (!first) throw new Error('fixture');
  const otherConf = signedR4(1, flip(first.payload, 0));
  t.equal(refusedFor({ ...certificate, r4: replace(certificate.r4, 0, otherConf) }), 'C-33');
  const otherProof = signedR4(1, flip(first.payload, 96));
  t.equal(refusedFor({ ...certificate, r4: replace(certificate.r4, 0, otherProof) }), 'C-34');
});

await t.test('another roster gives another session', async (t) => {
  for (const change of [{ version: 4 }, { cluster: 'other' }]) {
    const roster = await stampRoster({ ...fixture.roster, ...change }, operator.stamper);
    t.equal(refusedFor({ ...certificate, roster }, anchors), 'joins[0]');
  }
  const signers = fixture.roster.signers.filter(({ index }) => index !== 3);
  const roster = await stampRoster({ ...fixture.roster, signers }, operator.stamper);
  t.equal(refusedFor({ ...certificate, roster }), 'parties');
});

await t.test('the R4 messages of several members make one certificate', async (t) => {
  const parts = certificate.r4.map((each) => ({ ...certificate, r4: [each] }));
  t.same(mergeCertificates(parts.toReversed()), certificate);
  t.equal(refusedFor(mergeCertificates(parts.slice(1))), 'r4', 'incomplete');
  const foreign = { ...certificate, chainCode: flip(certificate.chainCode) };
  t.throws(() => mergeCertificates([certificate, foreign]), like({ field: 'certificates[1]' }));
  t.throws(() => mergeCertificates([]), like({ field: 'certificates' }));
});

await t.test('400 seeded flipped bits of the encoding are all refused', async (t) => {
  const encoded = encodeCertificate(certificate);
  const before = verifyCertificate(env, certificate, anchors);
  let refused = 0;
  for (let i = 0; i < 400; i++) {
    const bit = random.below(encoded.length * 8);
    const changed = encoded.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    try {
      const after = verifyCertificate(env, decodeCertificate(changed), anchors);
      t.same(after, before, `bit ${bit} passed`);
    } catch {
      refused += 1;
    }
  }
  t.equal(refused, 400);
});
