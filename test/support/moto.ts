/**
 * moto's server, an AWS emulator with its own maintainers, on a free port of 127.0.0.1. A test that
 * needs it skips, saying so, where it is not installed (`pip install moto flask flask-cors`).
 *
 * It proves call shapes and that KMS refuses another context, another key and a changed blob. It
 * enforces no key policy and no key state.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export type Moto = {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
};

/** Credentials and region that moto takes; enough of an environment for the SDK and for moto. */
export const MOTO_ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: 'testing',
  AWS_SECRET_ACCESS_KEY: 'testing',
  AWS_REGION: 'eu-central-1',
  AWS_DEFAULT_REGION: 'eu-central-1',
} as const;

const START_DEADLINE_MS = 30_000;

/** Why moto cannot run here, or `undefined` when it can; pass it to tap as `skip`. */
export function motoMissing(): string | undefined {
  const probe = spawnSync('python3', ['-c', 'import moto.server, flask_cors'], {
    stdio: 'ignore',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return probe.status === 0
    ? undefined
    : 'moto is not installed here (pip install moto flask flask-cors)';
}

export async function startMoto(): Promise<Moto> {
  const child = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...MOTO_ENVIRONMENT },
  });
  const endpoint = await announcedEndpoint(child);
  return {
    endpoint,
    pid: child.pid ?? 0,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** moto picks a free port and prints it. */
function announcedEndpoint(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const giveUp = (reason: string): void => {
      clearTimeout(deadline);
      child.kill('SIGKILL');
      reject(new Error(`moto did not start: ${reason}`));
    };
    const deadline = setTimeout(() => {
      giveUp('time-out');
    }, START_DEADLINE_MS);
    child.once('error', (error) => {
      giveUp(error.message);
    });
    child.once('exit', (code) => {
      giveUp(`exit ${String(code)}`);
    });
    if (!child.stderr) throw new Error('moto has no standard error');
    // Read to the end of its life: a full pipe would stop the server.
    createInterface({ input: child.stderr }).on('line', (line) => {
      const endpoint = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (endpoint === undefined) return;
      clearTimeout(deadline);
      child.removeAllListeners('exit');
      resolve(endpoint);
    });
  });
}
