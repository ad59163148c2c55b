/**
 * Verification of a signature by three libraries that share nothing with core's protocol code, and
 * a derivation of the child key by a fourth: what the outside world will do with it.
 */
import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { encodeBase58, getBytes, HDNodeWallet, hexlify, sha256, SigningKey } from 'ethers';
import type { Signature } from '../../core/index.ts';

/** What is signed: `digest` is SHA-256 of `message`, so that node:crypto can hash it itself. */
export type Message = { readonly message: Uint8Array; readonly digest: Uint8Array };

export function messageOf(message: Uint8Array): Message {
  return { message, digest: new Uint8Array(createHash('sha256').update(message).digest()) };
}

type Parent = { readonly publicKey: Uint8Array; readonly chainCode: Uint8Array };

/** The compressed child key at a path, derived by ethers from an xpub of the parent. */
export function childKeyByEthers(parent: Parent, path: readonly number[]): Uint8Array {
  if (path.length === 0) return parent.publicKey;
  const version = Uint8Array.of(0x04, 0x88, 0xb2, 0x1e);
  const depthFingerprintIndex = new Uint8Array(9);
  const parts = [version, depthFingerprintIndex, parent.chainCode, parent.publicKey];
  const payload = new Uint8Array(Buffer.concat(parts));
  const checksum = getBytes(sha256(sha256(payload))).slice(0, 4);
  const xpub = encodeBase58(new Uint8Array(Buffer.concat([payload, checksum])));
  const child = HDNodeWallet.fromExtendedKey(xpub).derivePath(path.map(String).join('/'));
  return getBytes(child.publicKey);
}

/** Whether r || s verifies in node:crypto (OpenSSL) under a compressed key. */
function verifiesInOpenssl(publicKey: Uint8Array, message: Uint8Array, compact: Uint8Array) {
  const uncompressed = secp256k1.Point.fromBytes(publicKey).toBytes(false);
  const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  const [x, y] = [uncompressed.slice(1, 33), uncompressed.slice(33)].map(base64url);
  const jwk = { kty: 'EC', crv: 'secp256k1', x: x ?? '', y: y ?? '' };
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, compact);
}

const HALF_ORDER = secp256k1.Point.Fn.ORDER >> 1n;

/** Asserts: low s, verified by noble and OpenSSL, and the key recovered by ethers. */
export function assertVerifies(
  publicKey: Uint8Array,
  { message, digest }: Message,
  { r, s, recid }: Signature,
): void {
  const compact = new Uint8Array(Buffer.concat([r, s]));
  assert.ok(BigInt(hexlify(s)) <= HALF_ORDER, 's is low');
  const strict = { prehash: false, lowS: true } as const;
  assert.ok(secp256k1.verify(compact, digest, publicKey, strict), 'noble');
  assert.ok(verifiesInOpenssl(publicKey, message, compact), 'node:crypto');
  // ethers knows recid 0 and 1 only; 2 and 3 have probability 2^-127.
  const signature = { r: hexlify(r), s: hexlify(s), yParity: recid as 0 | 1 };
  const recovered = SigningKey.recoverPublicKey(digest, signature);
  assert.equal(SigningKey.computePublicKey(recovered, true), hexlify(publicKey), 'ethers');
}

/** Whether any of the three libraries takes the signature. */
export function anyVerifies(
  publicKey: Uint8Array,
  { message, digest }: Message,
  { r, s }: Signature,
): boolean {
  const compact = new Uint8Array(Buffer.concat([r, s]));
  const lenient = { prehash: false, lowS: false } as const;
  return (
    secp256k1.verify(compact, digest, publicKey, lenient) ||
    verifiesInOpenssl(publicKey, message, compact)
  );
}
