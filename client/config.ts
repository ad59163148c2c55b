/**
 * The client's configuration: client.yaml with its TREFOIL_ variables, or the entry of a local
 * cluster's cluster.json. Paths are relative to the file's folder.
 * @module
 */
import { dirname, join } from 'node:path';
import { z } from 'zod';
import {
  ConfigError,
  type ConfigSource,
  filePath,
  jsonSchemaOf,
  listenAddress,
  loadConfig,
  tlsSchema,
} from '../wire/process/config.ts';
import { CLUSTER_NAME } from '../wire/spiffe.ts';

/** What `trefoil local` calls its coordinator, and where it puts a client's trust anchor. */
const LOCAL_COORDINATOR = 'local';
const OPERATOR_KEY_FILE = 'operator.pub.pem';
const SHORTEST_TIMEOUT_MS = 100;
const LONGEST_TIMEOUT_MS = 600_000;
const DEFAULT_TIMEOUT_MS = 20_000;

const schema = z.strictObject({
  /** The coordinator's gRPC address. */
  endpoint: listenAddress,
  /** The cluster that the server's certificate must name. */
  cluster: z.string().regex(CLUSTER_NAME, 'must be a cluster name: 1 to 63 of a-z 0-9 . -'),
  /** The coordinator that the server's certificate must name. */
  coordinator: z.string().min(1).max(63),
  tls: tlsSchema,
  /** PKCS#8 PEM of the Ed25519 or P-256 key that stamps requests. */
  stampKey: filePath,
  /** SPKI PEM of the operators whose rosters this client trusts. */
  operatorKeys: z.array(filePath).min(1).max(16),
  /** Time allowed to a call that sets no other. */
  timeoutMs: z.int().min(SHORTEST_TIMEOUT_MS).max(LONGEST_TIMEOUT_MS).default(DEFAULT_TIMEOUT_MS),
});

const clusterFileSchema = z.object({
  cluster: z.string(),
  coordinator: z.object({ grpc: z.string() }),
  ca: z.string(),
  clients: z.array(
    z.object({ id: z.string(), cert: z.string(), key: z.string(), stampKey: z.string() }),
  ),
});

/** All paths absolute. */
export type ClientConfig = z.infer<typeof schema>;

/** The JSON Schema of client.yaml, for the reference page. */
export const clientJsonSchema = (): Record<string, unknown> => jsonSchemaOf(schema);

function withPaths(config: ClientConfig, at: (path: string) => string): ClientConfig {
  const { tls, stampKey, operatorKeys } = config;
  return {
    ...config,
    tls: { cert: at(tls.cert), key: at(tls.key), ca: at(tls.ca) },
    stampKey: at(stampKey),
    operatorKeys: operatorKeys.map(at),
  };
}

/** Parses and checks client.yaml; throws ConfigError. */
export const parseConfig = (source: ConfigSource): ClientConfig =>
  loadConfig(schema, source, withPaths);

function parseClusterFile(text: string, path: string): z.infer<typeof clusterFileSchema> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${path}: is not JSON`, { cause: error });
  }
  const result = clusterFileSchema.safeParse(document);
  if (!result.success) throw new ConfigError(`${path}:\n${z.prettifyError(result.error)}`);
  return result.data;
}

export type ClusterFileSource = {
  /** The content of cluster.json. */
  readonly text: string;
  /** Its path: paths in it are relative to its folder. */
  readonly path: string;
};

/**
 * The configuration of the client `id` of a local cluster. The operator's public key is the file
 * operator.pub.pem beside the client's certificate. Throws ConfigError.
 */
export function configOfCluster({ text, path }: ClusterFileSource, id: string): ClientConfig {
  const { cluster, coordinator, ca, clients } = parseClusterFile(text, path);
  const entry = clients.find((client) => client.id === id);
  if (entry === undefined) {
    const known = clients.map((client) => client.id).join(', ');
    throw new ConfigError(`${path}: no client ${id} (there is: ${known})`);
  }
  const document = {
    endpoint: coordinator.grpc,
    cluster,
    coordinator: LOCAL_COORDINATOR,
    tls: { cert: entry.cert, key: entry.key, ca },
    stampKey: entry.stampKey,
    operatorKeys: [join(dirname(entry.cert), OPERATOR_KEY_FILE)],
  };
  // JSON is YAML: one loader, one set of rules.
  return loadConfig(schema, { yaml: JSON.stringify(document), path, env: {} }, withPaths);
}
