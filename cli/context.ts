/**
 * What the commands get from `main.ts`.
 * @module
 */
import type { webcrypto } from 'node:crypto';
import type { KmsKeyOptions } from './local/kms-keys.ts';
import type { Output, OutputStreams } from './output.ts';

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

/** What a command's action gets besides its own arguments. */
export type Session = {
  readonly context: Context;
  /** Made when the options are known. */
  readonly output: () => Output;
  /** The exit code of a command that did not fail but has another one than 0. */
  readonly exitWith: (code: number) => void;
};
