/**
 * Waits until the signers' pairs are set up.
 * @module
 */
import type { Client } from '../../client/index.ts';
import { TrefoilError } from '../../wire/status.ts';

const POLL_MS = 60;
const CALL_TIMEOUT_MS = 5_000;

type SignerStatus = Awaited<ReturnType<Client['getCluster']>>['signers'][number];

/** True where the signer is there and has an active pair with each of the others. */
const isPaired = ({ connected, pairs }: SignerStatus, signerCount: number): boolean =>
  connected && pairs.length === signerCount - 1 && pairs.every(({ state }) => state === 'active');

function describe(signers: readonly SignerStatus[]): string {
  const lines = signers.map(({ index, connected, pairs }) => {
    const states = pairs.map(({ peer, state }) => `${index}-${peer} ${state}`).join(', ');
    return `signer ${index}: ${connected ? states : 'not connected'}`;
  });
  return lines.join('; ');
}

export type PairOptions = {
  readonly signerCount: number;
  readonly timeoutMs: number;
  /** Ends the wait early, with its reason. */
  readonly signal?: AbortSignal;
};

/** Polls the coordinator until every pair is active on both sides; throws naming the others. */
export async function waitForPairs(
  openClient: () => Client,
  { signerCount, timeoutMs, signal }: PairOptions,
): Promise<void> {
  const client = openClient();
  const deadline = performance.now() + timeoutMs;
  let last = 'the coordinator did not answer';
  try {
    while (performance.now() < deadline) {
      signal?.throwIfAborted();
      try {
        const { signers } = await client.getCluster({ timeoutMs: CALL_TIMEOUT_MS });
        if (signers.every((signer) => isPaired(signer, signerCount))) return;
        last = describe(signers);
      } catch (error) {
        if (!(error instanceof TrefoilError)) throw error;
        last = error.message;
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    client.close();
  }
  throw new Error(`the pairs were not set up within ${timeoutMs} ms (${last})`);
}
