/** A Sealer that keeps the plaintexts itself; a blob is a ticket. Fails on demand. */
import { randomBytes } from 'node:crypto';
import {
  SealFailure,
  type SealContext,
  type SealFailureCode,
  type Sealer,
} from '../../signer/ports.ts';

export type MemorySealer = Sealer & {
  /** Every call fails with this code until called with `undefined`. */
  readonly failWith: (code: SealFailureCode | undefined) => void;
  /** Calls of `unseal` that opened a blob. */
  readonly unsealCount: () => number;
};

export function createMemorySealer(): MemorySealer {
  const sealed = new Map<string, { plaintext: Uint8Array; context: string }>();
  let failure: SealFailureCode | undefined;
  let unseals = 0;

  const check = (): void => {
    if (failure !== undefined) throw new SealFailure(failure, `failure on demand: ${failure}`);
  };
  const nameOf = (blob: Uint8Array): string => Buffer.from(blob).toString('hex');
  const canonical = (context: SealContext): string =>
    JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1)));

  return {
    id: 'memory',
    seal: async (plaintext, context) => {
      check();
      const blob = new Uint8Array(randomBytes(32));
      sealed.set(nameOf(blob), {
        plaintext: Uint8Array.from(plaintext),
        context: canonical(context),
      });
      return blob;
    },
    unseal: async (blob, context) => {
      check();
      const entry = sealed.get(nameOf(blob));
      if (entry?.context !== canonical(context))
        throw new SealFailure('not-authentic', 'unknown blob or another context');
      unseals += 1;
      return Uint8Array.from(entry.plaintext);
    },
    health: async () => {
      check();
    },
    failWith: (code) => {
      failure = code;
    },
    unsealCount: () => unseals,
  };
}
