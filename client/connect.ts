/**
 * A client from its configuration.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type PublicEnv, createReferenceArith } from '../core/index.ts';
import { sha256 } from '../wire/bytes.ts';
import {
  type StampKey,
  type Stamper,
  parseStampPrivateKey,
  parseStampPublicKey,
} from '../wire/stamp.ts';
import type { TlsPems } from '../wire/tls.ts';
import { type Client, createClient } from './client.ts';
import type { ClientConfig } from './config.ts';
import { openWalletRpc } from './rpc.ts';

export type ConnectOptions = {
  /** host:port of the coordinator. */
  readonly endpoint: string;
  /** The names that its certificate must carry: `spiffe://<cluster>/coordinator/<coordinator>`. */
  readonly cluster: string;
  readonly coordinator: string;
  readonly tls: TlsPems;
  readonly stamper: Stamper;
  /** Operators whose rosters are trusted. */
  readonly operatorKeys: readonly StampKey[];
  /** Time allowed to a call that sets no other, in milliseconds. */
  readonly timeoutMs: number;
};

export type ConnectModules = {
  /** Computes with public values only: derivation and certificates. */
  readonly core: PublicEnv;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly uuid: () => string;
};

/** What a process without wishes of its own uses. */
export const standardModules = (): ConnectModules => ({
  core: { arith: createReferenceArith(), sha256 },
  now: Date.now,
  uuid: randomUUID,
});

/** Makes a client; the connection is made with the first call. The caller closes it. */
export function connect(options: ConnectOptions, modules: ConnectModules): Client {
  const { cluster, operatorKeys, stamper, timeoutMs, ...transport } = options;
  const { now } = modules;
  return createClient(
    { trust: { cluster, operatorKeys }, timeoutMs },
    { ...modules, stamper, rpc: openWalletRpc({ cluster, ...transport }, { clock: { now } }) },
  );
}

/** Reads the files that a configuration names. */
export function connectOptions(config: ClientConfig): ConnectOptions {
  const { endpoint, cluster, coordinator, tls, timeoutMs } = config;
  return {
    endpoint,
    cluster,
    coordinator,
    tls: {
      cert: readFileSync(tls.cert),
      key: readFileSync(tls.key),
      ca: readFileSync(tls.ca),
    },
    stamper: parseStampPrivateKey(readFileSync(config.stampKey, 'utf8')),
    operatorKeys: config.operatorKeys.map((path) =>
      parseStampPublicKey(readFileSync(path, 'utf8')),
    ),
    timeoutMs,
  };
}
