/**
 * signer.yaml (docs/config.md). What it says about clients, operators and the roster is what this
 * signer trusts; the coordinator has no part in it.
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
import { CLUSTER_NAME } from '../wire/spiffe.ts';

const grant = z.discriminatedUnion('action', [
  z.strictObject({
    /** `create`: may create wallets. `sign`: may sign with the wallets named. */
    action: z.literal('create'),
  }),
  z.strictObject({
    action: z.literal('sign'),
    /** Wallet names, or display names in which `*` stands for any run of characters. */
    wallets: z.array(z.string().min(1).max(128)).min(1).max(1000),
    /** What may be signed: EVM transactions, Bitcoin, raw digests. A wallet's own purposes hold too. */
    purposes: z.array(z.enum(['evm', 'bitcoin', 'raw'])).min(1),
  }),
]);

const client = z.strictObject({
  /** The client's name in requests and logs. */
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'must be lower-case letters, digits, . _ -'),
  /** PEM files with public keys (SPKI): Ed25519 or P-256. */
  stampKeys: z.array(filePath).min(1).max(16),
  grants: z.array(grant).max(1000),
});

const sealer = z.discriminatedUnion('provider', [
  z.strictObject({
    /** What seals shares: `file`, for development (refuses NODE_ENV=production), or `aws-kms`. */
    provider: z.literal('file'),
    /** A file that only its owner can read; its content is the passphrase, 12 bytes or more. */
    passphraseFile: filePath,
  }),
  z.strictObject({
    provider: z.literal('aws-kms'),
    /** Key id, ARN or alias of the KMS key. */
    keyId: z.string().min(1),
    /** AWS region; if absent, the SDK's own settings decide. */
    region: z.string().optional(),
    /** URL of another KMS endpoint. */
    endpoint: z.url().optional(),
  }),
]);

const limits = z.strictObject({
  /** Sessions of all kinds at one time. */
  maxSessions: z.int().min(1).max(100_000).default(1024),
  /** Unsealed shares kept in memory. */
  maxCachedShares: z.int().min(1).max(10_000_000).default(100_000),
  /** Longest time a session may take, whatever the coordinator asks for. */
  maxSessionMs: z.int().min(100).max(600_000).default(60_000),
});

const schema = z.strictObject({
  /** Name of the cluster, in every certificate of it and in its roster. */
  cluster: z.string().regex(CLUSTER_NAME, 'must be a cluster name: 1 to 63 of a-z 0-9 . -'),
  /** Roster index; the Shamir x-coordinate of every share here. */
  index: z.int().min(1).max(255),
  /** Folder of the databases; one process at a time. */
  dataDir: filePath,
  listen: listenSchema,
  tls: tlsSchema,
  /** The signed roster. */
  roster: filePath,
  /** The roster before it, while sessions under it may still run (C-10). */
  previousRoster: filePath.optional(),
  /** Public keys of the operators whose stamp a roster needs. */
  operatorKeys: z.array(filePath).min(1).max(16),
  clients: z.array(client).max(10_000),
  sealer,
  /** Display names of wallets that may have a threshold of at most half of their committee (C-61). */
  allowLowThreshold: z.array(z.string().min(1)).default([]),
  /** Ends a burn without an operator, 3 times per peer and day. For local clusters only. */
  cureBurnsAutomatically: z.boolean().default(false),
  limits: limits.prefault({}),
  log: logSchema,
});

export type SignerConfig = z.infer<typeof schema>;

/** The JSON Schema of signer.yaml, for the reference page. */
export const signerJsonSchema = (): Record<string, unknown> => jsonSchemaOf(schema);

function withPaths(config: SignerConfig, at: (path: string) => string): SignerConfig {
  const { tls, sealer, previousRoster } = config;
  return {
    ...config,
    dataDir: at(config.dataDir),
    tls: { cert: at(tls.cert), key: at(tls.key), ca: at(tls.ca) },
    roster: at(config.roster),
    ...(previousRoster === undefined ? {} : { previousRoster: at(previousRoster) }),
    operatorKeys: config.operatorKeys.map(at),
    clients: config.clients.map((each) => ({ ...each, stampKeys: each.stampKeys.map(at) })),
    sealer:
      sealer.provider === 'file'
        ? { ...sealer, passphraseFile: at(sealer.passphraseFile) }
        : sealer,
  };
}

/** Parses and checks the configuration; throws ConfigError. */
export function parseConfig(source: ConfigSource): SignerConfig {
  return loadConfig(schema, source, withPaths);
}
