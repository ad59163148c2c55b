/**
 * A whole signer, put together from its parts; everything that reaches the outside is passed in.
 * @module
 */
import type { Logger } from 'pino';
import {
  hedgedDraw,
  type ArithFactory,
  type Draw,
  type PartyIndex,
  type RandomBytes,
} from '../core/index.ts';
import { createAuthority, type Authority } from './authority/authority.ts';
import type { SignerConfig } from './config.ts';
import type { DeviceSecrets } from './identity.ts';
import { KeyVault } from './keys/key-vault.ts';
import { createMetrics, createObserver, type SignerMetrics } from './log.ts';
import { createPeerStarts } from './pairs/peer-starts.ts';
import { PairTable } from './pairs/pair-table.ts';
import type { Clock, Sealer, SignerStore } from './ports.ts';
import { registerService, type ServingSide } from './service.ts';
import { SessionTable } from './sessions/session-table.ts';
import type { Trust } from './trust.ts';

export type SignerModules = {
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly createArith: ArithFactory;
  readonly sealer: Sealer;
  readonly store: SignerStore;
  readonly secrets: DeviceSecrets;
  readonly trust: Trust;
  readonly log: Logger;
  readonly setTimer: (ms: number, action: () => void) => () => void;
  /** Told once when own state is damaged: it must no longer count as serving. */
  readonly onFault: () => void;
};

export type Signer = {
  readonly serve: (server: ServingSide, version: string) => void;
  readonly metrics: SignerMetrics;
  /** This signer's side of every pair. */
  readonly pairs: PairTable;
  /** Takes nothing new, waits for running sessions, wipes pair states and shares. */
  readonly drain: (ms: number) => Promise<void>;
};

const BOOT_BYTES = 32;

/** Draws of all sessions share one counter, so that no two can be equal (spec §1.7). */
function createDraws(
  { random, secrets }: SignerModules,
  boot: Uint8Array,
): (ctx: Uint8Array) => Draw {
  let counter = 0n;
  const nextCounter = (): bigint => (counter += 1n);
  return (ctx) => hedgedDraw({ hedge: secrets.hedge, boot, ctx }, { random, nextCounter });
}

function createVault(config: SignerConfig, modules: SignerModules): KeyVault {
  const { store, sealer, createArith, trust } = modules;
  const owner = { cluster: config.cluster, index: config.index };
  const { maxCachedShares } = config.limits;
  const options = { owner, maxCachedShares, operatorKeys: trust.operatorKeys };
  return new KeyVault(options, { store: store.keys, sealer, createArith });
}

/** The signer's judgement, over its own records of ACTIVE keys. */
function createOwnAuthority(
  config: SignerConfig,
  { trust, clock }: SignerModules,
  vault: KeyVault,
): Authority {
  const { allowLowThreshold } = config;
  return createAuthority(
    { clients: trust.clients, allowLowThreshold },
    {
      clock,
      walletOf: (keyId) => {
        const found = vault.view(keyId);
        return found?.state === 'active' ? found : undefined;
      },
    },
  );
}

/** Everything that sessions share. */
type Heart = {
  readonly boot: Uint8Array;
  readonly peers: readonly PartyIndex[];
  readonly vault: KeyVault;
  readonly pairs: PairTable;
  readonly sessions: SessionTable;
  readonly metrics: SignerMetrics;
};

function createHeart(config: SignerConfig, modules: SignerModules): Heart {
  const { store, trust, clock, random, secrets, log } = modules;
  const { index: self, cureBurnsAutomatically } = config;
  const boot = random(BOOT_BYTES);
  const peers = trust.roster.signers.map(({ index }) => index).filter((index) => index !== self);
  const vault = createVault(config, modules);
  const onBurned = (peer: PartyIndex): void => {
    sessions.endWith(peer);
  };
  const pairs = new PairTable(
    { peers, cureBurnsAutomatically },
    { store: store.pairs, clock, onBurned },
  );
  const metrics = createMetrics(() => sessions.size);
  const sessions = new SessionTable(
    { self, boot, start: store.start, ...trust, ...config.limits },
    {
      ...modules,
      identity: secrets.identity,
      authority: createOwnAuthority(config, modules, vault),
      starts: createPeerStarts(store.pairs),
      drawFor: createDraws(modules, boot),
      observer: createObserver(log, metrics, modules.onFault),
      ledger: store.ledger,
      keys: store.keys,
      pairs,
      vault,
    },
  );
  return { boot, peers, vault, pairs, sessions, metrics };
}

export function createSigner(config: SignerConfig, modules: SignerModules): Signer {
  const { store, secrets, trust, sealer, createArith, log } = modules;
  const { boot, peers, vault, pairs, sessions, metrics } = createHeart(config, modules);
  const { cluster, index } = config;
  const { publicKey: identityKey } = secrets.identity;
  const rosterVersion = trust.roster.version;
  return {
    metrics,
    pairs,
    serve: (server, version) => {
      registerService(
        server,
        { index, cluster, rosterVersion, peers, boot, version, identityKey, sealer: sealer.id },
        {
          ...{ sessions, pairs, vault, store, createArith },
          rosters: [trust.roster, ...(trust.previousRoster ? [trust.previousRoster] : [])],
          onRefusedFrame: (error) => {
            log.warn({ field: error.field }, 'a frame did not decode');
          },
        },
      );
    },
    drain: async (ms) => {
      await sessions.drain(ms);
      pairs.eraseAll();
      vault.forgetShares();
    },
  };
}
