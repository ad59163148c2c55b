/**
 * Ed25519 as the specification wants it (C-02): canonical S, no small-order key, over raw keys.
 * @module
 */
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { fromHex } from './bytes.ts';

/** Little-endian integer. */
function integerLE(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}

const FIELD_PRIME = 2n ** 255n - 19n;
/** The order of the base point, L. */
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/**
 * The y-coordinates of the eight points of small order: 1 (order 1), -1 (order 2), 0 (order 4), and
 * two of order 8. Either sign of x gives a point of small order or no point at all.
 */
const SMALL_ORDER_Y: ReadonlySet<bigint> = new Set(
  [
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  ].map((hex) => integerLE(fromHex(hex, 32) ?? new Uint8Array())),
);

/** Whether 32 bytes are a canonical encoding whose point, if any, is not of small order. */
export function isSoundPublicKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== 32) return false;
  const y = integerLE(publicKey) & (2n ** 255n - 1n);
  return y < FIELD_PRIME && !SMALL_ORDER_Y.has(y);
}

/** SPKI DER of an Ed25519 key up to the raw key (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
/** PKCS#8 DER of an Ed25519 key up to the seed (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key object of a raw public key, or undefined if it is not 32 bytes or not a sound key. */
export function ed25519PublicKey(publicKey: Uint8Array): KeyObject | undefined {
  if (!isSoundPublicKey(publicKey)) return undefined;
  const key = Buffer.concat([SPKI_PREFIX, publicKey]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

/** Whether a key object is a sound Ed25519 key; asked before every signature, answered once. */
const soundness = new WeakMap<KeyObject, boolean>();

function isSoundKey(key: KeyObject): boolean {
  const known = soundness.get(key);
  if (known !== undefined) return known;
  const sound = key.asymmetricKeyType === 'ed25519' && isSoundPublicKey(rawPublicKey(key));
  soundness.set(key, sound);
  return sound;
}

/** Whether the scalar half of a signature is below the group order. */
function isCanonicalScalar(S: Uint8Array): boolean {
  // L = 2^252 + c with c < 2^125: almost every S is decided by its top byte.
  const top = S[31] ?? 0xff;
  return top < 0x10 || (top === 0x10 && integerLE(S) < GROUP_ORDER);
}

/** The raw 32 bytes of an Ed25519 key object. */
export function rawPublicKey(key: KeyObject): Uint8Array {
  const der = key.export({ format: 'der', type: 'spki' });
  return new Uint8Array(der.subarray(SPKI_PREFIX.length));
}

/** Strict verification; false for anything malformed. Public inputs. */
export function verifyEd25519(key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64 || !isSoundKey(key)) return false;
  // OpenSSL refuses S >= L as well; the rule does not depend on that.
  if (!isCanonicalScalar(signature.subarray(32))) return false;
  return verify(null, message, key, signature);
}

/** Signs as one identity. The seed is inside the platform's key object only. */
export type IdentitySigner = {
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64-byte signature. */
  readonly sign: (message: Uint8Array) => Uint8Array;
};

/** An {@link IdentitySigner} from a 32-byte seed, which the caller wipes. */
export function createIdentitySigner(seed: Uint8Array): IdentitySigner {
  if (seed.length !== 32) throw new TypeError('an Ed25519 seed is 32 bytes');
  const der = Buffer.concat([PKCS8_PREFIX, seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  const publicKey = rawPublicKey(createPublicKey(key));
  return { publicKey, sign: (message) => new Uint8Array(sign(null, message, key)) };
}
