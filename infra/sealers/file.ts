/**
 * The `file` sealer: data keys derived from a passphrase on disk. For development and tests: who
 * reads the disk has the passphrase as well, so it refuses to run with NODE_ENV=production.
 *
 *   root     = scrypt(passphrase, salt32, N = 2^17, r = 8, p = 1), once at boot
 *   edk      = 32 random bytes
 *   data key = HKDF-SHA256(root, edk, "trefoil-file-sealer/v1", 32)
 *
 * The salt is kept beside the sealed data, in a file of its own, and named in every blob (kekId).
 * @module
 */
import { Buffer } from 'node:buffer';
import { hkdfSync, scrypt } from 'node:crypto';
import { constants, readFile, stat, writeFile } from 'node:fs/promises';
import { SealFailure, type Sealer } from '../../signer/ports.ts';
import { createEnvelopeSealer, type DataKeys, type RandomBytes } from './envelope.ts';

const PROVIDER = 'file';
const LABEL = 'trefoil-file-sealer/v1';
const SALT_BYTES = 32;
const MIN_PASSPHRASE_BYTES = 12;
const DEFAULT_LOG_N = 17;
/** Node's permission model, under which signers run, forbids fsync. */
const NEW_AND_SYNCED = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_SYNC;

export type FileSealerOptions = {
  /** Readable by its owner only; a line end at its end does not count. */
  readonly passphraseFile: string;
  /** Created where missing; belongs to the data directory and its backups. */
  readonly saltFile: string;
  /** log2 of scrypt's N, 10..20; 17 (128 MiB, about 0.4 s) unless a test says otherwise. */
  readonly logN?: number;
};

export type FileSealerModules = {
  readonly randomBytes: RandomBytes;
  /** The process environment; only NODE_ENV is looked at. */
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/** Reads the passphrase and runs scrypt once. Fails as `misconfigured`. */
export async function createFileSealer(
  options: FileSealerOptions,
  modules: FileSealerModules,
): Promise<Sealer> {
  if (modules.environment['NODE_ENV'] === 'production')
    throw new SealFailure('misconfigured', 'the file sealer refuses to run in production');
  const logN = options.logN ?? DEFAULT_LOG_N;
  if (!Number.isInteger(logN) || logN < 10 || logN > 20)
    throw new SealFailure('misconfigured', 'logN: 10 to 20 expected');

  const passphrase = await readPassphrase(options.passphraseFile);
  try {
    const salt = await readOrCreateSalt(options.saltFile, modules.randomBytes);
    const root = await stretch(passphrase, salt, logN);
    const kekId = `scrypt-${logN}-8-1:${Buffer.from(salt).toString('hex')}`;
    return createEnvelopeSealer(createDataKeys(root, kekId, modules.randomBytes), modules);
  } finally {
    passphrase.fill(0);
  }
}

function createDataKeys(root: Uint8Array, kekId: string, randomBytes: RandomBytes): DataKeys {
  const derive = (edk: Uint8Array): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', root, edk, LABEL, 32));
  return {
    provider: PROVIDER,
    generate: async () => {
      const edk = randomBytes(32);
      return Promise.resolve({ dataKey: derive(edk), kekId, edk });
    },
    recover: async (wrapped) => {
      if (wrapped.kekId !== kekId)
        throw new SealFailure('not-authentic', 'the blob was sealed under another passphrase salt');
      return Promise.resolve(derive(wrapped.edk));
    },
    health: () => Promise.resolve(),
  };
}

/** The passphrase as bytes, never as a string; the caller wipes it. */
async function readPassphrase(path: string): Promise<Buffer> {
  const content = await attempt('read the passphrase file', async () => {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0)
      throw new SealFailure('misconfigured', `the passphrase file is open to others: ${path}`);
    return readFile(path);
  });
  let end = content.length;
  while (end > 0 && (content[end - 1] === 0x0a || content[end - 1] === 0x0d)) end -= 1;
  if (end < MIN_PASSPHRASE_BYTES) {
    content.fill(0);
    throw new SealFailure(
      'misconfigured',
      `the passphrase is shorter than ${MIN_PASSPHRASE_BYTES} bytes: ${path}`,
    );
  }
  return content.subarray(0, end);
}

async function readOrCreateSalt(path: string, randomBytes: RandomBytes): Promise<Uint8Array> {
  return attempt('read or create the salt file', async () => {
    try {
      await writeFile(path, randomBytes(SALT_BYTES), { flag: NEW_AND_SYNCED, mode: 0o600 });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const salt = await readFile(path);
    if (salt.length !== SALT_BYTES)
      throw new SealFailure('misconfigured', `the salt file is damaged: ${path}`);
    return salt;
  });
}

async function attempt<T>(what: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof SealFailure) throw error;
    throw new SealFailure('misconfigured', `cannot ${what}`, { cause: error });
  }
}

function stretch(passphrase: Uint8Array, salt: Uint8Array, logN: number): Promise<Uint8Array> {
  const N = 2 ** logN;
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, 32, { N, r: 8, p: 1, maxmem: 256 * N * 8 }, (error, key) => {
      if (error) reject(new SealFailure('misconfigured', 'scrypt failed', { cause: error }));
      else resolve(key);
    });
  });
}
