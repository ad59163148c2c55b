/**
 * How every process reads its configuration: one YAML file, then `TREFOIL_` variables, then flags,
 * against one schema, into a frozen object. An unknown key or variable is an error that names it.
 * @module
 */
import { dirname, resolve } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';

const ENV_PREFIX = 'TREFOIL_';

/** The configuration is wrong; the message names every wrong key. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Flags that every server process knows. */
export type ListenFlags = {
  readonly listenGrpc?: string | undefined;
  readonly listenHttp?: string | undefined;
};

export type ConfigSource = {
  /** The file's content. */
  readonly yaml: string;
  /** The file's path: named in errors, and paths in it are relative to its folder. */
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags?: ListenFlags;
};

/** A path in a configuration file: relative to the file's folder until {@link loadConfig}. */
export const filePath = z.string().min(1, 'must be a path').max(4096).meta({ format: 'path' });

/** `host:port`; port 0 takes a free one. */
export const listenAddress = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.]+\]|[^:[\]/\s]+):\d{1,5}$/, 'must be host:port')
  .refine((text) => Number(text.slice(text.lastIndexOf(':') + 1)) <= 65_535, 'must be host:port');

/** Where a process serves. */
export const listenSchema = z.strictObject({
  /** `host:port` for gRPC over mutual TLS; port 0 takes a free one. */
  grpc: listenAddress,
  /** `host:port` for probes and metrics, plain HTTP. */
  http: listenAddress,
});

/** The TLS identity of a process, PEM files; read again when they change. */
export const tlsSchema = z.strictObject({
  /** Certificate chain of this process, its SPIFFE name inside. */
  cert: filePath,
  /** Private key of the certificate. */
  key: filePath,
  /** The certificates that peers are verified against. */
  ca: filePath,
});

export const logSchema = z
  .strictObject({
    /** The least severe line that is written; lines are JSON on standard output. */
    level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  })
  .prefault({});

type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The JSON Schema of a configuration, for its reference page. */
export function jsonSchemaOf(schema: z.ZodType): Tree {
  return { ...z.toJSONSchema(schema, { io: 'input' }) };
}

function parseYaml({ yaml, path }: ConfigSource): Tree {
  try {
    const document: unknown = parse(yaml, { prettyErrors: true, maxAliasCount: 0 });
    if (!isTree(document)) throw new ConfigError(`${path}: must be a mapping of settings`);
    return document;
  } catch (error) {
    // The parser refuses aliases, of which none are allowed, with a ReferenceError.
    if (error instanceof YAMLParseError || error instanceof ReferenceError)
      throw new ConfigError(`${path}: ${error.message}`);
    throw error;
  }
}

/** `limits.maxSessions` -> `TREFOIL_LIMITS_MAX_SESSIONS`. */
export const variableOf = (path: readonly string[]): string =>
  ENV_PREFIX +
  path.map((part) => part.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()).join('_');

/** Every setting that a variable can give: the leaves that are one word, number or truth value. */
function scalarPaths(node: unknown, path: readonly string[] = []): string[][] {
  if (!isTree(node)) return [];
  if (isTree(node['properties'])) {
    return Object.entries(node['properties']).flatMap(([key, child]) =>
      scalarPaths(child, [...path, key]),
    );
  }
  const scalars: unknown[] = ['string', 'integer', 'boolean'];
  return scalars.includes(node['type']) ? [[...path]] : [];
}

function valueOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

function settingsFromEnv(schema: z.ZodType, env: ConfigSource['env']): [string[], unknown][] {
  const known = new Map(scalarPaths(jsonSchemaOf(schema)).map((path) => [variableOf(path), path]));
  return Object.entries(env).flatMap(([variable, text]) => {
    if (!variable.startsWith(ENV_PREFIX) || text === undefined) return [];
    const path = known.get(variable);
    if (path === undefined) throw new ConfigError(`environment: unknown variable ${variable}`);
    return [[path, valueOf(text)]];
  });
}

function assign(tree: Tree, [head, ...rest]: readonly string[], value: unknown): void {
  if (head === undefined) return;
  if (rest.length === 0) {
    tree[head] = value;
    return;
  }
  const child = tree[head];
  const next: Tree = isTree(child) ? child : {};
  tree[head] = next;
  assign(next, rest, value);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) deepFreeze(child);
    Object.freeze(value);
  }
  return value;
}

/**
 * Parses and checks a configuration; `withPaths` makes its paths absolute by the function given.
 * Throws {@link ConfigError}.
 */
export function loadConfig<T>(
  schema: z.ZodType<T>,
  source: ConfigSource,
  withPaths: (config: T, at: (path: string) => string) => T,
): T {
  const document = parseYaml(source);
  for (const [path, value] of settingsFromEnv(schema, source.env)) assign(document, path, value);
  const { listenGrpc, listenHttp } = source.flags ?? {};
  if (listenGrpc !== undefined) assign(document, ['listen', 'grpc'], listenGrpc);
  if (listenHttp !== undefined) assign(document, ['listen', 'http'], listenHttp);
  const result = schema.safeParse(document);
  if (!result.success) throw new ConfigError(`${source.path}:\n${z.prettifyError(result.error)}`);
  const folder = dirname(resolve(source.path));
  return deepFreeze(withPaths(result.data, (path) => resolve(folder, path)));
}
