/**
 * A coordinator over real signers in this process (in-process-signers.ts): the real protocol, no
 * gRPC, and a hand on every line.
 */
import { performance } from 'node:perf_hooks';
import type { Test } from 'tap';
import { Coordinator } from '../../coordinator/coordinator.ts';
import { createMetrics } from '../../coordinator/metrics.ts';
import type { Clock, SignerApi } from '../../coordinator/ports.ts';
import type { Connect, ConnectionEvents } from '../../coordinator/relay/link.ts';
import { openStore, type CoordinatorStore } from '../../coordinator/store/open.ts';
import { TIMING, type Timing } from '../../coordinator/timing.ts';
import { createReferenceArith, type PartyIndex } from '../../core/index.ts';
import type { Frame } from '../../wire/relay-frame.ts';
import type { StampedRequest } from '../../wire/request.ts';
import type { Method } from '../../wire/services.ts';
import { signerService } from '../../wire/services.ts';
import { TrefoilError } from '../../wire/status.ts';
import type { SignResponse } from '../../wire/wallet.ts';
import type { WalletRecord } from '../../coordinator/store/wallets.ts';
import { startSigners, type Signers, type SignersOptions } from './in-process-signers.ts';
import { createQuietLog, type QuietLog } from './quiet-log.ts';
import { until } from './until.ts';

/** The line to one signer. */
export type TestLine = {
  readonly connect: Connect;
  readonly api: SignerApi;
  /** Swallows everything in both directions while true, as a stopped process does. */
  silent: boolean;
  /** Frames from the signer that do not arrive. */
  loses: (frame: Frame) => boolean;
  /** Unary calls fail while true. */
  callsFail: boolean;
  /** Ends the connection and refuses new ones until `mend`. */
  readonly cut: () => void;
  readonly mend: () => void;
  readonly isOpen: () => boolean;
};

export type TestCoordinator = {
  readonly coordinator: Coordinator;
  readonly store: CoordinatorStore;
  readonly log: QuietLog;
  readonly line: (index: PartyIndex) => TestLine;
  /** Calls with ten seconds' time. */
  readonly createWallet: (stamped: StampedRequest, forMs?: number) => Promise<WalletRecord>;
  readonly sign: (stamped: StampedRequest, forMs?: number) => Promise<SignResponse>;
  /** Resolves when these signers and all pairs between them are usable. */
  readonly ready: (...indices: PartyIndex[]) => Promise<void>;
};

export type TestCoordinatorOptions = {
  /** A store to go on with; the caller closes it. */
  readonly store?: CoordinatorStore;
  readonly timing?: Partial<Record<keyof Timing, number>>;
};

/** Signers with all pairs set up: a coordinator would begin with that, for seconds of computing. */
export async function startPairedSigners(t: Test, options: SignersOptions = {}): Promise<Signers> {
  const signers = await startSigners(t, options);
  signers.dealPairs();
  return signers;
}

/** Starts a coordinator; it ends with the test. */
export async function startCoordinator(
  t: Test,
  signers: Signers,
  options: TestCoordinatorOptions = {},
): Promise<TestCoordinator> {
  const clock: Clock = {
    now: () => signers.time.now(),
    monotonicMs: () => performance.now(),
    after: (ms, action) => {
      const timer = setTimeout(action, ms);
      return () => {
        clearTimeout(timer);
      };
    },
  };
  const store = options.store ?? (await openStore({ path: ':memory:' }, clock));
  const log = createQuietLog();
  const lines = new Map(signers.indices.map((index) => [index, createLine(signers, index)]));
  const coordinator = new Coordinator(
    {
      roster: signers.roster,
      limits: { maxSessionsPerSigner: 16 },
      // The types of TIMING are its values; a test sets its own.
      timing: { ...TIMING, ...options.timing } as Timing,
    },
    {
      ...{ store, lines, clock, log },
      operatorKeys: [signers.operatorKey],
      arith: createReferenceArith,
      random: signers.random.bytes,
      metrics: createMetrics(),
    },
  );
  t.teardown(async () => {
    coordinator.close();
    if (!options.store) await store.close();
  });
  const line = (index: PartyIndex): TestLine => {
    const found = lines.get(index);
    if (!found) throw new Error(`there is no line to ${index}`);
    return found;
  };
  const limits = (forMs = 10_000) => ({
    deadline: clock.now() + forMs,
    signal: new AbortController().signal,
  });
  return {
    ...{ coordinator, store, log, line },
    createWallet: (stamped, forMs) => coordinator.creation.createWallet(stamped, limits(forMs)),
    sign: (stamped, forMs) => coordinator.signing.sign(stamped, limits(forMs)),
    ready: (...indices) =>
      until(`pairs among ${indices.join()}`, () =>
        indices.every((a) => indices.every((b) => a >= b || coordinator.fleet.pairUsable(a, b))),
      ),
  };
}

function createLine(signers: Signers, index: PartyIndex): TestLine {
  let isCut = false;
  let current: { readonly events: ConnectionEvents; readonly end: () => void } | undefined;
  const line: TestLine = {
    silent: false,
    loses: () => false,
    callsFail: false,
    connect: (events) => {
      if (isCut || !runs(signers, index)) {
        setImmediate(() => {
          events.closed('refused');
        });
        return { send: () => undefined, close: () => undefined };
      }
      const relay = signers.at(index).openRelay((frame) => {
        if (!line.silent && !line.loses(frame)) events.frame(frame);
      });
      const own = { events, end: relay.end };
      current = own;
      return {
        send: (frame) => {
          if (!line.silent) relay.send(frame);
        },
        close: () => {
          if (current === own) current = undefined;
          relay.end();
        },
      };
    },
    api: apiOf(signers, index, () => !isCut && !line.silent && !line.callsFail),
    cut: () => {
      isCut = true;
      const own = current;
      current = undefined;
      own?.end();
      own?.events.closed('cut');
    },
    mend: () => {
      isCut = false;
    },
    isOpen: () => current !== undefined,
  };
  return line;
}

function runs(signers: Signers, index: PartyIndex): boolean {
  try {
    return signers.at(index).index === index;
  } catch {
    return false;
  }
}

function apiOf(signers: Signers, index: PartyIndex, isReachable: () => boolean): SignerApi {
  const call = async <Req, Res>(method: Method<Req, Res>, request: Req): Promise<Res> => {
    if (!isReachable() || !runs(signers, index)) {
      throw new TrefoilError('PEER_UNAVAILABLE', `signer ${index} is not reachable`);
    }
    return signers.at(index).call(method, request);
  };
  return {
    getInfo: () => call(signerService.getInfo, {}),
    listKeys: (pageToken) => call(signerService.listKeys, { pageSize: 2, pageToken }),
    getKey: (keyId) => call(signerService.getKey, { keyId }),
    putCertificate: (certificate) => call(signerService.putCertificate, certificate),
    getResult: (requestId) => call(signerService.getResult, { requestId }),
  };
}
