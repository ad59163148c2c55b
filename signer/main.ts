/**
 * The signer process: `main.ts run --config signer.yaml` and `main.ts init --config signer.yaml`
 * (makes the sealed identity where there is none and prints it). Plugs arithmetic, sealer, storage
 * and network together.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino, type Logger } from 'pino';
import { createReferenceArith } from '../core/index.ts';
import { createAwsKmsSealer } from '../infra/sealers/aws-kms.ts';
import { createFileSealer } from '../infra/sealers/file.ts';
import { toHex } from '../wire/bytes.ts';
import { DEADLINES } from '../wire/limits.ts';
import { ConfigError } from '../wire/process/config.ts';
import { createProbeServer, splitAddress } from '../wire/process/probes.ts';
import { RpcServer } from '../wire/server.ts';
import { serverCredentials, watchTlsIdentity } from '../wire/tls.ts';
import { parseConfig, type SignerConfig } from './config.ts';
import { refuseUnsafeStart, UnsafeStart } from './hardening.ts';
import { openDeviceSecrets } from './identity.ts';
import { SealFailure, type Sealer, type SignerStore } from './ports.ts';
import { createSigner } from './signer.ts';
import { StoreError } from './store/errors.ts';
import { openSignerStore } from './store/store.ts';
import { readTrust } from './trust.ts';

const USAGE = 'usage: main.ts run|init --config FILE [--listen-grpc A] [--listen-http A]';
const TIDY_INTERVAL_MS = 60 * 60 * 1000;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const clock = { now: () => Date.now() };
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** A timer that does not keep the process alive; returns its cancellation. */
function setTimer(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms);
  timer.unref();
  return () => {
    clearTimeout(timer);
  };
}

function createSealer({ sealer, dataDir }: SignerConfig): Promise<Sealer> {
  switch (sealer.provider) {
    case 'file':
      return createFileSealer(
        { passphraseFile: sealer.passphraseFile, saltFile: join(dataDir, 'sealer.salt') },
        { randomBytes: random, environment: process.env },
      );
    case 'aws-kms': {
      const { keyId, region, endpoint } = sealer;
      const options = { keyId, ...(region ? { region } : {}), ...(endpoint ? { endpoint } : {}) };
      return Promise.resolve(createAwsKmsSealer(options, { randomBytes: random }));
    }
  }
}

/** Deletes what the ledger need not know any more, and keeps the write-ahead logs short. */
function keepTidy(store: SignerStore, log: Logger): () => void {
  const timer = setInterval(() => {
    store.ledger
      .prune()
      .then(() => {
        store.checkpoint();
      })
      .catch((error: unknown) => {
        log.error({ err: error }, 'the store could not be tidied');
      });
  }, TIDY_INTERVAL_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/** Lock, sealer, device secrets: what `run` and `init` share. */
async function openDevice(config: SignerConfig) {
  const locked = openSignerStore({ dataDir: config.dataDir }, { clock });
  try {
    const sealer = await createSealer(config);
    const owner = { cluster: config.cluster, index: config.index };
    const secrets = await openDeviceSecrets(locked, owner, { sealer, random });
    return { locked, sealer, secrets };
  } catch (error) {
    await locked.close();
    throw error;
  }
}

async function init(config: SignerConfig): Promise<void> {
  const { locked, secrets } = await openDevice(config);
  await locked.close();
  const identityKey = toHex(secrets.identity.publicKey);
  process.stdout.write(`${JSON.stringify({ index: config.index, identityKey })}\n`);
}

function versionOf(): string {
  const file = new URL('../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return version;
}

async function run(config: SignerConfig, log: Logger): Promise<void> {
  const { locked, sealer, secrets } = await openDevice(config);
  const trust = readTrust(config, secrets.identity.publicKey);
  const store = locked.unlock(secrets.macKey);
  const createArith = createReferenceArith;
  let stopServing = (): void => undefined;
  const onFault = (): void => {
    stopServing();
  };
  const shared = { clock, random, createArith, sealer, store, secrets, trust, log, setTimer };
  const signer = createSigner(config, { ...shared, onFault });

  const { cert: certFile, key: keyFile, ca: caFile } = config.tls;
  const identity = watchTlsIdentity({ certFile, keyFile, caFile });
  const server = new RpcServer(
    { cluster: config.cluster, authorize: ({ role }) => role === 'coordinator' },
    {
      credentials: serverCredentials(identity),
      clock,
      onError: (error, { method, peer }) => {
        log.info({ method, peer: peer.name, err: error }, 'call failed');
      },
    },
  );
  signer.serve(server, versionOf());

  let isReady = false;
  const probes = createProbeServer({
    live: () => true,
    ready: () => isReady,
    metrics: async () => {
      const { registry } = signer.metrics;
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  });
  const http = splitAddress(config.listen.http);
  probes.listen(http.port, http.host);
  const port = await server.listen(config.listen.grpc);
  server.setServing(true);
  isReady = true;
  stopServing = () => {
    isReady = false;
    server.setServing(false);
  };
  log.info({ port, start: store.start, sealer: sealer.id }, 'signer ready');

  const stopTidying = keepTidy(store, log);
  const { promise: stopped, resolve } = Promise.withResolvers<string>();
  process.once('SIGTERM', resolve);
  process.once('SIGINT', resolve);
  log.info({ signal: await stopped }, 'signer stopping');
  stopServing();
  stopTidying();
  await signer.drain(DEADLINES.drain);
  await server.stop();
  identity.close();
  probes.close();
  probes.closeAllConnections();
  await store.close();
  log.info('signer stopped');
}

/** Errors of configuration and storage are for an operator: their text, without a stack. */
function report(error: unknown): number {
  const known =
    error instanceof ConfigError ||
    error instanceof UnsafeStart ||
    error instanceof StoreError ||
    error instanceof SealFailure;
  const text = known ? `${error.name}: ${error.message}` : String((error as Error).stack ?? error);
  process.stderr.write(`signer: ${text}\n`);
  return error instanceof ConfigError ? EXIT_USAGE : EXIT_FAILED;
}

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      'listen-grpc': { type: 'string' },
      'listen-http': { type: 'string' },
    },
  });
  const [verb] = positionals;
  const { config: path, 'listen-grpc': listenGrpc, 'listen-http': listenHttp } = values;
  if (path === undefined || (verb !== 'run' && verb !== 'init')) {
    process.stderr.write(`${USAGE}\n`);
    return EXIT_USAGE;
  }
  refuseUnsafeStart(process.execArgv, process.env);
  const yaml = readFileSync(path, 'utf8');
  const flags = { listenGrpc, listenHttp };
  const config = parseConfig({ yaml, path, env: process.env, flags });
  if (verb === 'init') await init(config);
  else await run(config, pino({ level: config.log.level, base: { signer: config.index } }));
  return 0;
}

process.exitCode = await main().catch(report);
