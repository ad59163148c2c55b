/**
 * Opening a signer's data directory: lock, schemas, then, once the hedge secret is unsealed, the
 * start number and the authenticated stores.
 * @module
 */
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { InvariantViolation } from '../../core/index.ts';
import type { Clock, LockedStore, SignerStore } from '../ports.ts';
import { lockDataDirectory } from './data-directory.ts';
import { openDatabase, translated, truncateLog } from './database.ts';
import { createIdentity, readIdentity } from './identity.ts';
import { createKeyStore } from './keys.ts';
import { createLedger, type ClosableLedger } from './ledger.ts';
import { KEYS_MIGRATIONS, LEDGER_MIGRATIONS } from './migrations.ts';
import { createPairStore } from './pairs.ts';
import { createRowMac } from './row-mac.ts';
import { nextStart } from './starts.ts';

export type StoreOptions = {
  /** Created where missing, mode 0700. On a local disk: locks do not reach over networks. */
  readonly dataDir: string;
};

export type StoreModules = { readonly clock: Clock };

/**
 * Locks `dataDir` and opens its databases. Throws DataDirectoryLocked, SchemaTooNew, StoreCorrupted
 * or StoreUnavailable, and holds nothing then.
 */
export function openSignerStore(options: StoreOptions, modules: StoreModules): LockedStore {
  const opened: { close: () => void }[] = [];
  const closeAll = (): void => {
    for (const resource of opened.splice(0).reverse()) resource.close();
  };
  try {
    const lock = lockDataDirectory(options.dataDir);
    opened.push({ close: lock.release });
    const keysDatabase = openDatabase(join(options.dataDir, 'keys.db'), KEYS_MIGRATIONS);
    opened.push(keysDatabase);
    const ledgerDatabase = openDatabase(join(options.dataDir, 'ledger.db'), LEDGER_MIGRATIONS);
    opened.push(ledgerDatabase);
    return createLockedStore({ keysDatabase, ledgerDatabase, closeAll }, modules);
  } catch (error) {
    closeAll();
    throw error;
  }
}

type OpenFiles = {
  readonly keysDatabase: DatabaseSync;
  readonly ledgerDatabase: DatabaseSync;
  /** Closes the databases, then releases the lock. */
  readonly closeAll: () => void;
};

function createLockedStore(files: OpenFiles, modules: StoreModules): LockedStore {
  let unlocked: SignerStore | undefined;
  return {
    readIdentity: () => readIdentity(files.keysDatabase),
    createIdentity: (blobs) => {
      createIdentity(files.keysDatabase, blobs);
    },
    unlock: (macKey) => {
      if (unlocked) throw new InvariantViolation('the store is unlocked already');
      unlocked = unlock(files, macKey, modules);
      return unlocked;
    },
    close: async () => {
      if (unlocked) await unlocked.close();
      else files.closeAll();
    },
  };
}

function unlock(files: OpenFiles, macKey: Uint8Array, { clock }: StoreModules): SignerStore {
  const { keysDatabase, ledgerDatabase } = files;
  const mac = createRowMac(macKey);
  const pairs = createPairStore(keysDatabase, mac, clock);
  pairs.list(); // every pair record authenticates before this process counts as started (C-60)
  const start = nextStart(keysDatabase, mac);
  const ledger = createLedger(ledgerDatabase, mac, clock);
  return {
    start,
    keys: createKeyStore(keysDatabase, mac, clock),
    pairs,
    ledger,
    checkpoint: () => {
      translated('the data directory', () => {
        truncateLog(keysDatabase);
        truncateLog(ledgerDatabase);
      });
    },
    close: async () => {
      closeStore(files, ledger);
      return Promise.resolve();
    },
  };
}

/** Commits what is queued, then closes; promises of that commit settle afterwards. */
function closeStore(files: OpenFiles, ledger: ClosableLedger): void {
  if (!files.keysDatabase.isOpen) return;
  ledger.close();
  try {
    truncateLog(files.keysDatabase);
    truncateLog(files.ledgerDatabase);
  } finally {
    files.closeAll();
  }
}
