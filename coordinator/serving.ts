/**
 * A coordinator on its network: configuration in, running servers out.
 * @module
 */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { ArithFactory } from '../core/index.ts';
import { InvalidInput } from '../core/index.ts';
import { ConfigError } from '../wire/process/config.ts';
import { createProbeServer, splitAddress } from '../wire/process/probes.ts';
import { parseRosterFile, verifyRoster, type RosterDocument } from '../wire/roster.ts';
import { RpcServer } from '../wire/server.ts';
import { parseStampPublicKey, type StampKey } from '../wire/stamp.ts';
import { toTrefoilError } from '../wire/status.ts';
import { serverCredentials, watchTlsIdentity, type TlsIdentity } from '../wire/tls.ts';
import type { CoordinatorConfig } from './config.ts';
import { Coordinator } from './coordinator.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import type { Clock, Logger, RandomBytes } from './ports.ts';
import { createSignerLine } from './relay/dial.ts';
import { createAdmission, type Admission } from './service/admission.ts';
import { serveAdmin } from './service/admin-service.ts';
import { createAuthorization, UnknownGrant, type Authorize } from './service/authorization.ts';
import { createGate } from './service/gate.ts';
import { serveWallets } from './service/wallet-service.ts';
import { openStore, type CoordinatorStore } from './store/open.ts';
import { TIMING, type Timing } from './timing.ts';

export type ServingModules = {
  readonly arith: ArithFactory;
  readonly random: RandomBytes;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timing?: Timing;
};

export type Serving = {
  readonly grpcPort: number;
  readonly httpPort: number;
  /** Refuses new calls, lets those in progress end, then closes everything (security R8). */
  readonly stop: () => Promise<void>;
};

type Trust = { readonly roster: RosterDocument; readonly operatorKeys: readonly StampKey[] };

type Parts = ServingModules & {
  readonly config: CoordinatorConfig;
  readonly timing: Timing;
  readonly trust: Trust;
  readonly identity: TlsIdentity;
  readonly store: CoordinatorStore;
  readonly metrics: Metrics;
  readonly admission: Admission;
};

/** Throws {@link ConfigError} for what the files named in the configuration hold. */
export async function startServing(
  config: CoordinatorConfig,
  modules: ServingModules,
): Promise<Serving> {
  const { clock, log } = modules;
  const trust = readTrust(config);
  const authorize = readAuthorization(config);
  const { cert: certFile, key: keyFile, ca: caFile } = config.tls;
  const identity = watchTlsIdentity(
    { certFile, keyFile, caFile },
    {
      onRefused: (error) => {
        log.error({ error: error.message }, 'renewed certificate refused');
      },
    },
  );
  const parts: Parts = {
    ...{ timing: TIMING, ...modules, config, trust, identity },
    store: await openStore({ path: config.database.path }, clock),
    metrics: createMetrics(),
    admission: createAdmission(config.limits),
  };
  const coordinator = coordinatorOf(parts);
  const server = serverOf(parts, authorize, coordinator);
  const probes = probesOf(parts);
  const grpcPort = await server.listen(config.listen.grpc);
  const httpPort = await listen(probes, config.listen.http);
  server.setServing(true);
  return { grpcPort, httpPort, stop: () => stop(parts, { server, probes, coordinator }) };
}

function readTrust({ cluster, roster: path, operatorKeys: keyPaths }: CoordinatorConfig): Trust {
  const operatorKeys = keyPaths.map((keyPath) =>
    parseStampPublicKey(readFileSync(keyPath, 'utf8')),
  );
  try {
    const roster = verifyRoster(parseRosterFile(readFileSync(path, 'utf8')), operatorKeys);
    if (roster.cluster === cluster) return { roster, operatorKeys };
    throw new ConfigError(`${path}: is of cluster ${roster.cluster}, not ${cluster}`);
  } catch (error) {
    if (error instanceof InvalidInput) throw new ConfigError(`${path}: ${error.message}`);
    throw error;
  }
}

function readAuthorization({ authorization }: CoordinatorConfig): Authorize {
  try {
    return createAuthorization(authorization);
  } catch (error) {
    if (error instanceof UnknownGrant) throw new ConfigError(error.message);
    throw error;
  }
}

function coordinatorOf(parts: Parts): Coordinator {
  const { config, trust, timing } = parts;
  const { cluster, limits } = config;
  const lines = new Map(
    trust.roster.signers.map(({ index, address }) => [
      index,
      createSignerLine({ cluster, index, address, timing }, parts),
    ]),
  );
  return new Coordinator({ roster: trust.roster, limits, timing }, { ...parts, ...trust, lines });
}

function serverOf(parts: Parts, authorize: Authorize, coordinator: Coordinator): RpcServer {
  const { config, clock, log, identity, store, trust } = parts;
  const server = new RpcServer(
    {
      cluster: config.cluster,
      authorize,
      maxConcurrentCalls: config.limits.maxConcurrentCalls,
    },
    {
      credentials: serverCredentials(identity),
      clock,
      onError: (thrown, { peer, method }) => {
        const { reason, code, message } = toTrefoilError(thrown);
        const fields = { method, peer: `${peer.role}/${peer.name}`, reason, code };
        // A bug or a broken disk is worth its stack; what callers do wrong is not.
        const isOurs = code === 'INTERNAL' || reason === 'STORAGE_UNAVAILABLE';
        if (isOurs) log.error({ ...fields, err: thrown }, message);
        else log.info(fields, message);
      },
    },
  );
  const gate = createGate({ ...parts, monotonicMs: clock.monotonicMs });
  const { creation, signing, fleet, relay } = coordinator;
  serveWallets(server, { wallets: store.wallets, creation, signing, gate });
  serveAdmin(server, { name: config.name, roster: trust.roster, fleet, relay, gate });
  return server;
}

function probesOf({ metrics, admission }: Parts): Server {
  return createProbeServer({
    live: () => true,
    ready: () => !admission.isClosed(),
    metrics: async () => ({
      contentType: metrics.registry.contentType,
      text: await metrics.registry.metrics(),
    }),
  });
}

async function listen(server: Server, address: string): Promise<number> {
  const { host, port } = splitAddress(address);
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.once('error', reject);
  server.listen(port, host, () => {
    resolve(undefined);
  });
  await promise;
  const bound = server.address();
  return typeof bound === 'object' && bound ? bound.port : 0;
}

async function stop(
  { admission, clock, timing, identity, store, log }: Parts,
  {
    server,
    probes,
    coordinator,
  }: {
    readonly server: RpcServer;
    readonly probes: Server;
    readonly coordinator: Coordinator;
  },
): Promise<void> {
  server.setServing(false);
  admission.close();
  const untilMs = clock.monotonicMs() + timing.drainMs;
  while (admission.inProgress() > 0 && clock.monotonicMs() < untilMs) {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    clock.after(timing.lookAgainMs, () => {
      resolve(undefined);
    });
    await promise;
  }
  if (admission.inProgress() > 0) log.warn({ calls: admission.inProgress() }, 'calls are cut');
  await server.stop();
  coordinator.close();
  identity.close();
  probes.close();
  probes.closeAllConnections();
  await store.close();
}
