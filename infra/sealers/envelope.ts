/**
 * The sealed envelope, format 1: a header that says how the data key was made and for what, then
 * AES-256-GCM ciphertext. Providers differ only in how they make and recover the data key.
 *
 *   blob    = header || ciphertext || tag16
 *   header  = core || LP(commit32)
 *   core    = u8 1 || u8 1 || LP(provider) || LP(kekId) || LP(edk)
 *             || u8 pairs || pairs * (LP(name) || LP(value)) || LP(salt32) || LP(nonce12)
 *   LP(x)   = u16 length || x; names strictly ascending; text is UTF-8; integers big-endian
 *   key32 || commit32 = HKDF-SHA256(data key, salt, "trefoil-seal/v1" || SHA-256(core), 64)
 *   AAD     = header
 *
 * The context is bound by the provider (where it can), by the key derivation and by the AAD. AES-GCM
 * alone does not commit to its key, hence `commit32`. A data key seals once, so nonces never repeat.
 * The bytes are pinned by test/vectors/sealing.json.
 * @module
 */
import { Buffer } from 'node:buffer';
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  hkdfSync,
  timingSafeEqual,
} from 'node:crypto';
import { SealFailure, type SealContext, type Sealer } from '../../signer/ports.ts';
import { decodeHeader, encodeHeader, HEADER_LIMIT, type Header } from './header.ts';

const LABEL = 'trefoil-seal/v1';
const KEY_BYTES = 32;
const COMMIT_BYTES = 32;
const TAG_BYTES = 16;
const SALT_BYTES = 32;
const NONCE_BYTES = 12;
/** Largest plaintext; a share is below 2 kB. */
const MAX_PLAINTEXT_BYTES = 65_536;

/** Makes single-use data keys of 32 bytes, and recovers them. Failures are {@link SealFailure}. */
export type DataKeys = {
  /** The provider's name in the header. */
  readonly provider: string;
  readonly generate: (context: SealContext) => Promise<DataKey>;
  /** `kekId` and `edk` come from an unauthenticated header: hints, not facts. */
  readonly recover: (
    wrapped: { readonly kekId: string; readonly edk: Uint8Array },
    context: SealContext,
  ) => Promise<Uint8Array>;
  readonly health: () => Promise<void>;
};

export type DataKey = {
  /** Secret; wiped by the envelope after one use. */
  readonly dataKey: Uint8Array;
  /** Name of the key-encryption key; public. */
  readonly kekId: string;
  /** The data key as only the provider can recover it. */
  readonly edk: Uint8Array;
};

/** Cryptographically strong random bytes. */
export type RandomBytes = (length: number) => Uint8Array;

export function createEnvelopeSealer(
  keys: DataKeys,
  modules: { readonly randomBytes: RandomBytes },
): Sealer {
  return {
    id: keys.provider,
    health: keys.health,

    seal: async (plaintext, context) => {
      if (plaintext.length > MAX_PLAINTEXT_BYTES)
        throw new SealFailure('misconfigured', 'the plaintext is too long to be sealed');
      const { dataKey, kekId, edk } = await keys.generate(context);
      try {
        const salt = modules.randomBytes(SALT_BYTES);
        const nonce = modules.randomBytes(NONCE_BYTES);
        const core = { provider: keys.provider, kekId, edk, context, salt, nonce };
        return sealWith(dataKey, core, plaintext);
      } finally {
        dataKey.fill(0);
      }
    },

    unseal: async (blob, context) => {
      // An owned copy: what is checked is what is used.
      const { header, headerBytes, body } = split(Uint8Array.from(blob));
      if (header.provider !== keys.provider)
        throw notAuthentic('the blob was sealed by another provider');
      if (!sameContext(header.context, context))
        throw notAuthentic('the blob was sealed for another context');
      const dataKey = await keys.recover(header, context);
      try {
        return openWith(dataKey, header, headerBytes, body);
      } finally {
        dataKey.fill(0);
      }
    },
  };
}

export type HeaderCore = Omit<Header, 'commit'>;

/** The deterministic half of sealing. `dataKey`: 32 bytes, secret, used for nothing else. */
export function sealWith(dataKey: Uint8Array, core: HeaderCore, plaintext: Uint8Array): Uint8Array {
  const derived = derive(dataKey, core);
  try {
    const header = encodeHeader({ ...core, commit: derived.commit });
    const cipher = createCipheriv('aes-256-gcm', derived.key, core.nonce);
    cipher.setAAD(header);
    return Buffer.concat([header, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  } finally {
    derived.key.fill(0);
  }
}

function openWith(
  dataKey: Uint8Array,
  header: Header,
  headerBytes: Uint8Array,
  body: Uint8Array,
): Uint8Array {
  const derived = derive(dataKey, header);
  try {
    if (!timingSafeEqual(derived.commit, header.commit))
      throw notAuthentic('the blob was sealed under another key or is damaged');
    const decipher = createDecipheriv('aes-256-gcm', derived.key, header.nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(headerBytes);
    decipher.setAuthTag(body.subarray(body.length - TAG_BYTES));
    const plaintext = decipher.update(body.subarray(0, body.length - TAG_BYTES));
    try {
      decipher.final();
    } catch (error) {
      plaintext.fill(0);
      throw notAuthentic('the blob is damaged', error);
    }
    return plaintext;
  } finally {
    derived.key.fill(0);
  }
}

/** HKDF over the data key; the header's core in the info binds both outputs to it. */
function derive(dataKey: Uint8Array, core: HeaderCore): { key: Uint8Array; commit: Uint8Array } {
  if (dataKey.length !== KEY_BYTES)
    throw new SealFailure('misconfigured', 'the data key is not 32 bytes long');
  const { provider, kekId, edk, context, salt, nonce } = core;
  const coreBytes = encodeHeader({ provider, kekId, edk, context, salt, nonce });
  const info = Buffer.concat([
    Buffer.from(LABEL, 'utf8'),
    createHash('sha256').update(coreBytes).digest(),
  ]);
  const okm = new Uint8Array(hkdfSync('sha256', dataKey, salt, info, KEY_BYTES + COMMIT_BYTES));
  return { key: okm.subarray(0, KEY_BYTES), commit: okm.slice(KEY_BYTES) };
}

function split(blob: Uint8Array): { header: Header; headerBytes: Uint8Array; body: Uint8Array } {
  if (blob.length > HEADER_LIMIT + MAX_PLAINTEXT_BYTES + TAG_BYTES)
    throw notAuthentic('the blob is too long');
  const { header, length } = decodeHeader(blob);
  const body = blob.subarray(length);
  if (
    header.salt.length !== SALT_BYTES ||
    header.nonce.length !== NONCE_BYTES ||
    header.commit.length !== COMMIT_BYTES ||
    body.length < TAG_BYTES
  )
    throw notAuthentic('the blob is truncated or damaged');
  return { header, headerBytes: blob.subarray(0, length), body };
}

function sameContext(found: Readonly<Record<string, string>>, expected: SealContext): boolean {
  const names = Object.entries(expected);
  return (
    names.length === Object.keys(found).length &&
    names.every(([name, value]) => Object.hasOwn(found, name) && found[name] === value)
  );
}

function notAuthentic(message: string, cause?: unknown): SealFailure {
  return new SealFailure('not-authentic', message, cause === undefined ? {} : { cause });
}
