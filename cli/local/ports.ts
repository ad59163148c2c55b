/**
 * Ports of a local cluster: the wanted one where it is free, else the next free one.
 * @module
 */
import { createServer } from 'node:net';

const HOST = '127.0.0.1';
const LARGEST_PORT = 65_535;
const MOST_TRIES = 200;

export type PortAllocator = {
  /**
   * A free port of 127.0.0.1, `wanted` or the next one above that is neither taken by another
   * program nor given out before. `wanted` = 0 leaves the choice to the operating system.
   */
  readonly take: (wanted: number) => Promise<number>;
};

/** Binds `port` for an instant; the port bound (for 0: the one chosen), or undefined where taken. */
async function probe(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    return await new Promise<number | undefined>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
        else reject(error);
      });
      server.listen({ port, host: HOST, exclusive: true }, () => {
        const address = server.address();
        resolve(address !== null && typeof address === 'object' ? address.port : undefined);
      });
    });
  } finally {
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }
}

export function createPortAllocator(): PortAllocator {
  const given = new Set<number>();

  const take = async (wanted: number): Promise<number> => {
    for (let tried = 0; tried < MOST_TRIES; tried += 1) {
      const candidate = wanted === 0 ? 0 : wanted + tried;
      if (candidate > LARGEST_PORT) break;
      if (given.has(candidate)) continue;
      const port = await probe(candidate);
      if (port === undefined || given.has(port)) continue;
      given.add(port);
      return port;
    }
    throw new Error(`no free port of ${HOST} found from ${wanted} on`);
  };

  return { take };
}
