/**
 * Ephemeral X25519 keys (RFC 7748) over raw bytes.
 * @module
 */
import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';

/** SPKI DER of an X25519 key up to the raw key (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');
/** PKCS#8 DER of an X25519 key up to the secret (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** One party's key of one session. */
export type Ephemeral = {
  /** Raw public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /**
   * X25519 with a peer's raw public key, 32 secret bytes that the caller wipes; all zero for a
   * point of small order (C-11 is the caller's). Throws TypeError once destroyed.
   */
  readonly agree: (peerKey: Uint8Array) => Uint8Array;
  /** Drops the secret key. Idempotent. */
  readonly destroy: () => void;
};

/** An ephemeral key from 32 secret bytes, which are wiped here. */
export function createEphemeral(secret: Uint8Array): Ephemeral {
  if (secret.length !== 32) throw new TypeError('an X25519 secret is 32 bytes');
  const der = Buffer.concat([PKCS8_PREFIX, secret]);
  let key: KeyObject | undefined = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  secret.fill(0);
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    publicKey: new Uint8Array(spki.subarray(SPKI_PREFIX.length)),
    agree: (peerKey) => {
      if (key === undefined) throw new TypeError('the ephemeral key is destroyed');
      return agree(key, peerKey);
    },
    destroy: () => {
      key = undefined;
    },
  };
}

function agree(privateKey: KeyObject, peerKey: Uint8Array): Uint8Array {
  const key = Buffer.concat([SPKI_PREFIX, peerKey]);
  const publicKey = createPublicKey({ key, format: 'der', type: 'spki' });
  try {
    return new Uint8Array(diffieHellman({ privateKey, publicKey }));
  } catch {
    return new Uint8Array(32); // OpenSSL refuses to derive the all-zero result.
  }
}
