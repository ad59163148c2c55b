/**
 * What the commands get from `main.ts`.
 * @module
 */
import type { webcrypto } from 'node:crypto';
import type { KmsKeyOptions } from './local/kms-keys.ts';
import type { OutputStreams } from './output.ts';

export type Streams = OutputStreams & {
  readonly stderr: { readonly write: (text: string) => unknown };
};

export type Context = {
  readonly env: NodeJS.ProcessEnv;
  readonly streams: Streams;
  readonly crypto: webcrypto.Crypto;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly createKmsKeys: (options: KmsKeyOptions) => Promise<string[]>;
};
