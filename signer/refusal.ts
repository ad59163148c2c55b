/**
 * What a coordinator is told when this signer takes no part: a reason of the list, never a value.
 * @module
 */
import { ProtocolAbort } from '../core/index.ts';
import type { Reason } from '../wire/reasons.ts';
import { toTrefoilError, TrefoilError } from '../wire/status.ts';
import { SealFailure } from './ports.ts';
import { KeyIdTaken, LedgerConflict, PairRefused, StoreUnavailable } from './store/errors.ts';

const OF_PAIR: Readonly<Record<PairRefused['reason'], Reason>> = {
  'needs-approval': 'PAIR_NEEDS_APPROVAL',
  'cure-limit': 'PAIR_NEEDS_APPROVAL',
  'generation-not-new': 'PAIR_GENERATION_TOO_LOW',
  'generation-too-far': 'PAIR_GENERATION_TOO_LOW',
  'start-went-back': 'PEER_REFUSED',
  'start-reused': 'PEER_REFUSED',
  'peer-refused': 'PEER_REFUSED',
};

const OF_LEDGER: Readonly<Record<LedgerConflict['reason'], Reason>> = {
  'other-bytes': 'REQUEST_ID_REUSED',
  'other-content': 'REQUEST_ID_REUSED',
  'attempt-used': 'ATTEMPT_REUSED',
  'not-accepted': 'REQUEST_NOT_FOUND',
};

function reasonOf(thrown: unknown): Reason | undefined {
  if (thrown instanceof PairRefused) return OF_PAIR[thrown.reason];
  if (thrown instanceof LedgerConflict) return OF_LEDGER[thrown.reason];
  if (thrown instanceof KeyIdTaken) return 'KEY_EXISTS';
  if (thrown instanceof SealFailure) return 'SEALER_UNAVAILABLE';
  if (thrown instanceof StoreUnavailable) return 'STORAGE_UNAVAILABLE';
  if (!(thrown instanceof ProtocolAbort)) return undefined;
  switch (thrown.check) {
    case 'C-09':
    case 'C-19':
      return 'PARTIES_INVALID';
    case 'C-10':
      return 'ROSTER_VERSION_UNKNOWN';
    default:
      return undefined;
  }
}

/** Any thrown value as the error that may leave this process. */
export function refusalOf(thrown: unknown): TrefoilError {
  const reason = reasonOf(thrown);
  if (reason === undefined || !(thrown instanceof Error)) return toTrefoilError(thrown);
  const metadata =
    thrown instanceof PairRefused ? { largestGeneration: String(thrown.largestGeneration) } : {};
  // The texts of store errors hold ids and numbers only; a sealer's may hold a key service's words.
  const message = thrown instanceof SealFailure ? 'the sealer failed' : thrown.message;
  return new TrefoilError(reason, message, { metadata, cause: thrown });
}
