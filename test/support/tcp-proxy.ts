/**
 * A TCP relay on loopback that a test can cut: bytes stop in both directions while every
 * connection stays open, as when a network drops packets.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';

export type TcpProxy = {
  /** host:port to dial instead of the target. */
  readonly address: string;
  /** Nothing passes from here on; connections stay open. */
  readonly cut: () => void;
  /** Ends every connection that was cut; new ones pass again. */
  readonly heal: () => void;
  /** Bytes that a cut has swallowed: proof that the fault fired. */
  readonly swallowedBytes: () => number;
  readonly close: () => Promise<void>;
};

export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const at = target.lastIndexOf(':');
  const [host, port] = [target.slice(0, at), Number(target.slice(at + 1))];
  const sockets = new Set<Socket>();
  let isCut = false;
  let swallowed = 0;

  const pass = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (bytes) => {
      if (isCut) swallowed += bytes.length;
      else to.write(bytes);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      if (!isCut) to.destroy();
    });
  };
  const server = createServer((client) => {
    const upstream = connect(port, host);
    pass(client, upstream);
    pass(upstream, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: ownPort } = server.address() as AddressInfo;
  const dropAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    address: `127.0.0.1:${ownPort}`,
    cut: () => {
      isCut = true;
    },
    heal: () => {
      isCut = false;
      dropAll();
    },
    swallowedBytes: () => swallowed,
    close: async () => {
      dropAll();
      server.close();
      await once(server, 'close');
    },
  };
}
