/**
 * What the coordinator needs from its surroundings, as types.
 * @module
 */
import type { KeyCertificate } from '../wire/certificate.ts';
import type { KeyPage, KeyRecord, SignerInfo, StoredResult } from '../wire/signer-info.ts';

/** The unary calls to one signer. Each has a time-out of its own and rejects with TrefoilError. */
export type SignerApi = {
  readonly getInfo: () => Promise<SignerInfo>;
  readonly listKeys: (pageToken: string) => Promise<KeyPage>;
  readonly getKey: (keyId: Uint8Array) => Promise<KeyRecord>;
  readonly putCertificate: (certificate: KeyCertificate) => Promise<unknown>;
  readonly getResult: (requestId: string) => Promise<StoredResult>;
};

/** Time, injected so that tests move it by hand. */
export type Clock = {
  /** Wall clock, epoch milliseconds: for what is stored and for expiry. */
  readonly now: () => number;
  /** Milliseconds from an arbitrary start, never stepping back: for waiting. */
  readonly monotonicMs: () => number;
  /** Runs `action` once after `ms`; the result cancels it. */
  readonly after: (ms: number, action: () => void) => () => void;
};

/** Public randomness: session names, jitter, ties. Uniform bytes. */
export type RandomBytes = (length: number) => Uint8Array;

type Fields = Readonly<Record<string, unknown>>;
/** The part of a pino logger that is used. No secret passes through a coordinator. */
export type Logger = {
  readonly debug: (fields: Fields, message: string) => void;
  readonly info: (fields: Fields, message: string) => void;
  readonly warn: (fields: Fields, message: string) => void;
  readonly error: (fields: Fields, message: string) => void;
  readonly child: (fields: Fields) => Logger;
};

/** A number in [0, 1) out of six random bytes. */
export const fractionOf = (random: RandomBytes): number =>
  Buffer.from(random(6)).readUIntBE(0, 6) / 2 ** 48;
