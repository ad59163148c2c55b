/**
 * The coordinator process: reads its configuration, serves until told to stop.
 *
 *     node --tls-min-v1.3 coordinator/main.ts --config coordinator.yaml
 *          [--listen-grpc host:port] [--listen-http host:port]
 *
 * Exit codes: 0 stopped, 1 failed, 2 wrong usage or configuration.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { createReferenceArith } from '../core/index.ts';
import { ConfigError } from '../wire/process/config.ts';
import { parseConfig, type CoordinatorConfig } from './config.ts';
import type { Clock, Logger } from './ports.ts';
import { startServing, type Serving } from './serving.ts';

const clock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

function readConfig(args: readonly string[]): CoordinatorConfig {
  const { values } = parseArgs({
    args: [...args],
    options: {
      config: { type: 'string' },
      'listen-grpc': { type: 'string' },
      'listen-http': { type: 'string' },
    },
  });
  const path = values.config;
  if (path === undefined) throw new ConfigError('--config <coordinator.yaml> is required');
  const flags = { listenGrpc: values['listen-grpc'], listenHttp: values['listen-http'] };
  return parseConfig({ yaml: readFileSync(path, 'utf8'), path, env: process.env, flags });
}

/** The first signal stops in good order; a second one ends the process at once. */
function stopOnSignal(serving: Serving, log: Logger): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping');
    serving.stop().then(
      () => {
        log.info({}, 'stopped');
        process.exit(0);
      },
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

async function main(args: readonly string[]): Promise<void> {
  const config = readConfig(args);
  const log: Logger = pino({ level: config.log.level, base: { coordinator: config.name } });
  const serving = await startServing(config, {
    arith: createReferenceArith,
    random: (length) => new Uint8Array(randomBytes(length)),
    clock,
    log,
  });
  log.info({ grpcPort: serving.grpcPort, httpPort: serving.httpPort }, 'listening');
  stopOnSignal(serving, log);
}

/** Mistakes of whoever started the process, as told by their type. */
const isUsage = (error: unknown): boolean =>
  error instanceof ConfigError ||
  (error instanceof TypeError &&
    'code' in error &&
    String(error.code).startsWith('ERR_PARSE_ARGS'));

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(isUsage(error) ? 2 : 1);
}
