/** Signer stores in temporary directories, with a clock by hand. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Acceptance, Clock, NewKey, SignerStore } from '../../signer/ports.ts';
import { openSignerStore } from '../../signer/store/store.ts';

export type ManualClock = Clock & { readonly advance: (ms: number) => void };

export function manualClock(start = 1_800_000_000_000): ManualClock {
  let now = start;
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
  };
}

export const MAC_KEY = sha256('mac key of the tests');

export function sha256(text: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(text).digest());
}

/** Opens `dataDir` as a signer's start-up does, with an identity made up where there is none. */
export function openStore(
  dataDir: string,
  clock: Clock = manualClock(),
  macKey: Uint8Array = MAC_KEY,
): SignerStore {
  const locked = openSignerStore({ dataDir }, { clock });
  try {
    if (!locked.readIdentity())
      locked.createIdentity({ identity: Uint8Array.of(1), hedge: Uint8Array.of(2) });
    return locked.unlock(macKey);
  } catch (error) {
    void locked.close();
    throw error;
  }
}

export type StoreFixture = {
  readonly dataDir: string;
  readonly clock: ManualClock;
  /** The open store; another one after {@link StoreFixture.restart}. */
  readonly store: () => SignerStore;
  readonly restart: () => Promise<SignerStore>;
  /** Closes the store, changes a database behind its back, and leaves it closed. */
  readonly tamper: (
    file: 'keys.db' | 'ledger.db',
    change: (db: DatabaseSync) => void,
  ) => Promise<void>;
};

/** Runs `body` on a store in a new directory; both are gone afterwards. */
export async function withStore(body: (fixture: StoreFixture) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'trefoil-store-'));
  const clock = manualClock();
  let store: SignerStore | undefined;
  const opened = (): SignerStore => (store ??= openStore(dataDir, clock));
  const close = async (): Promise<void> => {
    await store?.close();
    store = undefined;
  };
  try {
    opened();
    await body({
      dataDir,
      clock,
      store: opened,
      restart: async () => {
        await close();
        return opened();
      },
      tamper: async (file, change) => {
        await close();
        const database = new DatabaseSync(join(dataDir, file));
        try {
          change(database);
        } finally {
          database.close();
        }
      },
    });
  } finally {
    await close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

export function newKey(name: string, changes: Partial<NewKey> = {}): NewKey {
  return {
    keyId: sha256(`key ${name}`),
    epoch: 0,
    sid: sha256(`sid ${name}`),
    sealedShare: Buffer.from(`sealed share of ${name}`),
    publicRecord: Buffer.from(`public record of ${name}`),
    ownR4: Buffer.from(`own R4 of ${name}`),
    ...changes,
  };
}

/** The acceptance of a request with two items; `bytes` stands for the stamped bytes. */
export function acceptance(
  requestId: string,
  bytes = requestId,
  changes: Partial<Acceptance> = {},
): Acceptance {
  return {
    request32: sha256(`request ${bytes}`),
    kind: 'sign',
    requestId,
    clientId: 'demo',
    keyId: sha256('key of the wallet'),
    items: [
      { digest: sha256(`digest 1 of ${bytes}`), path: [] },
      { digest: sha256(`digest 2 of ${bytes}`), path: [0, 2 ** 31 - 1] },
    ],
    notAfter: 1_800_000_060_000,
    ...changes,
  };
}

/** What a promise or call fails with; fails the test where it does not. */
export async function failureOf(body: () => unknown): Promise<Error> {
  try {
    await body();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
