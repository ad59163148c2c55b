/**
 * A client of the tests: a stamp key and the stamped requests it makes. Times are epoch ms.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  type KeyObject,
} from 'node:crypto';
import type { PartyIndex } from '../../core/index.ts';
import {
  encodeCreateWalletRequest,
  keyIdOf,
  type CreateWalletRequest,
  type StampedRequest,
} from '../../wire/request.ts';
import { encodeSignRequest, type PayloadItem, type SignRequest } from '../../wire/sign-request.ts';
import {
  parseStampPrivateKey,
  PAYLOAD_TYPES,
  stampKeyOf,
  type PayloadType,
  type StampKey,
  type Stamper,
} from '../../wire/stamp.ts';

export type TestClient = {
  readonly id: string;
  readonly stampKey: StampKey;
  readonly stamper: Stamper;
  /** PEM, for configurations. */
  readonly pem: { readonly publicKey: string; readonly privateKey: string };
  /** Stamps any bytes. */
  readonly stamp: (type: PayloadType, request: Uint8Array) => Promise<StampedRequest>;
  /** A 2-of-committee wallet for raw digests and EVM, valid for a minute from `now`. */
  readonly createWallet: (
    now: number,
    changes?: Partial<CreateWalletRequest>,
  ) => Promise<StampedRequest & { readonly keyId: Uint8Array }>;
  /** Valid for a minute from `now`. */
  readonly sign: (
    now: number,
    keyId: Uint8Array,
    items: readonly PayloadItem[],
    changes?: Partial<SignRequest>,
  ) => Promise<StampedRequest & { readonly requestId: string }>;
};

const MINUTE = 60_000;
const COMMITTEE: readonly PartyIndex[] = [1, 2, 3];

export function createTestClient(
  id = 'demo',
  algorithm: 'ed25519' | 'p256' = 'ed25519',
): TestClient {
  const { privateKey } =
    algorithm === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return testClientOf(id, privateKey);
}

/** A client with a key that exists: a key object, or PEM (PKCS#8). */
export function testClientOf(id: string, key: KeyObject | string): TestClient {
  const privateKey = createPrivateKey(
    typeof key === 'string' ? key : key.export({ format: 'pem', type: 'pkcs8' }),
  );
  const publicKey = createPublicKey(privateKey);
  const pem = {
    publicKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
  const stamper = parseStampPrivateKey(pem.privateKey);
  const stamp = async (type: PayloadType, request: Uint8Array): Promise<StampedRequest> => ({
    request,
    stamps: [await stamper.stamp(type, request)],
  });
  return {
    ...{ id, stamper, stamp, pem },
    stampKey: stampKeyOf(publicKey),
    createWallet: async (now, changes = {}) => {
      const request = encodeCreateWalletRequest({
        requestId: randomUUID(),
        displayName: 'treasury',
        threshold: 2,
        committee: COMMITTEE,
        purposes: ['evm', 'raw'],
        notBefore: now,
        notAfter: now + MINUTE,
        ...changes,
      });
      const stamped = await stamp(PAYLOAD_TYPES.CreateWalletRequest, request);
      return { ...stamped, keyId: keyIdOf(request) };
    },
    sign: async (now, keyId, items, changes = {}) => {
      const validity = { notBefore: now, notAfter: now + MINUTE };
      const request = { requestId: randomUUID(), keyId, items, ...validity, ...changes };
      const stamped = await stamp(PAYLOAD_TYPES.SignRequest, encodeSignRequest(request));
      return { ...stamped, requestId: request.requestId };
    },
  };
}

/** An item that signs a digest as it is. */
export const rawItem = (digest: Uint8Array, path: readonly number[] = []): PayloadItem => ({
  path,
  payload: { kind: 'raw_digest', digest },
});
