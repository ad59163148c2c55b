/**
 * A real gRPC server and clients over mutual TLS, with certificates of a throw-away authority.
 */
import type { Test } from 'tap';
import { createRpcClient, type RpcClient } from '../../wire/client.ts';
import type { TlsPems } from '../../wire/tls.ts';
import { RpcServer, type RpcServerOptions } from '../../wire/server.ts';
import { parseSpiffeId, type PeerIdentity } from '../../wire/spiffe.ts';
import {
  channelCredentials,
  serverCredentials,
  watchTlsIdentity,
  type TlsIdentity,
} from '../../wire/tls.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createThrowawayCa, writeTlsFiles, type ThrowawayCa } from './throwaway-ca.ts';

export const CLUSTER = 'test';
export const SERVER = `spiffe://${CLUSTER}/coordinator/a`;
export const clock = { now: () => Date.now() };

export type RpcWorld = {
  readonly ca: ThrowawayCa;
  /** A TLS identity of this name by this authority. */
  readonly identity: (spiffeId: string, authority?: ThrowawayCa) => Promise<TlsIdentity>;
  readonly pems: (spiffeId: string, authority?: ThrowawayCa) => Promise<TlsPems>;
  readonly serve: (
    register: (server: RpcServer) => void,
    options?: Partial<RpcServerOptions> & { readonly spiffeId?: string },
  ) => Promise<{
    readonly server: RpcServer;
    readonly address: string;
    readonly errors: readonly unknown[];
  }>;
  readonly client: (
    address: string,
    choice?: {
      readonly as?: string;
      readonly expecting?: string;
      readonly authority?: ThrowawayCa;
    },
  ) => Promise<RpcClient>;
};

export function idOf(spiffeId: string): PeerIdentity {
  const identity = parseSpiffeId(spiffeId);
  if (identity === undefined) throw new Error(`not a SPIFFE id: ${spiffeId}`);
  return identity;
}

/** Everything is torn down with the test. */
export async function createRpcWorld(t: Test): Promise<RpcWorld> {
  const ca = await createThrowawayCa();
  const root = mkdtempSync(join(tmpdir(), 'trefoil-rpc-'));
  t.teardown(() => {
    rmSync(root, { recursive: true, force: true });
  });
  const pems: RpcWorld['pems'] = async (spiffeId, authority = ca) => {
    const issued = await authority.issue([{ type: 'url', value: spiffeId }]);
    return {
      cert: Buffer.from(issued.cert),
      key: Buffer.from(issued.key),
      ca: Buffer.from(ca.cert),
    };
  };
  const identity: RpcWorld['identity'] = async (spiffeId, authority = ca) => {
    const folder = mkdtempSync(join(root, 'tls-'));
    const issued = await authority.issue([{ type: 'url', value: spiffeId }]);
    const watched = watchTlsIdentity(writeTlsFiles(folder, { ...issued, ca: ca.cert }));
    t.teardown(() => {
      watched.close();
    });
    return watched;
  };
  return {
    ca,
    pems,
    identity,
    serve: async (register, options = {}) => {
      const errors: unknown[] = [];
      const { spiffeId = SERVER, ...rest } = options;
      const server = new RpcServer(
        { cluster: CLUSTER, authorize: () => true, ...rest },
        {
          credentials: serverCredentials(await identity(spiffeId)),
          clock,
          onError: (error) => void errors.push(error),
        },
      );
      register(server);
      const port = await server.listen('127.0.0.1:0');
      t.teardown(() => server.stop());
      return { server, address: `127.0.0.1:${port}`, errors };
    },
    client: async (address, choice = {}) => {
      const { as = `spiffe://${CLUSTER}/client/demo`, expecting = SERVER, authority } = choice;
      const credentials = channelCredentials(await identity(as, authority), idOf(expecting));
      const client = createRpcClient({ address }, { credentials, clock });
      t.teardown(() => {
        client.close();
      });
      return client;
    },
  };
}
