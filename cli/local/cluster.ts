/**
 * A local cluster of real processes: prepared, started, handed out, stopped.
 * @module
 */
import type { Client } from '../../client/index.ts';
import { openClientFile } from '../open-client.ts';
import { type LocalChain, findAnvil, startChain } from './chain.ts';
import { describeCluster, removeClusterFile, writeClusterFile } from './cluster-file.ts';
import { DEMO_CLIENT } from './configs.ts';
import { signerIndices } from './credentials.ts';
import type { Runtime } from './environment.ts';
import { FIRST_PORT, type FolderWishes, checkWishes, wantedPorts } from './folder.ts';
import { type LocalLayout, layoutOf } from './layout.ts';
import { waitForLeftovers } from './leftovers.ts';
import { lockFolder } from './lock.ts';
import { type Member, startCoordinator, startSigner } from './members.ts';
import { waitForPairs } from './pairs.ts';
import { type DialAddress, type PrepareModules, prepareFolder } from './prepare.ts';
import { ProcessFailed, waitProbe } from './processes.ts';
import { type LocalState, readState } from './state.ts';
import { type EndListener, type Supervisor, createSupervisor } from './supervisor.ts';

const CLUSTER_NAME = 'local';
const DEFAULT_SIGNER_COUNT = 3;
const READY_TIMEOUT_MS = 60_000;
const LEFTOVER_TIMEOUT_MS = 20_000;
const PAIRS_TIMEOUT_MS = 120_000;

export type ClusterOptions = FolderWishes & {
  /** Undefined: the ports of the last start, or 7400 and up. 0: whatever is free. */
  readonly firstPort?: number | undefined;
  readonly withChain: boolean;
  /** Undefined: the coordinator dials each signer where it listens. */
  readonly dialAddress?: DialAddress;
};

export type ClusterModules = PrepareModules & {
  readonly runtime: Runtime;
  /** Shows that a phase runs. */
  readonly phase: <T>(title: string, run: () => Promise<T>) => Promise<T>;
};

/** Milliseconds. */
export type ClusterTimings = { readonly boot: number; readonly pairSetup: number };

export type LocalCluster = {
  readonly layout: LocalLayout;
  readonly state: LocalState;
  readonly timingsMs: ClusterTimings;
  readonly chain: LocalChain | undefined;
  readonly signers: () => readonly { readonly index: number; readonly member: Member }[];
  readonly signer: (index: number) => Member;
  readonly coordinator: () => Member;
  /** A client with the demonstration's identity; the caller closes it. */
  readonly openClient: () => Client;
  /** Starts a signer that has ended again, where it was, and waits until it is ready. */
  readonly restartSigner: (index: number) => Promise<void>;
  readonly restartCoordinator: () => Promise<void>;
  /** Waits until every pair of signers is set up. */
  readonly waitForPairs: () => Promise<void>;
  /** Calls `listener` for each process that ends before `stop`. */
  readonly onUnexpectedEnd: (listener: EndListener) => void;
  readonly stop: () => Promise<void>;
  /** Kills every process at once. */
  readonly kill: () => void;
};

/** The processes of a cluster; a restarted one takes the place of its predecessor. */
type Members = { readonly signers: Map<number, Member>; coordinator: Member };

type Running = {
  readonly layout: LocalLayout;
  readonly state: LocalState;
  readonly runtime: Runtime;
  readonly supervisor: Supervisor;
};

async function bootChain({
  layout,
  state,
  runtime,
  supervisor,
}: Running): Promise<LocalChain | undefined> {
  const anvil = findAnvil(runtime.env['PATH'] ?? '');
  if (anvil === undefined) return undefined;
  return startChain(
    {
      anvil,
      port: state.ports.chain,
      dir: layout.chain.dir,
      stateFile: layout.chain.state,
      logFile: layout.chain.log,
      runtime,
    },
    supervisor.add,
  );
}

async function ready({ process, listen }: Member): Promise<void> {
  await waitProbe(process, listen.http, READY_TIMEOUT_MS);
}

function bootSigner({ layout, state, runtime, supervisor }: Running, index: number): Member {
  const member = startSigner(layout, state, index, runtime);
  supervisor.add(member.process);
  return member;
}

function bootCoordinator({ layout, state, runtime, supervisor }: Running): Member {
  const member = startCoordinator(layout, state, runtime);
  supervisor.add(member.process);
  return member;
}

/** Starts everything at once and waits until each process says that it is ready. */
async function boot(
  running: Running,
  withChain: boolean,
): Promise<{ members: Members; chain: LocalChain | undefined }> {
  const signers = new Map<number, Member>();
  for (const index of signerIndices(running.state.signerCount)) {
    signers.set(index, bootSigner(running, index));
  }
  const members = { signers, coordinator: bootCoordinator(running) };
  const [chain] = await Promise.all([
    withChain ? bootChain(running) : undefined,
    ...[...signers.values()].map(ready),
    ready(members.coordinator),
  ]);
  return { members, chain };
}

function requireSigner({ signers }: Members, index: number): Member {
  const member = signers.get(index);
  if (member === undefined) throw new Error(`there is no signer ${index}`);
  return member;
}

/** Runs `wait` until it is done or a process of the cluster ends. */
async function unlessEnded(
  members: Members,
  wait: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  for (const { process } of [members.coordinator, ...members.signers.values()]) {
    void process.ended.then(() => {
      controller.abort(new ProcessFailed(process, 'ended while the cluster was starting'));
    });
  }
  await wait(controller.signal);
}

function writeAddresses({ layout, state }: Running, members: Members, chain?: LocalChain): void {
  const { coordinator, signers } = members;
  writeClusterFile(
    layout.clusterFile,
    describeCluster(layout, {
      cluster: state.cluster,
      coordinator: { ...coordinator.listen, pid: coordinator.process.pid },
      signers: [...signers].map(([index, member]) => ({
        index,
        ...member.listen,
        pid: member.process.pid,
      })),
      clientIds: [DEMO_CLIENT],
      chain: chain ? { rpc: chain.rpc, chainId: chain.chainId } : null,
    }),
  );
}

async function prepare(
  options: ClusterOptions,
  layout: LocalLayout,
  modules: ClusterModules,
): Promise<LocalState> {
  removeClusterFile(layout.clusterFile);
  await waitForLeftovers(layout.processes, layout.root, LEFTOVER_TIMEOUT_MS);
  const existing = readState(layout.state);
  checkWishes(existing, options);
  const signerCount = existing?.signerCount ?? options.signerCount ?? DEFAULT_SIGNER_COUNT;
  const { firstPort = FIRST_PORT } = options;
  const known = options.firstPort === undefined ? existing?.ports : undefined;
  return prepareFolder(
    {
      layout,
      existing,
      cluster: CLUSTER_NAME,
      sealer: options.sealer ?? 'file',
      signerCount,
      ports: known ?? wantedPorts(signerCount, firstPort),
      runtime: modules.runtime,
      dialAddress: options.dialAddress ?? ((_index, grpc) => Promise.resolve(grpc)),
    },
    modules,
  );
}

/** Starts what the folder holds and sets its pairs up. */
async function start(
  running: Running,
  { withChain }: ClusterOptions,
  modules: ClusterModules,
  startedAt: number,
): Promise<LocalCluster> {
  const { layout, state, supervisor } = running;
  const { members, chain } = await modules.phase(
    `${state.signerCount} signers and a coordinator`,
    () => boot(running, withChain),
  );
  const bootedAt = performance.now();
  const openClient = (): Client => openClientFile(layout.client(DEMO_CLIENT).config);
  const pairs = (signal?: AbortSignal): Promise<void> =>
    waitForPairs(openClient, {
      signerCount: state.signerCount,
      timeoutMs: PAIRS_TIMEOUT_MS,
      ...(signal === undefined ? {} : { signal }),
    });
  await modules.phase('pair set-up', () => unlessEnded(members, pairs));
  const timingsMs = { boot: bootedAt - startedAt, pairSetup: performance.now() - bootedAt };
  writeAddresses(running, members, chain);
  return {
    layout,
    state,
    timingsMs,
    chain,
    signers: () => [...members.signers].map(([index, member]) => ({ index, member })),
    signer: (index) => requireSigner(members, index),
    coordinator: () => members.coordinator,
    openClient,
    restartSigner: async (index) => {
      await requireSigner(members, index).process.ended;
      const member = bootSigner(running, index);
      members.signers.set(index, member);
      await ready(member);
      writeAddresses(running, members, chain);
    },
    restartCoordinator: async () => {
      await members.coordinator.process.ended;
      members.coordinator = bootCoordinator(running);
      await ready(members.coordinator);
      writeAddresses(running, members, chain);
    },
    waitForPairs: () => pairs(),
    onUnexpectedEnd: supervisor.onUnexpectedEnd,
    stop: supervisor.stopAll,
    kill: supervisor.killAll,
  };
}

/**
 * Starts a local cluster in its folder: a new one, or the one that the folder holds. Throws
 * FolderInUse, FolderMismatch or ProcessFailed; nothing is left running then.
 */
export async function startLocalCluster(
  options: ClusterOptions,
  modules: ClusterModules,
): Promise<LocalCluster> {
  const startedAt = performance.now();
  const layout = layoutOf(options.dir);
  const lock = lockFolder(layout.lock);
  const supervisor = createSupervisor(layout.processes);
  const stop = async (): Promise<void> => {
    removeClusterFile(layout.clusterFile);
    await supervisor.stopAll();
    lock.release();
  };
  modules.signal?.addEventListener('abort', () => void supervisor.stopAll(), { once: true });
  try {
    const running = await modules.phase('identities, certificates and roster', async () => {
      const state = await prepare(options, layout, modules);
      modules.signal?.throwIfAborted();
      return { layout, state, runtime: modules.runtime, supervisor };
    });
    const cluster = await start(running, options, modules, startedAt);
    return { ...cluster, stop };
  } catch (error) {
    await stop();
    // What fails because the processes are being stopped is no failure of theirs.
    modules.signal?.throwIfAborted();
    throw error;
  }
}
