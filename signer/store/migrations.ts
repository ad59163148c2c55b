/**
 * Schemas of the signer's two databases, as numbered migrations: entry k brings `user_version` from
 * k to k + 1. An entry that was released is never edited.
 * @module
 */

/** keys.db: identity, start number, sealed shares, tombstones, pair records. */
export const KEYS_MIGRATIONS: readonly string[] = [
  `CREATE TABLE identity (
     id       INTEGER PRIMARY KEY CHECK (id = 1),
     identity BLOB NOT NULL,
     hedge    BLOB NOT NULL
   ) STRICT;
   CREATE TABLE starts (
     id    INTEGER PRIMARY KEY CHECK (id = 1),
     start INTEGER NOT NULL,
     mac   BLOB NOT NULL
   ) STRICT;
   CREATE TABLE keys (
     key_id        BLOB NOT NULL CHECK (length(key_id) = 32),
     epoch         INTEGER NOT NULL,
     state         TEXT NOT NULL CHECK (state IN ('pending', 'active')),
     sid           BLOB NOT NULL,
     sealed_share  BLOB NOT NULL,
     public_record BLOB NOT NULL,
     own_r4        BLOB NOT NULL,
     certificate   BLOB,
     created_at    INTEGER NOT NULL,
     mac           BLOB NOT NULL,
     PRIMARY KEY (key_id, epoch),
     CHECK ((state = 'active') = (certificate IS NOT NULL))
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE tombstones (
     key_id     BLOB PRIMARY KEY CHECK (length(key_id) = 32),
     sid        BLOB NOT NULL,
     created_at INTEGER NOT NULL,
     mac        BLOB NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE pairs (
     peer               INTEGER PRIMARY KEY CHECK (peer BETWEEN 1 AND 255),
     largest_generation INTEGER NOT NULL,
     burned_up_to       INTEGER NOT NULL,
     needs_approval     INTEGER NOT NULL,
     failed_setups      INTEGER NOT NULL,
     largest_start      INTEGER,
     boot32             BLOB,
     refused            INTEGER NOT NULL,
     cures              BLOB NOT NULL,
     mac                BLOB NOT NULL
   ) STRICT;
   CREATE TABLE peer_starts (
     peer   INTEGER NOT NULL CHECK (peer BETWEEN 1 AND 255),
     start  INTEGER NOT NULL,
     boot32 BLOB NOT NULL CHECK (length(boot32) = 32),
     mac    BLOB NOT NULL,
     PRIMARY KEY (peer, start)
   ) STRICT, WITHOUT ROWID;`,
];

/** ledger.db: a full or damaged ledger must not reach the shares. */
export const LEDGER_MIGRATIONS: readonly string[] = [
  `CREATE TABLE requests (
     request32   BLOB PRIMARY KEY CHECK (length(request32) = 32),
     kind        TEXT NOT NULL CHECK (kind IN ('sign', 'create-wallet')),
     request_id  TEXT NOT NULL UNIQUE,
     client_id   TEXT NOT NULL,
     key_id      BLOB NOT NULL,
     items       BLOB NOT NULL,
     not_after   INTEGER NOT NULL,
     accepted_at INTEGER NOT NULL,
     mac         BLOB NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX requests_by_not_after ON requests (not_after);
   CREATE TABLE attempts (
     request32 BLOB NOT NULL REFERENCES requests ON DELETE CASCADE,
     attempt   INTEGER NOT NULL,
     ctx       BLOB NOT NULL,
     mac       BLOB NOT NULL,
     PRIMARY KEY (request32, attempt)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE results (
     request32  BLOB PRIMARY KEY REFERENCES requests ON DELETE CASCADE,
     signatures BLOB NOT NULL,
     mac        BLOB NOT NULL
   ) STRICT, WITHOUT ROWID;`,
];
