/**
 * What a local cluster's folder may become: a new cluster, or the one that it was before.
 * @module
 */
import { signerIndices } from './credentials.ts';
import type { LocalPorts, LocalSealer, LocalState } from './state.ts';

const FIRST_PORTS = { grpc: 7400, http: 8400 };
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

/** 7400 and 8400 for the coordinator, the next ones for the signers, 8545 for the chain. */
export function standardPorts(signerCount: number): LocalPorts {
  const { grpc, http } = FIRST_PORTS;
  return {
    coordinator: FIRST_PORTS,
    signers: signerIndices(signerCount).map((index) => ({
      grpc: grpc + index,
      http: http + index,
    })),
    chain: CHAIN_PORT,
  };
}

/** Whatever the operating system gives. */
export function anyPorts(signerCount: number): LocalPorts {
  const any = { grpc: 0, http: 0 };
  return { coordinator: any, signers: signerIndices(signerCount).map(() => any), chain: 0 };
}
