/**
 * A local cluster of real processes for tests: started by the code of `trefoil local` in a folder
 * of its own on free ports, with a hand on every process and on every connection to a signer.
 */
import { webcrypto } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KMSClient } from '@aws-sdk/client-kms';
import { type LocalCluster, startLocalCluster } from '../../cli/local/cluster.ts';
import type { SealerName } from '../../cli/local/folder.ts';
import { testRuntime } from './runtime.ts';
import { createKmsKeys } from '../../cli/local/kms-keys.ts';
import { type TcpProxy, startTcpProxy } from './tcp-proxy.ts';

export type TestClusterOptions = {
  /** A folder to start again; a new temporary one when absent. */
  readonly dir?: string;
  readonly signerCount?: number;
  readonly sealer?: SealerName;
  readonly withChain?: boolean;
  /** The coordinator reaches each signer through a proxy that can be cut. */
  readonly proxied?: boolean;
  /** Settings of the AWS SDK and the like. */
  readonly env?: NodeJS.ProcessEnv;
};

export type TestCluster = LocalCluster & {
  readonly dir: string;
  /** SIGKILL; resolves when the process is gone. */
  readonly killSigner: (index: number) => Promise<void>;
  /** SIGTERM; resolves when the process is gone. */
  readonly endSigner: (index: number) => Promise<void>;
  /** SIGSTOP and SIGCONT. */
  readonly pauseSigner: (index: number) => void;
  readonly resumeSigner: (index: number) => void;
  /** The network between coordinator and signer, where `proxied`. */
  readonly proxy: (index: number) => TcpProxy;
  readonly killCoordinator: () => Promise<void>;
};

/** Starts a cluster; the caller stops it with `stop`, and removes its folder with `discard`. */
export async function startTestCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'trefoil-cluster-')));
  const proxies = new Map<number, TcpProxy>();
  const dialAddress = async (index: number, grpc: string): Promise<string> => {
    const proxy = await startTcpProxy(grpc);
    proxies.set(index, proxy);
    return proxy.address;
  };
  const closeProxies = async (): Promise<void> => {
    await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
  };
  try {
    const cluster = await startLocalCluster(
      {
        dir,
        sealer: options.sealer,
        signerCount: options.signerCount,
        // A folder that is started again keeps its ports.
        firstPort: options.dir === undefined ? 0 : undefined,
        withChain: options.withChain ?? false,
        ...(options.proxied === true ? { dialAddress } : {}),
      },
      {
        runtime: testRuntime(options.env),
        crypto: webcrypto,
        now: Date.now,
        createKmsKeys: async (keys) => {
          const endpoint = options.env?.['AWS_ENDPOINT_URL_KMS'];
          const kms = new KMSClient(endpoint === undefined ? {} : { endpoint });
          return createKmsKeys(keys, kms).finally(() => {
            kms.destroy();
          });
        },
        phase: (_title, run) => run(),
      },
    );
    return withHands(cluster, dir, { proxies, closeProxies });
  } catch (error) {
    await closeProxies();
    throw error;
  }
}

function withHands(
  cluster: LocalCluster,
  dir: string,
  net: { proxies: Map<number, TcpProxy>; closeProxies: () => Promise<void> },
): TestCluster {
  const proxyOf = (index: number): TcpProxy => {
    const proxy = net.proxies.get(index);
    if (proxy === undefined) throw new Error(`signer ${index} is not proxied`);
    return proxy;
  };
  // A paused signer cannot notice by itself that the test is gone.
  process.once('exit', cluster.kill);
  return {
    ...cluster,
    dir,
    killSigner: async (index) => {
      cluster.signer(index).process.signal('SIGKILL');
      await cluster.signer(index).process.ended;
    },
    endSigner: (index) => cluster.signer(index).process.stop(),
    pauseSigner: (index) => {
      cluster.signer(index).process.signal('SIGSTOP');
    },
    resumeSigner: (index) => {
      cluster.signer(index).process.signal('SIGCONT');
    },
    proxy: proxyOf,
    killCoordinator: async () => {
      cluster.coordinator().process.signal('SIGKILL');
      await cluster.coordinator().process.ended;
    },
    stop: async () => {
      await cluster.stop();
      process.off('exit', cluster.kill);
      await net.closeProxies();
    },
  };
}

/** Stops a cluster and removes its folder. */
export async function discardCluster(cluster: TestCluster): Promise<void> {
  await cluster.stop();
  rmSync(cluster.dir, { recursive: true, force: true });
}
