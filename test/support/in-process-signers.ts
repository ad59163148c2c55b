/**
 * Whole signers in this process: real stores in temporary directories, a sealer in memory, clock
 * and timers by hand, the service's own handlers without gRPC. Frames cross the one codec both
 * ways. Every line of log and every frame is kept, for those who look for secrets in them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { pino } from 'pino';
import type { Test } from 'tap';
import { createReferenceArith, type ArithFactory, type PartyIndex } from '../../core/index.ts';
import { parseConfig, type SignerConfig } from '../../signer/config.ts';
import { openDeviceSecrets, type DeviceSecrets } from '../../signer/identity.ts';
import type { SealContext, Sealer, SignerStore } from '../../signer/ports.ts';
import type { Grant } from '../../signer/authority/clients.ts';
import { createSigner, type Signer } from '../../signer/signer.ts';
import { openSignerStore } from '../../signer/store/store.ts';
import type { Trust } from '../../signer/trust.ts';
import { decodeFrame, encodeFrame, type Frame } from '../../wire/relay-frame.ts';
import type { RelayListener } from '../../wire/relay.ts';
import { coreRosterOf, stampRoster, type RosterDocument } from '../../wire/roster.ts';
import type { RelayHandler, Handler } from '../../wire/server.ts';
import type { Method } from '../../wire/services.ts';
import type { PeerIdentity } from '../../wire/spiffe.ts';
import { parseStampPrivateKey, stampKeyOf, type StampKey, type Stamper } from '../../wire/stamp.ts';
import { createTestClient, type TestClient } from './client-requests.ts';
import { dealPair } from './dealer.ts';
import { createMemorySealer, type MemorySealer } from './memory-sealer.ts';
import { RelayBus, type Connect } from './relay-bus.ts';
import { freshSeed, randomOf, seededRandom, type SeededRandom } from './rng.ts';

export const CLUSTER = 'test';
const COORDINATOR: PeerIdentity = { cluster: CLUSTER, role: 'coordinator', name: 'a' };

/** Wall clock and timers that move together, by hand. */
export type ManualTime = {
  readonly now: () => number;
  readonly setTimer: (ms: number, action: () => void) => () => void;
  /** Fires what falls due on the way. */
  readonly advance: (ms: number) => void;
};

function manualTime(start = 1_800_000_000_000): ManualTime {
  let now = start;
  const timers = new Set<{ readonly at: number; readonly action: () => void }>();
  return {
    now: () => now,
    setTimer: (ms, action) => {
      const timer = { at: now + ms, action };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance: (ms) => {
      const end = now + ms;
      const next = (): { at: number; action: () => void } | undefined =>
        [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      for (let timer = next(); timer !== undefined; timer = next()) {
        timers.delete(timer);
        now = timer.at;
        timer.action();
      }
      now = end;
    },
  };
}

export type SignersOptions = {
  /** Default 1, 2, 3. */
  readonly indices?: readonly PartyIndex[];
  /** Default: one client `demo` that may create, and sign everything with all wallets. */
  readonly clients?: readonly { readonly client: TestClient; readonly grants: readonly Grant[] }[];
  readonly config?: Partial<Pick<SignerConfig, 'allowLowThreshold' | 'cureBurnsAutomatically'>> & {
    readonly limits?: Partial<SignerConfig['limits']>;
  };
  /** What a signer uses in place of its store, its sealer or its arithmetic. */
  readonly store?: (store: SignerStore, index: PartyIndex) => SignerStore;
  readonly sealer?: (sealer: MemorySealer, index: PartyIndex) => Sealer;
  readonly createArith?: (index: PartyIndex) => ArithFactory;
  /** Epoch milliseconds at which the clock stands; where it meets a real one, the real time. */
  readonly startsAt?: number;
  /** Sees a copy of everything that is sealed: shares, and the device secrets at the first start. */
  readonly onSealed?: (plaintext: Uint8Array, context: SealContext) => void;
  /** What every signer trusts in place of what they would. */
  readonly trust?: (trust: Trust, operator: Stamper) => Promise<Trust>;
};

const ALL_GRANTS: readonly Grant[] = [
  { action: 'create' },
  { action: 'sign', wallets: ['*'], purposes: ['evm', 'raw'] },
];

/** One signer; {@link Signers.restart} gives it another process life over the same directory. */
export type InProcessSigner = {
  readonly index: PartyIndex;
  readonly dataDir: string;
  readonly sealer: MemorySealer;
  readonly secrets: DeviceSecrets;
  readonly store: SignerStore;
  readonly signer: Signer;
  readonly config: SignerConfig;
  /** Calls a unary method as the coordinator does. */
  readonly call: <Req, Res>(method: Method<Req, Res>, request: Req) => Promise<Res>;
  /** Opens a relay stream. `end` on the link cuts it. */
  readonly openRelay: (onFrame: (frame: Frame) => void) => RelayEnd;
};
type RelayEnd = {
  /** Several frames arrive in one turn, as those of one gRPC message do. */
  readonly send: (...frames: readonly Frame[]) => void;
  readonly end: () => void;
};

export type Signers = {
  readonly bus: RelayBus;
  readonly time: ManualTime;
  readonly random: SeededRandom;
  readonly client: TestClient;
  readonly roster: RosterDocument;
  /** The operator whose stamp the roster carries. */
  readonly operatorKey: StampKey;
  readonly at: (index: PartyIndex) => InProcessSigner;
  readonly indices: readonly PartyIndex[];
  /** Makes every pair ACTIVE with dealt states: a set-up costs a second a side. */
  readonly dealPairs: (generation?: number) => void;
  readonly restart: (index: PartyIndex) => Promise<InProcessSigner>;
  /** Cuts the streams of a signer and closes its store. */
  readonly stop: (index: PartyIndex) => Promise<void>;
  /** Every line logged at any level, by all signers. */
  readonly logs: readonly string[];
  /** Signers that found own state damaged, in order. */
  readonly faults: readonly PartyIndex[];
};

type Device = { readonly dataDir: string; readonly sealer: MemorySealer };

function configOf(index: PartyIndex, dataDir: string, changes: SignersOptions['config'] = {}) {
  const yaml = `
cluster: ${CLUSTER}
index: ${index}
dataDir: ${dataDir}
listen: { grpc: '127.0.0.1:0', http: '127.0.0.1:0' }
tls: { cert: c, key: k, ca: ca }
roster: roster.json
operatorKeys: [operator.pem]
clients: []
sealer: { provider: file, passphraseFile: p }
`;
  const config = parseConfig({ yaml, path: join(dataDir, 'signer.yaml'), env: {} });
  return { ...config, ...changes, limits: { ...config.limits, ...changes.limits } };
}

/** Frames cross in a later turn of the event loop, as they do over a network. */
const turn = (action: () => void): void => void setImmediate(action);

function watched(sealer: MemorySealer, onSealed: SignersOptions['onSealed']): MemorySealer {
  if (onSealed === undefined) return sealer;
  return {
    ...sealer,
    seal: (plaintext, context) => {
      onSealed(plaintext.slice(), context);
      return sealer.seal(plaintext, context);
    },
  };
}

/** The handlers that a signer registers, reachable without gRPC. */
function createServing() {
  const handlers = new Map<string, (request: Uint8Array) => Promise<Uint8Array>>();
  let relay: RelayHandler | undefined;
  const context = {
    ...{ peer: COORDINATOR, method: 'test', deadline: Infinity },
    signal: new AbortController().signal,
  };
  return {
    server: {
      handle: <Req, Res>(method: Method<Req, Res>, handler: Handler<Req, Res>): void => {
        handlers.set(method.path, async (bytes) =>
          method.response.encode(await handler(method.request.decode(bytes), context)),
        );
      },
      handleRelay: (handler: RelayHandler): void => {
        relay = handler;
      },
    },
    call: async <Req, Res>(method: Method<Req, Res>, request: Req): Promise<Res> => {
      const handler = handlers.get(method.path);
      if (handler === undefined) throw new Error(`not served: ${method.name}`);
      return method.response.decode(await handler(method.request.encode(request)));
    },
    openRelay: (onFrame: (frame: Frame) => void): RelayEnd => {
      let isOpen = true;
      const stream = {
        send: (frame: Frame): void => {
          const bytes = encodeFrame(frame);
          turn(() => {
            if (isOpen) onFrame(decodeFrame(bytes));
          });
        },
        close: (): void => undefined,
        isOpen: () => isOpen,
      };
      const listener: RelayListener | undefined = relay?.(stream, COORDINATOR);
      return {
        send: (...frames) => {
          const all = frames.map(encodeFrame);
          turn(() => {
            for (const bytes of all) if (isOpen) listener?.onFrame(decodeFrame(bytes));
          });
        },
        end: () => {
          if (!isOpen) return;
          isOpen = false;
          listener?.onEnd(undefined);
        },
      };
    },
  };
}

/** Starts signers that trust one another and connects them to a bus. They end with the test. */
export async function startSigners(t: Test, options: SignersOptions = {}): Promise<Signers> {
  const { signers, close } = await launchSigners(options, randomOf(t));
  t.teardown(close);
  return signers;
}

/** The same around one body, for tests that have no `t`. */
export async function withSigners(
  options: SignersOptions,
  body: (signers: Signers) => Promise<void>,
): Promise<void> {
  const seed = freshSeed();
  const { signers, close } = await launchSigners(options, seededRandom(seed));
  try {
    await body(signers);
  } finally {
    await close();
  }
}

async function launchSigners(
  options: SignersOptions,
  random: SeededRandom,
): Promise<{ readonly signers: Signers; readonly close: () => Promise<void> }> {
  const { indices = [1, 2, 3] } = options;
  const time = manualTime(options.startsAt);
  const logs: string[] = [];
  const faults: PartyIndex[] = [];
  const bus = new RelayBus();
  const client = options.clients?.[0]?.client ?? createTestClient();
  const clients = options.clients ?? [{ client, grants: ALL_GRANTS }];
  const devices = new Map<PartyIndex, Device>();
  const running = new Map<PartyIndex, InProcessSigner & { readonly end: () => void }>();

  const openDevice = async (index: PartyIndex) => {
    const { dataDir, sealer } = devices.get(index) ?? {
      dataDir: await mkdtemp(join(tmpdir(), 'trefoil-signer-')),
      sealer: watched(createMemorySealer(), options.onSealed),
    };
    devices.set(index, { dataDir, sealer });
    const locked = openSignerStore({ dataDir }, { clock: time });
    const owner = { cluster: CLUSTER, index };
    const secrets = await openDeviceSecrets(locked, owner, { sealer, random: random.bytes });
    return { dataDir, sealer, locked, secrets };
  };

  const opened = await Promise.all(
    indices.map(async (index) => [index, await openDevice(index)] as const),
  );
  const roster: RosterDocument = {
    ...{ cluster: CLUSTER, version: 1, t: 2 },
    signers: opened.map(([index, { secrets }]) => ({
      ...{ index, identityKey: secrets.identity.publicKey },
      address: `127.0.0.1:${7400 + index}`,
    })),
  };
  const operator = generateKeyPairSync('ed25519');
  const operatorPem = operator.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const operatorStamper = parseStampPrivateKey(operatorPem);
  const signed = await stampRoster(roster, operatorStamper);
  const plainTrust: Trust = {
    document: roster,
    roster: coreRosterOf(roster),
    previousRoster: undefined,
    signedRosters: new Map([[1, signed]]),
    operatorKeys: [stampKeyOf(operator.publicKey)],
    clients: clients.map(({ client: { id, stampKey }, grants }) => ({
      id,
      grants,
      keys: [stampKey],
    })),
  };

  const trust = (await options.trust?.(plainTrust, operatorStamper)) ?? plainTrust;

  const launch = (index: PartyIndex, device: Awaited<ReturnType<typeof openDevice>>) => {
    const { dataDir, sealer, locked, secrets } = device;
    const unlocked = locked.unlock(secrets.macKey);
    const store = options.store?.(unlocked, index) ?? unlocked;
    const config = configOf(index, dataDir, options.config);
    const log = pino(
      { level: 'trace', base: { signer: index } },
      { write: (line) => void logs.push(line) },
    );
    const signer = createSigner(config, {
      ...{ clock: time, random: random.bytes, store, secrets, trust, log },
      createArith: options.createArith?.(index) ?? createReferenceArith,
      sealer: options.sealer?.(sealer, index) ?? sealer,
      setTimer: time.setTimer,
      onFault: () => void faults.push(index),
    });
    const serving = createServing();
    signer.serve(serving.server, '0.0.0');
    const ends: (() => void)[] = [];
    const openRelay: InProcessSigner['openRelay'] = (onFrame) => {
      const link = serving.openRelay(onFrame);
      ends.push(link.end);
      return link;
    };
    const end = (): void => {
      for (const cut of ends) cut();
    };
    const { call } = serving;
    running.set(index, {
      index,
      dataDir,
      sealer,
      secrets,
      store,
      signer,
      config,
      call,
      openRelay,
      end,
    });
    bus.connect(index, openRelay satisfies Connect);
  };
  for (const [index, device] of opened) launch(index, device);

  const at = (index: PartyIndex): InProcessSigner => {
    const found = running.get(index);
    if (found === undefined) throw new Error(`signer ${index} does not run`);
    return found;
  };
  const stop = async (index: PartyIndex): Promise<void> => {
    const signer = running.get(index);
    if (signer === undefined) return;
    running.delete(index);
    bus.disconnect(index);
    signer.end();
    await signer.store.close();
  };
  const close = async (): Promise<void> => {
    for (const index of indices) await stop(index);
    for (const { dataDir } of devices.values()) await rm(dataDir, { recursive: true, force: true });
  };
  const signers: Signers = {
    ...{ bus, time, random, client, roster, at, indices, stop, logs, faults },
    operatorKey: stampKeyOf(operator.publicKey),
    dealPairs: (generation = 1) => {
      for (const a of indices) {
        for (const b of indices.filter((other) => other > a)) {
          for (const pair of dealPair(random, a, b, generation)) {
            const { pairs } = at(pair.self).signer;
            pairs.beginSetup(pair.peer, generation);
            pairs.addPending(pair);
            pairs.activate(pair);
            pairs.endSetup(pair.peer, generation);
          }
        }
      }
    },
    restart: async (index) => {
      await stop(index);
      launch(index, await openDevice(index));
      return at(index);
    },
  };
  return { signers, close };
}
