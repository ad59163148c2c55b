/**
 * coordinator.yaml (docs/config.md).
 * @module
 */
import { z } from 'zod';
import {
  filePath,
  jsonSchemaOf,
  listenSchema,
  loadConfig,
  logSchema,
  tlsSchema,
  type ConfigSource,
} from '../wire/process/config.ts';
import { CLUSTER_NAME, ROLES } from '../wire/spiffe.ts';

const identityPattern = z
  .string()
  .regex(
    new RegExp(`^(${ROLES.join('|')})/[A-Za-z0-9._*-]{1,64}$`),
    'must be <role>/<name pattern>, for example client/treasury or operator/*',
  );

const grant = z
  .string()
  .regex(
    /^[A-Za-z]+(\/[A-Za-z]+)?$/,
    'must be a service or a service/method, for example WalletService or AdminService/GetCluster',
  );

const limits = z.strictObject({
  /** Calls in progress over all clients; more answer RESOURCE_EXHAUSTED. */
  maxConcurrentCalls: z.int().min(1).max(100_000).default(512),
  /** Calls in progress of one client identity. */
  maxConcurrentCallsPerClient: z.int().min(1).max(100_000).default(256),
  /** Sessions in progress through one signer; further requests wait for a place. */
  maxSessionsPerSigner: z.int().min(1).max(10_000).default(16),
});

const schema = z.strictObject({
  /** Name of the cluster, in every certificate of it and in its roster. */
  cluster: z.string().regex(CLUSTER_NAME, 'must be a cluster name: 1 to 63 of a-z 0-9 . -'),
  /** The name in this process's certificate, `spiffe://<cluster>/coordinator/<name>`. */
  name: z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/, 'must be a name'),
  listen: listenSchema,
  tls: tlsSchema,
  /** The signed roster: which signers there are and where. */
  roster: filePath,
  /** Public keys of the operators whose stamp the roster needs. */
  operatorKeys: z.array(filePath).min(1).max(16),
  database: z.strictObject({
    /** A SQLite file, made if absent. */
    path: filePath,
  }),
  /** Who may call what: `<role>/<name pattern>` to services or methods. Nothing else is allowed. */
  authorization: z.record(identityPattern, z.array(grant).max(64)),
  limits: limits.prefault({}),
  log: logSchema,
});

export type CoordinatorConfig = z.infer<typeof schema>;
export type CoordinatorLimits = CoordinatorConfig['limits'];

/** The JSON Schema of coordinator.yaml, for the reference page. */
export const coordinatorJsonSchema = (): Record<string, unknown> => jsonSchemaOf(schema);

function withPaths(config: CoordinatorConfig, at: (path: string) => string): CoordinatorConfig {
  const { tls } = config;
  return {
    ...config,
    tls: { cert: at(tls.cert), key: at(tls.key), ca: at(tls.ca) },
    roster: at(config.roster),
    operatorKeys: config.operatorKeys.map(at),
    database: { path: at(config.database.path) },
  };
}

/** Parses and checks the configuration; throws ConfigError. */
export function parseConfig(source: ConfigSource): CoordinatorConfig {
  return loadConfig(schema, source, withPaths);
}
