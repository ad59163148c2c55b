/**
 * The format of envelopes (spec §2.3): header, signature, direction keys, encryption.
 * @module
 */
import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject } from 'node:crypto';
import {
  encodeParts,
  SUITE_BYTES,
  taggedHash,
  type AbortClass,
  type PartyIndex,
  type SessionKind,
} from '../core/index.ts';
import type { Envelope__Output } from '../proto/generated/trefoil/v1/Envelope.ts';
import { concat, sha256, u16, u32, u8, utf8 } from './bytes.ts';
import { verifyEd25519, type IdentitySigner } from './ed25519.ts';
import { bytesOf, indexOf, integerOf, member } from './field.ts';
import { LIMITS } from './limits.ts';

/** The round of signed refusals and aborts. */
export const ABORT_ROUND = 255;
/** The length of the AES-GCM tag that ends a sealed part. */
const TAG_BYTES = 16;

/** Where a message belongs: the header but for suite and kind. `to` = 0 is a broadcast. */
export type Slot = {
  /** The session id, 32 bytes; the context in round 0. */
  readonly sid: Uint8Array;
  readonly round: number;
  readonly from: PartyIndex;
  readonly to: PartyIndex;
  /** 0 in this version. */
  readonly seq: number;
};

/** A signed protocol message. */
export type Envelope = Slot & {
  readonly public: Uint8Array;
  /** AES-256-GCM ciphertext with tag; empty in a broadcast. */
  readonly sealed: Uint8Array;
  readonly signature: Uint8Array;
};

/** ENC(SUITE, kind, sid, u8 round, u16 from, u16 to, u32 seq). */
export function encodeHeader(kind: SessionKind, slot: Slot): Uint8Array {
  const { sid, round, from, to, seq } = slot;
  return encodeParts(SUITE_BYTES, utf8(kind), sid, u8(round), u16(from), u16(to), u32(seq));
}

/** What stays of an envelope when its parts are hashed: enough to prove that it was signed. */
export type EnvelopeDigest = {
  readonly publicHash: Uint8Array;
  readonly sealedHash: Uint8Array;
  readonly signature: Uint8Array;
};

/** SHA-256 of both parts, and the signature. */
export function digestOf(envelope: Omit<Envelope, keyof Slot>): EnvelopeDigest {
  return {
    publicHash: sha256(envelope.public),
    sealedHash: sha256(envelope.sealed),
    signature: envelope.signature,
  };
}

/** TH("env"; header, SHA256(public part), SHA256(sealed part)): what the sender signs. */
export function signatureHash(
  header: Uint8Array,
  digest: Omit<EnvelopeDigest, 'signature'>,
): Uint8Array {
  return taggedHash(sha256, 'env', header, digest.publicHash, digest.sealedHash);
}

/** Whether the signature is the sender's (strict, C-02). */
export function isSigned(key: KeyObject, header: Uint8Array, digest: EnvelopeDigest): boolean {
  return verifyEd25519(key, signatureHash(header, digest), digest.signature);
}

/** Signs a message whose secret part is sealed already. */
export function signEnvelope(
  identity: IdentitySigner,
  kind: SessionKind,
  slot: Slot,
  parts: { readonly public: Uint8Array; readonly sealed: Uint8Array },
): Envelope {
  const digest = { publicHash: sha256(parts.public), sealedHash: sha256(parts.sealed) };
  const signature = identity.sign(signatureHash(encodeHeader(kind, slot), digest));
  return { ...slot, ...parts, signature };
}

/** The key of one direction: HKDF-SHA256(X25519, salt = sid, info = "p2p" || u16 i || u16 j). */
export function directionKey(
  shared: Uint8Array,
  sid: Uint8Array,
  from: PartyIndex,
  to: PartyIndex,
): Uint8Array {
  const info = concat(utf8('p2p'), u16(from), u16(to));
  return new Uint8Array(hkdfSync('sha256', shared, sid, info, 32));
}

/** u32 round || u64 seq, 12 bytes; one key seals one message per nonce. */
export function sealNonce(round: number, seq: number): Uint8Array {
  return concat(u32(round), u32(0), u32(seq));
}

/** AES-256-GCM with the header as associated data; the tag is appended. */
export function sealPart(
  key: Uint8Array,
  slot: Slot,
  header: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, sealNonce(slot.round, slot.seq));
  cipher.setAAD(header);
  return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

/** Inverse of {@link sealPart}; undefined when it does not authenticate (C-03). */
export function openPart(
  key: Uint8Array,
  slot: Slot,
  header: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, sealNonce(slot.round, slot.seq), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(header);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plaintext = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
  try {
    decipher.final();
  } catch {
    plaintext.fill(0);
    return undefined;
  }
  return new Uint8Array(plaintext);
}

/** Numbers of abort classes in signed aborts and Abort frames; 0 is a refusal. */
const CLASS_NUMBERS = { refuse: 0, drop: 1, blame: 2, burn: 3, retry: 4, fatal: 5 } as const;

/** How a session ended for its sender: an abort class, or a refusal to join. */
export type EndClass = AbortClass | 'refuse';

/** The number of an end class. */
export function endClassNumber(endClass: EndClass): number {
  return CLASS_NUMBERS[endClass];
}

/** The end class of a number; undefined for an unknown one. */
export function endClassOf(number: number): EndClass | undefined {
  const classes: readonly EndClass[] = ['refuse', 'drop', 'blame', 'burn', 'retry', 'fatal'];
  return classes[number];
}

/** What a signed refusal or abort says. */
export type SignedEnd = {
  readonly endClass: EndClass;
  /** The round in which it happened. */
  readonly round: number;
  /** The largest pair generation that the sender remembers for the pair; else 0. */
  readonly largestGeneration: number;
};

/** u8 class || u8 round || u32 largest generation. */
export function encodeEnd(end: SignedEnd): Uint8Array {
  return concat(u8(CLASS_NUMBERS[end.endClass]), u8(end.round), u32(end.largestGeneration));
}

/** Inverse of {@link encodeEnd}; undefined for anything else. */
export function decodeEnd(bytes: Uint8Array): SignedEnd | undefined {
  const endClass = endClassOf(bytes[0] ?? -1);
  if (bytes.length !== 6 || endClass === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { endClass, round: view.getUint8(1), largestGeneration: view.getUint32(2) };
}

/** Validates an envelope as it came off the wire; bounds only, nothing is authenticated yet. */
export function envelopeOf(message: Envelope__Output, at: string): Envelope {
  const part = { min: 0, max: LIMITS.envelopePayloadBytes };
  const u32Range = { min: 0, max: 0xffff_ffff };
  return {
    sid: bytesOf(message.sid, 32, member(at, 'sid')),
    round: integerOf(message.round, { min: 0, max: 255 }, member(at, 'round')),
    from: indexOf(message.from, member(at, 'from')),
    to: integerOf(message.to, { min: 0, max: 255 }, member(at, 'to')),
    seq: integerOf(message.seq, u32Range, member(at, 'seq')),
    public: bytesOf(message.public, part, member(at, 'public')),
    sealed: bytesOf(message.sealed, part, member(at, 'sealed')),
    signature: bytesOf(message.signature, 64, member(at, 'signature')),
  };
}
