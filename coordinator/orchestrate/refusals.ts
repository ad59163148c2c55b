/**
 * What signers' refusals mean for a request: another quorum, or the end of it.
 * @module
 */
import { isReason, reasonRule, type Reason } from '../../wire/reasons.ts';
import { fromRefusal, TrefoilError, type Refusal } from '../../wire/status.ts';

export type Refusals = ReadonlyMap<number, Refusal>;

/**
 * Reasons that concern the one signer, its state or this attempt: another quorum may sign. Every
 * other reason is a judgement of the request itself, which is final (design §4, step 6): asking
 * around until somebody agrees is what signers are there to prevent.
 */
const ANOTHER_QUORUM: ReadonlySet<Reason> = new Set<Reason>([
  'ATTEMPT_REUSED',
  'KEY_NOT_ACTIVE',
  'KEY_NOT_FOUND',
  'PAIR_NOT_ACTIVE',
  'PAIR_BUSY',
  'PARTIES_INVALID',
  'PEER_REFUSED',
  'PEER_UNAVAILABLE',
  'OVERLOADED',
  'RECOVERY_REQUIRED',
  'REQUEST_ISSUED_TOO_EARLY',
  'ROSTER_VERSION_UNKNOWN',
  'SEALER_UNAVAILABLE',
  'SESSION_ABORTED',
  'SESSION_BURNED',
  'SESSION_TIMEOUT',
  'SESSION_UNKNOWN',
  'STARTING',
  'STOPPING',
  'STORAGE_UNAVAILABLE',
  'INTERNAL',
  'UNKNOWN',
]);

/** The reason a signer gave, or UNKNOWN for one of a newer version. */
const reasonOf = ({ reason }: Refusal): Reason => (isReason(reason) ? reason : 'UNKNOWN');

/** Whether a refusal leaves the request to other signers. */
export const allowsAnotherQuorum = (refusal: Refusal): boolean =>
  ANOTHER_QUORUM.has(reasonOf(refusal));

export const someRefusalIs = (refusals: Refusals, reason: Reason): boolean =>
  [...refusals.values()].some((refusal) => reasonOf(refusal) === reason);

/**
 * The error for the caller: names every signer that refused, and its reason. One judgement that all
 * share is passed on as it is, with its field; policy refusals are SIGNERS_REFUSED.
 */
export function refusalError(refusals: Refusals): TrefoilError {
  const final = [...refusals].filter(([, refusal]) => !allowsAnotherQuorum(refusal));
  const shown = final.length > 0 ? final : [...refusals];
  const metadata = Object.fromEntries(
    shown.map(([signer, refusal]) => [`signer${signer}`, reasonOf(refusal)]),
  );
  const [first] = shown;
  const reasons = new Set(shown.map(([, refusal]) => reasonOf(refusal)));
  const list = shown
    .map(([signer, refusal]) => `signer ${signer}: ${reasonOf(refusal)}`)
    .join(', ');
  const sentence = first ? ` (${first[1].message})` : '';
  const [only] = reasons;
  if (first && only && reasons.size === 1 && reasonRule(only).code !== 'PERMISSION_DENIED') {
    const shared = fromRefusal({ ...first[1], reason: only });
    return new TrefoilError(only, `refused by ${list}${sentence}`, {
      metadata: { ...shared.metadata, ...metadata },
      fieldViolations: shared.fieldViolations,
    });
  }
  return new TrefoilError('SIGNERS_REFUSED', `refused by ${list}${sentence}`, { metadata });
}
