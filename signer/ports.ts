/**
 * What a signer needs from its surroundings, as types: sealing, storage, time.
 *
 * The composition root (`main.ts`) plugs implementations in; `infra/` may import this file and
 * nothing else of the signer. The one class here, {@link SealFailure}, is the error contract of the
 * {@link Sealer} port, so that both sides of the port mean the same by it.
 * @module
 */

/** Wall clock, in milliseconds since the Unix epoch. Injected, never read from the air. */
export type Clock = {
  readonly now: () => number;
};

// ---------------------------------------------------------------------------------------------
// Sealing

/** What a sealed blob holds: a key share, the identity key, or the hedge secret (spec §1.7). */
export type SealKind = 'share' | 'identity' | 'hedge';

/**
 * The context of a sealed blob, one form for KMS and AAD alike. These names and value forms live in
 * blobs for ever. Cloud audit logs show them: ids only, nothing personal.
 */
export type SealContext = {
  /** The cluster's name. */
  readonly 'trefoil-cluster': string;
  /** `signer-<roster index>`, decimal. */
  readonly 'trefoil-signer': string;
  readonly 'trefoil-kind': SealKind;
  /** The key id, 64 lower-case hex digits, or `-` where none. */
  readonly 'trefoil-key': string;
  /** The key's epoch, decimal, or `-` where none. */
  readonly 'trefoil-epoch': string;
};

/**
 * Encrypts small secrets for storage. The caller owns `plaintext` and the returned plaintext, and
 * wipes them. `unseal` takes the context the *caller* expects and refuses a blob of any other.
 * Every failure is a {@link SealFailure}.
 */
export type Sealer = {
  /** The provider's name: `file`, `aws-kms`. Public. */
  readonly id: string;
  readonly seal: (plaintext: Uint8Array, context: SealContext) => Promise<Uint8Array>;
  readonly unseal: (blob: Uint8Array, context: SealContext) => Promise<Uint8Array>;
  /** Resolves when the sealer could seal and unseal now. */
  readonly health: () => Promise<void>;
};

/**
 * Why a sealer failed.
 * - `not-authentic`: the blob is damaged, truncated, of another context or of another key. Final.
 * - `denied`: the key service refused this caller, the key is disabled, or the blob names a key that
 *   is not this caller's. Needs an operator.
 * - `unavailable`: the key service was not reached, throttled or timed out. May pass by itself.
 * - `misconfigured`: the sealer cannot work as configured.
 */
export type SealFailureCode = 'not-authentic' | 'denied' | 'unavailable' | 'misconfigured';

/** A sealer's failure. The message carries no secret; `cause` is for the own log only. */
export class SealFailure extends Error {
  override readonly name = 'SealFailure';
  readonly code: SealFailureCode;

  constructor(code: SealFailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

// ---------------------------------------------------------------------------------------------
// Storage: opening

/** The sealed blobs that come before everything else: both or none. */
export type IdentityBlobs = {
  /** Sealed Ed25519 identity key. */
  readonly identity: Uint8Array;
  /** Sealed hedge secret; the key of all row MACs is derived from it. */
  readonly hedge: Uint8Array;
};

/**
 * A data directory that is locked by this process but whose records cannot be authenticated yet:
 * the MAC key comes out of the hedge blob.
 */
export type LockedStore = {
  /**
   * `undefined` in a new data directory only. Throws StoreCorrupted when records exist without
   * their identity: a signer is never initialised again over its own keys.
   */
  readonly readIdentity: () => IdentityBlobs | undefined;
  /** Stores both blobs once, durably. Throws IdentityExists the second time. */
  readonly createIdentity: (blobs: IdentityBlobs) => void;
  /**
   * Checks the start and pair records (C-60), increments the start number durably and opens the
   * stores. `macKey`: 32 bytes, see `deriveMacKey`. Once per process.
   */
  readonly unlock: (macKey: Uint8Array) => SignerStore;
  /** Releases the data directory. Idempotent; closes the unlocked store as well. */
  readonly close: () => Promise<void>;
};

/** Everything a signer remembers. Verbs of `keys` and `pairs` are durable when they return. */
export type SignerStore = {
  /** This process's start number, u32, larger than that of every earlier process (C-13). */
  readonly start: number;
  readonly keys: KeyStore;
  readonly pairs: PairStore;
  readonly ledger: Ledger;
  /** Moves both write-ahead logs into their databases and truncates them. */
  readonly checkpoint: () => void;
  /** Ends the ledger's running commit, then closes everything and releases the directory. */
  readonly close: () => Promise<void>;
};

// ---------------------------------------------------------------------------------------------
// Storage: keys

export type KeyState = 'pending' | 'active';

/** A share as it is first written, before this signer's R4 leaves (spec §7, persistence). */
export type NewKey = {
  /** 32 bytes. */
  readonly keyId: Uint8Array;
  /** u32; 0 for a generated key. */
  readonly epoch: number;
  /** 32 bytes: the session that created this epoch. */
  readonly sid: Uint8Array;
  /** From {@link Sealer}; never unsealed bytes. */
  readonly sealedShare: Uint8Array;
  /** The public part of the key record, in the caller's encoding. */
  readonly publicRecord: Uint8Array;
  /** The own signed R4 envelope, handed out again until the certificate exists. */
  readonly ownR4: Uint8Array;
};

export type KeyRecord = NewKey & {
  readonly state: KeyState;
  /** Present if and only if the key is active. */
  readonly certificate: Uint8Array | undefined;
  /** Epoch milliseconds. */
  readonly createdAt: number;
};

export type KeyPage = {
  /** Ascending by key id, then epoch. */
  readonly keys: readonly KeyRecord[];
  /** Pass as `after` for the next page; `undefined` on the last one. */
  readonly next: KeyCursor | undefined;
};

export type KeyCursor = { readonly keyId: Uint8Array; readonly epoch: number };

/** Sealed shares and public records. Nothing is ever overwritten (C-63). */
export type KeyStore = {
  /** Throws KeyIdTaken when the id has a record, a PENDING record or a tombstone (C-63, R0). */
  readonly requireFree: (keyId: Uint8Array) => void;
  /**
   * Inserts a PENDING record once, and reads it back. Throws KeyIdTaken as above. The caller
   * unseals the returned record's share before it lets R4 leave.
   */
  readonly insertPending: (key: NewKey) => KeyRecord;
  /**
   * Makes a PENDING record ACTIVE. The caller has verified the certificate (C-35). Idempotent: an
   * active record keeps its first certificate. Throws UnknownKey.
   */
  readonly activate: (keyId: Uint8Array, epoch: number, certificate: Uint8Array) => KeyRecord;
  /**
   * Forbids this key id for ever; only for a session whose own R4 has not left. Idempotent. Throws
   * KeyIdTaken when a record exists: once PENDING, a record is kept (in doubt).
   */
  readonly tombstone: (keyId: Uint8Array, sid: Uint8Array) => void;
  readonly get: (keyId: Uint8Array, epoch: number) => KeyRecord | undefined;
  /** The record of the largest ACTIVE epoch, else of the largest epoch. */
  readonly latest: (keyId: Uint8Array) => KeyRecord | undefined;
  /** `limit` 1..1000. */
  readonly list: (options: { readonly limit: number; readonly after?: KeyCursor }) => KeyPage;
  readonly counts: () => { readonly pending: number; readonly active: number };
};

// ---------------------------------------------------------------------------------------------
// Storage: pairs

/** What survives of a pair (spec §4.4): numbers, burns and approvals owed, no secret. */
export type PairRecord = {
  /** Roster index of the peer, 1..255. */
  readonly peer: number;
  /** Largest generation number ever reserved here; 0 before the first. */
  readonly largestGeneration: number;
  /** Every generation up to this one is BURNED or was erased before; 0: none burned yet. */
  readonly burnedUpTo: number;
  readonly needsApproval: boolean;
  /** Failed set-ups (C-23) since the last approval. */
  readonly failedSetups: number;
  /** Largest start seen in a join of the peer, and its boot id; `undefined` before the first. */
  readonly seen: { readonly start: number; readonly boot: Uint8Array } | undefined;
  /** C-13 fired: the peer is refused until an operator clears it. */
  readonly refused: boolean;
  /** Epoch milliseconds of the cures by configuration of the last 24 hours, ascending. */
  readonly cures: readonly number[];
};

export type PairStore = {
  /** A peer without a row has the empty record. */
  readonly get: (peer: number) => PairRecord;
  readonly list: () => readonly PairRecord[];
  /**
   * Reserves a generation number, durably, before the join of a pair set-up is signed. Throws
   * PairRefused: `needs-approval` (C-26), `generation-not-new` or `generation-too-far` (C-24, more
   * than 2^16 above), `peer-refused` (C-13 fired earlier).
   */
  readonly reserveGeneration: (peer: number, generation: number) => PairRecord;
  /**
   * Marks every generation of this peer BURNED and sets NEEDS_APPROVAL in one durable write (spec
   * §13.2). To be called before any outward reaction. Idempotent.
   */
  readonly burn: (peer: number) => PairRecord;
  /** A set-up failed by C-23. The third since the last approval sets NEEDS_APPROVAL (C-26). */
  readonly countFailedSetup: (peer: number) => PairRecord;
  /**
   * Ends NEEDS_APPROVAL. By configuration (`cureBurnsAutomatically`) at most 3 times per peer in 24
   * hours, then PairRefused `cure-limit` (C-26); an operator is not limited. Does nothing when no
   * approval is owed.
   */
  readonly approve: (peer: number, by: 'operator' | 'configuration') => PairRecord;
  /**
   * C-13 on the start and boot id of an authenticated join of the peer. `newBoot`: the peer runs in
   * another process than before. Throws PairRefused:
   * `start-reused`, after having stored that the peer is refused from now on: one start with two boot
   * ids is a proof; `start-went-back`, which refuses this join only: a relay may have kept it;
   * `peer-refused`.
   */
  readonly recordPeerStart: (
    peer: number,
    seen: { readonly start: number; readonly boot: Uint8Array },
  ) => { readonly newBoot: boolean };
  /** Stores that C-13 fired by two joins with equal tick. Idempotent. */
  readonly refusePeer: (peer: number) => PairRecord;
};

// ---------------------------------------------------------------------------------------------
// Storage: request ledger

export type LedgerItem = {
  /** 32 bytes. */
  readonly digest: Uint8Array;
  /** Non-hardened indices, each below 2^31. */
  readonly path: readonly number[];
};

/** A request that passed the authority, as it is first written. */
export type Acceptance = {
  /** 32 bytes; the hash of the stamped bytes, so equal hashes mean equal bytes. */
  readonly request32: Uint8Array;
  readonly kind: 'sign' | 'create-wallet';
  /** UUID of the client; one name space for all clients and both kinds. */
  readonly requestId: string;
  readonly clientId: string;
  /** 32 bytes: the wallet's key, or the key id to be created. */
  readonly keyId: Uint8Array;
  /** In the request's order; empty for `create-wallet`. */
  readonly items: readonly LedgerItem[];
  /** Epoch milliseconds. */
  readonly notAfter: number;
};

/** A final signature of one item; public. */
export type StoredSignature = {
  /** 32 bytes, big-endian. */
  readonly r: Uint8Array;
  /** 32 bytes, big-endian, low. */
  readonly s: Uint8Array;
  /** 0..3. */
  readonly recid: number;
  /** The raw transaction where there is one, else empty. */
  readonly signedPayload: Uint8Array;
};

export type LedgerAttempt = {
  /** u32. */
  readonly attempt: number;
  /** 32 bytes. */
  readonly ctx: Uint8Array;
};

export type LedgerRecord = Acceptance & {
  /** Epoch milliseconds. */
  readonly acceptedAt: number;
  /** COMMITTED attempts, ascending. */
  readonly attempts: readonly LedgerAttempt[];
  /** One per item once the request is final. */
  readonly results: readonly StoredSignature[] | undefined;
};

/**
 * The request ledger (spec §10.3, C-16, C-49). All rows of one turn of the event loop share one
 * commit; a verb's promise resolves after it. When the commit fails, every verb of it rejects with
 * StoreUnavailable and nothing counts as written.
 */
export type Ledger = {
  /**
   * First acceptance, before the signed join. The same request again resolves to the stored record.
   * Rejects with LedgerConflict: `other-bytes` (this request_id, another request), `other-content`
   * (this request32 with another key, items or id: alarm).
   */
  readonly accept: (acceptance: Acceptance) => Promise<LedgerRecord>;
  /** Throws LedgerConflict `attempt-used` (C-16) or `not-accepted`; for R0, before the join. */
  readonly requireNewAttempt: (request32: Uint8Array, attempt: number) => void;
  /** COMMITTED, before R3 or O1 leaves (C-49). Rejects as {@link Ledger.requireNewAttempt}. */
  readonly commit: (request32: Uint8Array, attempt: LedgerAttempt) => Promise<void>;
  /**
   * Stores the final signatures, one per item. The first ones stay: resolves to what is stored.
   * Rejects with LedgerConflict `not-accepted`.
   */
  readonly finish: (
    request32: Uint8Array,
    results: readonly StoredSignature[],
  ) => Promise<readonly StoredSignature[]>;
  readonly get: (request32: Uint8Array) => LedgerRecord | undefined;
  readonly getByRequestId: (requestId: string) => LedgerRecord | undefined;
  /** Deletes what expired more than 7 days ago; the number of requests deleted. */
  readonly prune: () => Promise<number>;
};
