/**
 * The client's configuration: client.yaml, then TREFOIL_ variables, parsed once into a frozen
 * object; or the entry of a local cluster's cluster.json. An unknown key or variable is an error
 * that names it. Paths are relative to the file's folder.
 * @module
 */
import { dirname, join, resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';

const ENV_PREFIX = 'TREFOIL_';
const OPERATOR_KEY_FILE = 'operator.pub.pem';
const SHORTEST_TIMEOUT_MS = 100;
const LONGEST_TIMEOUT_MS = 600_000;
const DEFAULT_TIMEOUT_MS = 20_000;

const filePath = z.string().min(1, 'must be a path').max(4096);
const address = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.]+\]|[^:[\]/\s]+):\d{1,5}$/, 'must be host:port');

const schema = z.strictObject({
  /** The coordinator's gRPC address. */
  endpoint: address,
  /** The cluster's name; the coordinator's certificate must name it. */
  cluster: z.string().min(1).max(64),
  tls: z.strictObject({ cert: filePath, key: filePath, ca: filePath }),
  /** PKCS#8 PEM of the Ed25519 or P-256 key that stamps requests. */
  stampKey: filePath,
  /** SPKI PEM of the operators whose rosters this client trusts. */
  operatorKeys: z.array(filePath).min(1).max(16),
  /** Time allowed to a call that sets no other. */
  timeoutMs: z
    .int()
    .min(SHORTEST_TIMEOUT_MS)
    .max(LONGEST_TIMEOUT_MS)
    .default(DEFAULT_TIMEOUT_MS),
});

const clusterFileSchema = z.object({
  cluster: z.string(),
  coordinator: z.object({ grpc: address }),
  ca: filePath,
  clients: z.array(
    z.object({ id: z.string(), cert: filePath, key: filePath, stampKey: filePath }),
  ),
});

/** All paths absolute. */
export type ClientConfig = z.infer<typeof schema>;

/** The configuration is wrong; the message names every wrong key. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export type ConfigSource = {
  /** The file's content. */
  readonly text: string;
  /** The file's path: named in errors, and paths in it are relative to its folder. */
  readonly path: string;
};

type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The settings that a variable can give, by variable. */
const VARIABLES: ReadonlyMap<string, readonly [string] | readonly [string, string]> = new Map([
  [`${ENV_PREFIX}ENDPOINT`, ['endpoint']],
  [`${ENV_PREFIX}CLUSTER`, ['cluster']],
  [`${ENV_PREFIX}TLS_CERT`, ['tls', 'cert']],
  [`${ENV_PREFIX}TLS_KEY`, ['tls', 'key']],
  [`${ENV_PREFIX}TLS_CA`, ['tls', 'ca']],
  [`${ENV_PREFIX}STAMP_KEY`, ['stampKey']],
  [`${ENV_PREFIX}TIMEOUT_MS`, ['timeoutMs']],
]);

function applyEnvironment(document: Tree, env: Readonly<Record<string, string | undefined>>): Tree {
  const result: Tree = { ...document };
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(ENV_PREFIX) || value === undefined) continue;
    const path = VARIABLES.get(variable);
    if (path === undefined) throw new ConfigError(`environment: unknown variable ${variable}`);
    const [key, inner] = path;
    const setting = variable.endsWith('_MS') && /^\d{1,9}$/.test(value) ? Number(value) : value;
    const nested = result[key];
    result[key] =
      inner === undefined ? setting : { ...(isTree(nested) ? nested : {}), [inner]: setting };
  }
  return result;
}

function check(document: unknown, path: string): ClientConfig {
  const result = schema.safeParse(document);
  if (!result.success) throw new ConfigError(`${path}:\n${z.prettifyError(result.error)}`);
  const at = (file: string): string => resolve(dirname(path), file);
  const { tls, stampKey, operatorKeys, ...rest } = result.data;
  return Object.freeze({
    ...rest,
    tls: Object.freeze({ cert: at(tls.cert), key: at(tls.key), ca: at(tls.ca) }),
    stampKey: at(stampKey),
    operatorKeys: operatorKeys.map(at),
  });
}

/** Parses and checks client.yaml; throws {@link ConfigError}. */
export function parseConfig(
  { text, path }: ConfigSource,
  env: Readonly<Record<string, string | undefined>>,
): ClientConfig {
  let document: unknown;
  try {
    document = parse(text, { prettyErrors: true, maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof YAMLParseError) throw new ConfigError(`${path}: ${error.message}`);
    throw error;
  }
  if (!isTree(document)) throw new ConfigError(`${path}: must be a mapping of settings`);
  return check(applyEnvironment(document, env), path);
}

/**
 * The configuration of the client `id` of a local cluster, out of its cluster.json. The operator's
 * public key is the file operator.pub.pem beside the client's certificate.
 */
export function parseClusterFile({ text, path }: ConfigSource, id: string): ClientConfig {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${path}: is not JSON`, { cause: error });
  }
  const result = clusterFileSchema.safeParse(document);
  if (!result.success) throw new ConfigError(`${path}:\n${z.prettifyError(result.error)}`);
  const { cluster, coordinator, ca, clients } = result.data;
  const entry = clients.find((client) => client.id === id);
  if (entry === undefined) {
    const known = clients.map((client) => client.id).join(', ');
    throw new ConfigError(`${path}: no client ${id} (there is: ${known})`);
  }
  return check(
    {
      endpoint: coordinator.grpc,
      cluster,
      tls: { cert: entry.cert, key: entry.key, ca },
      stampKey: entry.stampKey,
      operatorKeys: [join(dirname(entry.cert), OPERATOR_KEY_FILE)],
    },
    path,
  );
}
