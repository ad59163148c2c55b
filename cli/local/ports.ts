/**
 * Ports of a local cluster: the wanted one where it is free, else the next free one.
 * @module
 */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const HOST = '127.0.0.1';
const LARGEST_PORT = 65_535;
const MOST_TRIES = 200;
/**
 * Where "any" port is looked for: below those that systems give to outgoing connections, so that
 * none of these takes a port between its choice here and its use.
 */
const ANY_PORT = { from: 10_000, below: 30_000 };

export type PortAllocator = {
  /**
   * A free port of 127.0.0.1: `wanted`, or the next one above that is neither taken by another
   * program nor given out before. `wanted` = 0: any.
   */
  readonly take: (wanted: number) => Promise<number>;
};

/** Whether `port` can be bound now. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const bound = await new Promise<boolean>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen({ port, host: HOST, exclusive: true }, () => {
      resolve(true);
    });
  });
  if (bound) await new Promise((resolve) => server.close(resolve));
  return bound;
}

export function createPortAllocator(): PortAllocator {
  const given = new Set<number>();

  const take = async (wanted: number): Promise<number> => {
    const first = wanted === 0 ? randomInt(ANY_PORT.from, ANY_PORT.below) : wanted;
    const last = Math.min(first + MOST_TRIES, LARGEST_PORT);
    for (let port = first; port <= last; port += 1) {
      if (given.has(port) || !(await isFree(port))) continue;
      given.add(port);
      return port;
    }
    throw new Error(`no free port of ${HOST} found from ${first} on`);
  };

  return { take };
}
