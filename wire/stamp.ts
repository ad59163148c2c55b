/**
 * Stamps: DSSE signatures over serialized requests and documents
 * (https://github.com/secure-systems-lab/dsse/blob/master/protocol.md).
 * @module
 */
import {
  createPrivateKey,
  createPublicKey,
  sign as signBytes,
  verify,
  type KeyObject,
} from 'node:crypto';
import { InvalidInput } from '../core/index.ts';
import { concat, sha256, toHex, utf8 } from './bytes.ts';
import { verifyEd25519 } from './ed25519.ts';
import { bytesOf, element, listOf, textOf } from './field.ts';
import { LIMITS } from './limits.ts';

/** What can be stamped; the name is part of what is signed, so that no stamp serves twice. */
export const PAYLOAD_TYPES = {
  SignRequest: 'application/vnd.trefoil.sign-request.v1',
  CreateWalletRequest: 'application/vnd.trefoil.create-wallet-request.v1',
  Roster: 'application/vnd.trefoil.roster.v1',
} as const;
export type PayloadType = (typeof PAYLOAD_TYPES)[keyof typeof PAYLOAD_TYPES];

/** A signature by a named key. `keyId` is not authenticated: it only says which key to try. */
export type Stamp = {
  /** Lower-case hex SHA-256 of the public key's SPKI DER, 64 characters. */
  readonly keyId: string;
  /** 64 bytes: Ed25519, or P-256 as r || s. */
  readonly signature: Uint8Array;
};

/** PAE("DSSEv1"): the bytes that a stamp signs. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = utf8(payloadType);
  const head = `DSSEv1 ${type.length} ${payloadType} ${payload.length} `;
  return concat(utf8(head), payload);
}

/** A public key that may stamp. */
export type StampKey = {
  readonly keyId: string;
  readonly algorithm: 'ed25519' | 'p256';
  readonly key: KeyObject;
};

function algorithmOf(key: KeyObject): StampKey['algorithm'] {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (key.asymmetricKeyType === 'ec' && curve === 'prime256v1') return 'p256';
  throw new TypeError('a stamp key is an Ed25519 or a P-256 key');
}

/** A stamp key from the public half of a key object. */
export function stampKeyOf(key: KeyObject): StampKey {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const algorithm = algorithmOf(publicKey);
  const der = publicKey.export({ format: 'der', type: 'spki' });
  return { keyId: toHex(sha256(der)), algorithm, key: publicKey };
}

/** Reads a public stamp key: PEM, SPKI. A private key in its place is refused. */
export function parseStampPublicKey(pem: string): StampKey {
  if (!pem.includes('-----BEGIN PUBLIC KEY-----'))
    throw new TypeError('not a PEM file with a public key (SPKI)');
  return stampKeyOf(createPublicKey(pem));
}

/** Makes stamps: in this process, or through a KMS, an HSM or a passkey. */
export type Stamper = {
  readonly keyId: string;
  readonly stamp: (payloadType: PayloadType, payload: Uint8Array) => Promise<Stamp>;
};

/** A stamper over a signing callback: PAE bytes in, 64-byte signature out. */
export function createStamper(
  key: StampKey,
  signPae: (pae: Uint8Array) => Promise<Uint8Array>,
): Stamper {
  return {
    keyId: key.keyId,
    stamp: async (payloadType, payload) => {
      const stamp = {
        keyId: key.keyId,
        signature: await signPae(preAuthEncoding(payloadType, payload)),
      };
      if (!verifyStamp(key, payloadType, payload, stamp))
        throw new TypeError('the signing callback did not return a signature of its key');
      return stamp;
    },
  };
}

/** A stamper over a private key in this process: PEM, PKCS#8. */
export function parseStampPrivateKey(pem: string): Stamper {
  const key = createPrivateKey(pem);
  const publicKey = stampKeyOf(key);
  const digest = publicKey.algorithm === 'p256' ? 'sha256' : null;
  return createStamper(publicKey, (pae) =>
    Promise.resolve(new Uint8Array(signBytes(digest, pae, { key, dsaEncoding: 'ieee-p1363' }))),
  );
}

/** Whether a stamp is a valid signature of this key over this payload. */
export function verifyStamp(
  key: StampKey,
  payloadType: PayloadType,
  payload: Uint8Array,
  stamp: Stamp,
): boolean {
  if (stamp.keyId !== key.keyId || stamp.signature.length !== 64) return false;
  const pae = preAuthEncoding(payloadType, payload);
  if (key.algorithm === 'ed25519') return verifyEd25519(key.key, pae, stamp.signature);
  return verify('sha256', pae, { key: key.key, dsaEncoding: 'ieee-p1363' }, stamp.signature);
}

/** The keys, out of those given, that made a valid stamp over this payload. */
export function validStampKeys(
  keys: Iterable<StampKey>,
  payloadType: PayloadType,
  payload: Uint8Array,
  stamps: readonly Stamp[],
): StampKey[] {
  return [...keys].filter((key) =>
    stamps.some((stamp) => verifyStamp(key, payloadType, payload, stamp)),
  );
}

/** Validates the stamps of a message: 1 to 8, well-formed, no two by one key. */
export function stampsOf(stamps: readonly Stamp[], field: string): readonly Stamp[] {
  const list = listOf(stamps, { min: 1, max: LIMITS.stamps }, field).map((stamp, i) => {
    const at = element(field, i);
    const keyId = textOf(stamp.keyId, /^[0-9a-f]{64}$/, '64 lower-case hex digits', `${at}.key_id`);
    return { keyId, signature: bytesOf(stamp.signature, 64, `${at}.signature`) };
  });
  list.forEach(({ keyId }, i) => {
    if (list.findIndex((other) => other.keyId === keyId) !== i)
      throw new InvalidInput(`${element(field, i)}.key_id`, 'the same key stamped twice');
  });
  return list;
}
