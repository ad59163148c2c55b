/**
 * What a local cluster's folder may become: a new cluster, or the one that it was before.
 * @module
 */
import { signerIndices } from './credentials.ts';
import type { LocalPorts, LocalSealer, LocalState } from './state.ts';

export const FIRST_PORT = 7400;
const PROBE_OFFSET = 1000;
const CHAIN_PORT = 8545;

export type SealerName = LocalSealer['provider'];

export type FolderWishes = {
  readonly dir: string;
  /** Undefined: what the folder has, `file` in a new one. */
  readonly sealer?: SealerName | undefined;
  /** Undefined: what the folder has, 3 in a new one. */
  readonly signerCount?: number | undefined;
};

/** The folder holds another kind of cluster than the one asked for. */
export class FolderMismatch extends Error {
  override readonly name = 'FolderMismatch';
}

/** Throws where the wishes differ from what the folder already is. */
export function checkWishes(state: LocalState | undefined, wishes: FolderWishes): void {
  if (state === undefined) return;
  const { sealer, signerCount, dir } = wishes;
  if (sealer !== undefined && sealer !== state.sealer.provider) {
    throw new FolderMismatch(
      `${dir} holds a cluster sealed by ${state.sealer.provider}; choose another folder with --dir`,
    );
  }
  if (signerCount !== undefined && signerCount !== state.signerCount) {
    throw new FolderMismatch(
      `${dir} holds a cluster of ${state.signerCount} signers; choose another folder with --dir`,
    );
  }
}

/**
 * The ports to try first: `firstPort` and the next ones for gRPC, 1000 above for probes; 8545 for
 * the chain. 0: any free ones.
 */
export function wantedPorts(signerCount: number, firstPort: number): LocalPorts {
  const portsAt = (offset: number): { grpc: number; http: number } =>
    firstPort === 0
      ? { grpc: 0, http: 0 }
      : { grpc: firstPort + offset, http: firstPort + PROBE_OFFSET + offset };
  return {
    coordinator: portsAt(0),
    signers: signerIndices(signerCount).map(portsAt),
    chain: firstPort === 0 ? 0 : CHAIN_PORT,
  };
}
