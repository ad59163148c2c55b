/**
 * What the signer's storage refuses or cannot do. Messages carry ids and numbers, never a record's
 * content.
 * @module
 */
import type { CheckId } from '../../core/index.ts';

/** Base of everything that signer/store throws on purpose. */
export class StoreError extends Error {
  override name = 'StoreError';
}

/** Another process, or another part of this one, holds the data directory. */
export class DataDirectoryLocked extends StoreError {
  override name = 'DataDirectoryLocked';
  readonly dataDir: string;

  constructor(dataDir: string, options?: ErrorOptions) {
    super(`the data directory is in use by another process: ${dataDir}`, options);
    this.dataDir = dataDir;
  }
}

/** A newer version of this software wrote the file; an older one must not touch it. */
export class SchemaTooNew extends StoreError {
  override name = 'SchemaTooNew';

  constructor(path: string, found: number, known: number) {
    super(`${path} has schema ${found}, this version knows ${known}: run the newer version`);
  }
}

/**
 * Stored state does not authenticate, does not decode or is incomplete (C-60). Class fatal: refuse
 * service, send nothing, blame nobody, heal nothing.
 */
export class StoreCorrupted extends StoreError {
  override name = 'StoreCorrupted';
  readonly abortClass = 'fatal';
  readonly check = 'C-60';
}

/** The disk or the database failed; what was being written does not count as written (C-49). */
export class StoreUnavailable extends StoreError {
  override name = 'StoreUnavailable';
  readonly check = 'C-49';
}

/** The durable start number is at its maximum; this identity can start no more. */
export class StartNumbersExhausted extends StoreError {
  override name = 'StartNumbersExhausted';
}

/** The data directory already holds an identity. */
export class IdentityExists extends StoreError {
  override name = 'IdentityExists';
}

/** C-63: this key id has a record, a PENDING record or a tombstone here. */
export class KeyIdTaken extends StoreError {
  override name = 'KeyIdTaken';
  readonly check = 'C-63';
  readonly keyIdHex: string;
  readonly taken: 'record' | 'tombstone';

  constructor(keyIdHex: string, taken: 'record' | 'tombstone') {
    super(`the key id ${keyIdHex} has a ${taken} here and is never used again`);
    this.keyIdHex = keyIdHex;
    this.taken = taken;
  }
}

/** No record of this key id and epoch. */
export class UnknownKey extends StoreError {
  override name = 'UnknownKey';

  constructor(keyIdHex: string, epoch: number) {
    super(`no record of key ${keyIdHex}, epoch ${epoch}`);
  }
}

const PAIR_CHECKS = {
  'needs-approval': 'C-26',
  'cure-limit': 'C-26',
  'generation-not-new': 'C-24',
  'generation-too-far': 'C-24',
  'start-went-back': 'C-13',
  'start-reused': 'C-13',
  'peer-refused': 'C-13',
} as const satisfies Record<string, CheckId>;

export type PairRefusalReason = keyof typeof PAIR_CHECKS;

/** A pair verb was refused; nothing outward may happen with this peer on its account. */
export class PairRefused extends StoreError {
  override name = 'PairRefused';
  readonly reason: PairRefusalReason;
  readonly check: CheckId;
  readonly peer: number;
  /** Largest generation remembered for the peer: what a signed refusal reports (spec §2.3). */
  readonly largestGeneration: number;

  constructor(
    reason: PairRefusalReason,
    pair: { readonly peer: number; readonly largestGeneration: number },
  ) {
    super(`pair with signer ${pair.peer} refused: ${reason} (${PAIR_CHECKS[reason]})`);
    this.reason = reason;
    this.check = PAIR_CHECKS[reason];
    this.peer = pair.peer;
    this.largestGeneration = pair.largestGeneration;
  }
}

/**
 * - `other-bytes`: the request_id was used for another request.
 * - `other-content`: this very request was accepted with another key, items or id. An alarm: equal
 *   bytes decoded to two things.
 * - `attempt-used`: the attempt is in the ledger already.
 * - `not-accepted`: no ACCEPTED row of this request.
 */
type LedgerConflictReason = 'other-bytes' | 'other-content' | 'attempt-used' | 'not-accepted';

/** C-16, the ledger's part. Nothing was written. */
export class LedgerConflict extends StoreError {
  override name = 'LedgerConflict';
  readonly check = 'C-16';
  readonly reason: LedgerConflictReason;

  constructor(reason: LedgerConflictReason, requestId: string) {
    super(`request ${requestId} refused by the ledger: ${reason}`);
    this.reason = reason;
  }
}
