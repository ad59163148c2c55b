/**
 * A real key certificate for tests: roster, stamped request, joins and a key generation of all
 * members in this process.
 */
import { generateKeyPairSync } from 'node:crypto';
import {
  createReferenceArith,
  encodeJoin,
  keyGeneration,
  membersOf,
  sessionContext,
  sessionId,
  type DkgHold,
  type PartyIndex,
} from '../../core/index.ts';
import type { KeyCertificate } from '../../wire/certificate.ts';
import { createIdentitySigner, type IdentitySigner } from '../../wire/ed25519.ts';
import { signEnvelope } from '../../wire/envelope.ts';
import {
  encodeCreateWalletRequest,
  keyIdOf,
  request32Of,
  type CreateWalletRequest,
} from '../../wire/request.ts';
import { coreRosterOf, stampRoster, type RosterDocument } from '../../wire/roster.ts';
import {
  parseStampPrivateKey,
  PAYLOAD_TYPES,
  parseStampPublicKey,
  type StampKey,
  type Stamper,
} from '../../wire/stamp.ts';
import { sha256, type SeededRandom } from './rng.ts';
import { runAll } from './runs.ts';

/** A stamp key pair. */
export function createStampPair(type: 'ed25519' | 'p256' = 'ed25519'): {
  readonly stamper: Stamper;
  readonly key: StampKey;
} {
  const pair =
    type === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const privatePem = pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const publicPem = pair.publicKey.export({ format: 'pem', type: 'spki' }).toString();
  return { stamper: parseStampPrivateKey(privatePem), key: parseStampPublicKey(publicPem) };
}

export type CertificateFixture = {
  readonly certificate: KeyCertificate;
  readonly request: CreateWalletRequest;
  readonly roster: RosterDocument;
  readonly operator: ReturnType<typeof createStampPair>;
  readonly client: ReturnType<typeof createStampPair>;
  readonly identities: ReadonlyMap<PartyIndex, IdentitySigner>;
  readonly holds: ReadonlyMap<PartyIndex, DkgHold>;
};

export type CertificateChoice = {
  readonly committee?: readonly PartyIndex[];
  readonly t?: number;
};

/** Signers 1, 2, 3, 5 and 9 of cluster `test`. */
export async function createCertificate(
  random: SeededRandom,
  choice: CertificateChoice = {},
): Promise<CertificateFixture> {
  const { committee = [1, 2, 3], t: threshold = 2 } = choice;
  const identities = new Map(
    [1, 2, 3, 5, 9].map((index) => [index, createIdentitySigner(random.bytes(32))]),
  );
  const signers = [...identities].map(([index, { publicKey }]) => ({
    index,
    identityKey: publicKey,
    address: `127.0.0.1:${7400 + index}`,
  }));
  const document: RosterDocument = { cluster: 'test', version: 3, t: 2, signers };
  const [operator, client] = [createStampPair(), createStampPair('p256')];
  const request: CreateWalletRequest = {
    requestId: '6f2d3a60-57f6-4b1e-9b0a-1c6a6f3f3b52',
    displayName: 'fixture',
    threshold,
    committee,
    purposes: ['evm', 'raw'],
    notBefore: 1_700_000_000_000,
    notAfter: 1_700_000_060_000,
  };
  const createRequest = encodeCreateWalletRequest(request);
  const keyId = keyIdOf(createRequest);
  const roster = coreRosterOf(document);
  const kind = 'keygen' as const;
  const request32 = request32Of(createRequest);
  const subject = { kind, keyId, request32, t: threshold };
  const ctx = sessionContext(sha256, { roster, parties: committee, ...subject });
  const joins = committee.map((from) =>
    encodeJoin({
      ctx,
      from,
      nonce: random.bytes(32),
      eph: random.bytes(32),
      boot: random.bytes(32),
      tick: 1n << 32n,
      pairs: [],
    }),
  );
  const sid = sessionId(sha256, ctx, joins);
  const outcome = runAll<DkgHold, DkgHold>({
    sid,
    parties: committee,
    joins,
    arith: () => createReferenceArith(),
    draw: () => random.draw,
    protocol: (self) => {
      const members = membersOf(roster, committee);
      const { cluster32 } = roster;
      return keyGeneration({ sid, self, keyId, cluster32, t: threshold, committee: members });
    },
  });
  const sign = (from: PartyIndex, round: number, id: Uint8Array, content: Uint8Array) => {
    const identity = identities.get(from);
    if (identity === undefined) throw new Error(`no identity of ${from}`);
    const slot = { sid: id, round, from, to: 0, seq: 0 };
    const parts = { public: content, sealed: new Uint8Array() };
    return signEnvelope(identity, kind, slot, parts).signature;
  };
  const [facts] = [...outcome.results.values()].map((hold) => hold.facts);
  if (facts === undefined) throw new Error('the key generation failed');
  const r4 = outcome.sent
    .filter(({ round }) => round === 4)
    .map(({ from, open }) => ({ from, payload: open, signature: sign(from, 4, sid, open) }));
  const certificate: KeyCertificate = {
    createRequest,
    stamps: [await client.stamper.stamp(PAYLOAD_TYPES.CreateWalletRequest, createRequest)],
    roster: await stampRoster(document, operator.stamper),
    joins: joins.map((join, k) => ({ join, signature: sign(committee[k] ?? 0, 0, ctx, join) })),
    chainCode: facts.chainCode,
    F: facts.F,
    S: facts.S,
    echo1: facts.echo1,
    echo2: facts.echo2,
    r4: r4.sort((a, b) => a.from - b.from),
  };
  const holds = outcome.results;
  return { certificate, request, roster: document, operator, client, identities, holds };
}
