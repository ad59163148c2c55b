/**
 * Wallets and signatures of signers in one process, by the verbs of a coordinator.
 */
import { createReferenceArith, type Item, type PartyIndex } from '../../core/index.ts';
import { sha256 } from '../../wire/bytes.ts';
import {
  mergeCertificates,
  verifyCertificate,
  type KeyCertificate,
  type VerifiedCertificate,
} from '../../wire/certificate.ts';
import type { CreateWalletRequest, StampedRequest } from '../../wire/request.ts';
import { signerService } from '../../wire/services.ts';
import type { KeyState, StoredResult } from '../../wire/signer-info.ts';
import { TrefoilError } from '../../wire/status.ts';
import { rawItem, type TestClient } from './client-requests.ts';
import type { Signers } from './in-process-signers.ts';
import type { RelaySession } from './relay-bus.ts';
import { until } from './until.ts';

export const env = { arith: createReferenceArith(), sha256 };

export type TestWallet = {
  readonly keyId: Uint8Array;
  readonly created: StampedRequest;
  readonly certificate: KeyCertificate;
  readonly facts: VerifiedCertificate;
};

/** The state of a key at a signer; undefined where it has no record. */
export async function keyState(
  s: Signers,
  index: PartyIndex,
  keyId: Uint8Array,
): Promise<KeyState | undefined> {
  try {
    return (await s.at(index).call(signerService.getKey, { keyId })).state;
  } catch (error) {
    if (error instanceof TrefoilError && error.reason === 'KEY_NOT_FOUND') return undefined;
    throw error;
  }
}

/** The certificate that the members' own parts make. */
export async function collectCertificate(
  s: Signers,
  keyId: Uint8Array,
  members: readonly PartyIndex[] = s.indices,
): Promise<KeyCertificate> {
  const records = await Promise.all(
    members.map((index) => s.at(index).call(signerService.getKey, { keyId })),
  );
  return mergeCertificates(records.flatMap(({ certificate }) => certificate ?? []));
}

/** Runs a key generation to its end: ACTIVE everywhere. */
export async function createWallet(
  s: Signers,
  changes: Partial<CreateWalletRequest> = {},
): Promise<TestWallet> {
  const created = await s.client.createWallet(s.time.now(), { committee: s.indices, ...changes });
  const { keyId } = created;
  const parties = changes.committee ?? s.indices;
  await s.bus.open({ parties, subject: { kind: 'keygen', request: created } }).settled();
  for (const index of parties)
    await until('active', async () => (await keyState(s, index, keyId)) === 'active');
  const certificate = await collectCertificate(s, keyId, parties);
  const facts = verifyCertificate(env, certificate, { keyId, clientKeys: [s.client.stampKey] });
  return { keyId, created, certificate, facts };
}

export type Signing = {
  readonly session: RelaySession;
  readonly request: StampedRequest & { readonly requestId: string };
  readonly items: readonly Item[];
};

/** Opens a session that signs one random digest, unless items or a request are given. */
export async function openSigning(
  s: Signers,
  wallet: Pick<TestWallet, 'keyId'>,
  choice: {
    readonly parties?: readonly PartyIndex[];
    readonly items?: readonly Item[];
    readonly request?: Signing['request'];
    readonly attempt?: number;
    readonly timeoutMs?: number;
    readonly client?: TestClient;
  } = {},
): Promise<Signing> {
  const { parties = [1, 2], items = [{ digest: s.random.bytes(32), path: [] }] } = choice;
  const payload = items.map(({ digest, path }) => rawItem(digest, path));
  const client = choice.client ?? s.client;
  const request = choice.request ?? (await client.sign(s.time.now(), wallet.keyId, payload));
  const subject = { kind: 'sign', request, attempt: choice.attempt ?? 0 } as const;
  const { timeoutMs } = choice;
  const session = s.bus.open({
    parties,
    subject,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  return { session, request, items };
}

/** The stored result of a request, once there is one. */
export async function resultOf(
  s: Signers,
  index: PartyIndex,
  requestId: string,
): Promise<StoredResult> {
  let result: StoredResult | undefined;
  await until('stored', async () => {
    try {
      result = await s.at(index).call(signerService.getResult, { requestId });
    } catch (error) {
      if (!(error instanceof TrefoilError) || error.reason !== 'RESULT_NOT_READY') throw error;
    }
    return result !== undefined;
  });
  if (result === undefined) throw new Error('no result');
  return result;
}
