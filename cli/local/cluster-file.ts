/**
 * cluster.json: where a running local cluster is reached. Written when all is ready, removed when
 * the cluster stops. Paths in it are relative to the cluster's folder.
 * @module
 */
import { rmSync } from 'node:fs';
import { z } from 'zod';
import { type LocalLayout, readIfPresent, relativeTo, writePrivateFile } from './layout.ts';

const pid = z.int().positive();

const clusterFileSchema = z.strictObject({
  cluster: z.string(),
  coordinator: z.strictObject({ grpc: z.string(), http: z.string(), pid }),
  signers: z.array(
    z.strictObject({
      index: z.int().positive(),
      grpc: z.string(),
      http: z.string(),
      pid,
      dataDir: z.string(),
    }),
  ),
  ca: z.string(),
  clients: z.array(
    z.strictObject({ id: z.string(), cert: z.string(), key: z.string(), stampKey: z.string() }),
  ),
  chain: z.strictObject({ rpc: z.string(), chainId: z.int().positive() }).nullable(),
});

export type ClusterFile = z.infer<typeof clusterFileSchema>;

export type ClusterMembers = {
  readonly cluster: string;
  readonly coordinator: ClusterFile['coordinator'];
  readonly signers: readonly { index: number; grpc: string; http: string; pid: number }[];
  readonly clientIds: readonly string[];
  readonly chain: ClusterFile['chain'];
};

/** What cluster.json says about the running cluster of this folder. */
export function describeCluster(layout: LocalLayout, members: ClusterMembers): ClusterFile {
  const at = (path: string): string => relativeTo(layout.root, path);
  return {
    cluster: members.cluster,
    coordinator: members.coordinator,
    signers: members.signers.map((signer) => ({
      ...signer,
      dataDir: at(layout.signer(signer.index).dataDir),
    })),
    ca: at(layout.ca.cert),
    clients: members.clientIds.map((id) => {
      const paths = layout.client(id);
      return {
        id,
        cert: at(paths.cert),
        key: at(paths.key),
        stampKey: at(paths.stampKey),
      };
    }),
    chain: members.chain,
  };
}

export function writeClusterFile(path: string, content: ClusterFile): void {
  writePrivateFile(path, `${JSON.stringify(content, null, 2)}\n`);
}

/** The running cluster of a folder; undefined where none is. */
export function readClusterFile(path: string): ClusterFile | undefined {
  const text = readIfPresent(path);
  if (text === undefined) return undefined;
  const parsed = clusterFileSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

export function removeClusterFile(path: string): void {
  rmSync(path, { force: true });
}
