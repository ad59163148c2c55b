/**
 * What can go wrong in core. An abort's code fixes its numbered check and its class (spec §13.1,
 * §15); the words drop, blame, burn, retry and fatal stand for the letters A, B, C, D and F.
 * @module
 */
import { holds, present, type CheckId } from './checks.ts';
import type { PartyIndex } from './types.ts';

export type AbortClass = 'drop' | 'blame' | 'burn' | 'retry' | 'fatal';

type Abort = { readonly check: CheckId; readonly abortClass: AbortClass };
const abort = (check: CheckId, abortClass: AbortClass): Abort => ({ check, abortClass });

/** Every abort of the protocol: its check and its class. */
export const ABORTS = {
  PAYLOAD_LENGTH: abort('C-05', 'blame'),
  EQUIVOCATION: abort('C-06', 'blame'),
  JOIN_CHANGED: abort('C-07', 'retry'),
  CONTEXT_MISMATCH: abort('C-08', 'retry'),
  SIGNER_SET_INVALID: abort('C-09', 'retry'),
  ROSTER_MISMATCH: abort('C-10', 'retry'),
  ZERO_SHARED_SECRET: abort('C-11', 'blame'),
  PAIR_MISMATCH: abort('C-12', 'retry'),
  START_REGRESSED: abort('C-13', 'retry'),
  KEY_EPOCH_MISMATCH: abort('C-14', 'retry'),
  ECHO_MISMATCH: abort('C-15', 'retry'),
  POINT_INVALID: abort('C-17', 'blame'),
  SCALAR_INVALID: abort('C-18', 'blame'),
  PAIR_MEMBERS_INVALID: abort('C-19', 'retry'),
  BASE_OT_POINT_INVALID: abort('C-20', 'blame'),
  BASE_OT_POINT_IDENTITY: abort('C-21', 'blame'),
  BASE_OT_SENDER_POINT_INVALID: abort('C-22', 'blame'),
  PPRF_DIGEST_MISMATCH: abort('C-23', 'blame'),
  PAIR_GENERATION_REFUSED: abort('C-24', 'retry'),
  PAIR_DIGEST_MISMATCH: abort('C-25', 'retry'),
  COMMITMENT_NOT_OPENED: abort('C-27', 'blame'),
  ELEMENT_COUNT: abort('C-28', 'blame'),
  PROOF_INVALID: abort('C-29', 'blame'),
  KEY_DEGENERATE: abort('C-30', 'retry'),
  SHARE_INVALID: abort('C-31', 'blame'),
  OWN_SHARE_INVALID: abort('C-32', 'fatal'),
  CONFIRMATION_MISMATCH: abort('C-33', 'retry'),
  POSSESSION_INVALID: abort('C-34', 'blame'),
  OT_MESSAGE_LENGTH: abort('C-36', 'blame'),
  OT_CHECK_FAILED: abort('C-37', 'burn'),
  RVOLE_MALFORMED: abort('C-38', 'blame'),
  RVOLE_CHECK_FAILED: abort('C-39', 'burn'),
  NONCE_COMMITMENT_NOT_OPENED: abort('C-40', 'blame'),
  GAMMA_U_MISMATCH: abort('C-41', 'burn'),
  GAMMA_V_MISMATCH: abort('C-42', 'burn'),
  KEY_SUM_MISMATCH: abort('C-43', 'retry'),
  NONCE_POINT_IDENTITY: abort('C-44', 'retry'),
  SIGNATURE_DEGENERATE: abort('C-45', 'retry'),
  SIGNATURE_INVALID: abort('C-46', 'retry'),
  LEDGER_NOT_WRITTEN: abort('C-49', 'fatal'),
  DERIVATION_INVALID: abort('C-51', 'retry'),
  PAIR_NOT_USABLE: abort('C-52', 'retry'),
  RECORD_CORRUPTED: abort('C-60', 'fatal'),
} as const satisfies Record<string, Abort>;

export type AbortCode = keyof typeof ABORTS;

/**
 * A numbered check failed; the session is over. `culprits` is empty unless the class names one.
 * The message carries the code and indices only, never a value (C-62).
 */
export class ProtocolAbort extends Error {
  readonly code: AbortCode;
  readonly check: CheckId;
  readonly abortClass: AbortClass;
  readonly culprits: readonly PartyIndex[];

  constructor(code: AbortCode, culprits: readonly PartyIndex[] = []) {
    const { check, abortClass } = ABORTS[code];
    const who = culprits.length > 0 ? ` by ${culprits.join(', ')}` : '';
    super(`${code} (${check}, ${abortClass})${who}`);
    this.name = 'ProtocolAbort';
    this.code = code;
    this.check = check;
    this.abortClass = abortClass;
    this.culprits = culprits;
  }
}

/** A caller's argument is wrong; nothing was made or sent. `field` is its path. */
export class InvalidInput extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(`${field}: ${message}`);
    this.name = 'InvalidInput';
    this.field = field;
  }
}

/** Our own bug or a broken local invariant (class fatal): refuse service, blame nobody. */
export class InvariantViolation extends Error {
  override name = 'InvariantViolation';
}

/** Throws {@link ProtocolAbort} unless the numbered check of `code` holds. */
export function ensure(code: AbortCode, ok: boolean, culprits: readonly PartyIndex[] = []): void {
  if (!holds(ABORTS[code].check, ok)) throw new ProtocolAbort(code, culprits);
}

/** {@link ensure} for a decoder's result: returns the value that must be there. */
export function ensurePresent<T>(
  code: AbortCode,
  value: T | undefined,
  culprits: readonly PartyIndex[] = [],
): T {
  if (!present(ABORTS[code].check, value)) throw new ProtocolAbort(code, culprits);
  return value;
}
