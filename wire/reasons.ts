/**
 * Every reason that an error may carry, with its canonical code and one sentence of documentation.
 * docs/errors.md is rendered from this table.
 * @module
 */

/** Canonical codes and their numbers, which are those of gRPC. */
export const CODES = {
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

export type Code = keyof typeof CODES;

type ReasonRule = {
  readonly code: Code;
  readonly doc: string;
  /** Least time in milliseconds before a retry can succeed; absent where a retry is pointless. */
  readonly retryAfterMs?: number;
};

export const REASONS = {
  // The request itself
  FIELD_INVALID: {
    code: 'INVALID_ARGUMENT',
    doc: 'A field of the request is missing, malformed or out of bounds; the violation names it.',
  },
  PAYLOAD_UNSUPPORTED: {
    code: 'UNIMPLEMENTED',
    doc: 'The kind of payload is known but this version does not sign it.',
  },
  METHOD_UNKNOWN: { code: 'UNIMPLEMENTED', doc: 'The server does not offer this method.' },
  MESSAGE_TOO_LARGE: {
    code: 'RESOURCE_EXHAUSTED',
    doc: 'A message exceeds the size limit of the transport.',
  },

  // Who asks
  PEER_UNIDENTIFIED: {
    code: 'UNAUTHENTICATED',
    doc: 'The TLS certificate of the caller carries no valid name of this cluster.',
  },
  METHOD_FORBIDDEN: {
    code: 'PERMISSION_DENIED',
    doc: 'The configuration does not let this caller use this method.',
  },
  STAMP_UNKNOWN: {
    code: 'PERMISSION_DENIED',
    doc: 'No stamp of the request is by a key that this signer has configured.',
  },
  STAMP_INVALID: {
    code: 'PERMISSION_DENIED',
    doc: 'A stamp is not a valid signature over the request.',
  },
  CLIENT_MISMATCH: {
    code: 'PERMISSION_DENIED',
    doc: 'The request names another client than the one that stamped it.',
  },
  GRANT_MISSING: {
    code: 'PERMISSION_DENIED',
    doc: 'The client holds no grant for this action on this wallet and purpose.',
  },
  PURPOSE_FORBIDDEN: {
    code: 'PERMISSION_DENIED',
    doc: 'The wallet was not made for this purpose.',
  },

  // When
  REQUEST_NOT_YET_VALID: {
    code: 'FAILED_PRECONDITION',
    doc: 'The request is judged before its not_before.',
    retryAfterMs: 1000,
  },
  REQUEST_EXPIRED: {
    code: 'FAILED_PRECONDITION',
    doc: 'The request is judged at or after its not_after; make a new one.',
  },
  REQUEST_VALID_TOO_LONG: {
    code: 'INVALID_ARGUMENT',
    doc: 'The not_after of the request lies more than 24 hours ahead.',
  },
  REQUEST_ISSUED_TOO_EARLY: {
    code: 'FAILED_PRECONDITION',
    doc: 'The request was issued before this signer was cleared or restored; make a new one.',
  },

  // Names and states
  REQUEST_ID_REUSED: {
    code: 'ALREADY_EXISTS',
    doc: 'The request_id was used before with other bytes.',
  },
  REQUEST_NOT_FOUND: { code: 'NOT_FOUND', doc: 'No request with this request_id is known.' },
  RESULT_NOT_READY: {
    code: 'FAILED_PRECONDITION',
    doc: 'The request is known but has no result yet.',
    retryAfterMs: 200,
  },
  WALLET_NOT_FOUND: { code: 'NOT_FOUND', doc: 'No wallet has this name.' },
  WALLET_NOT_ACTIVE: {
    code: 'FAILED_PRECONDITION',
    doc: 'The wallet is still being made or could not be made.',
  },
  KEY_NOT_FOUND: { code: 'NOT_FOUND', doc: 'The signer has no record of this key.' },
  KEY_NOT_ACTIVE: {
    code: 'FAILED_PRECONDITION',
    doc: 'The key is pending or given up at this signer and cannot sign.',
  },
  KEY_EXISTS: {
    code: 'ALREADY_EXISTS',
    doc: 'A key with this id exists, is pending or was given up here (C-63); make a new request.',
  },
  CERTIFICATE_INVALID: {
    code: 'INVALID_ARGUMENT',
    doc: 'The key certificate does not verify.',
  },
  COMMITTEE_INVALID: {
    code: 'INVALID_ARGUMENT',
    doc: 'The committee or threshold does not fit the roster of the cluster.',
  },
  THRESHOLD_TOO_LOW: {
    code: 'FAILED_PRECONDITION',
    doc: 'The threshold is not more than half of the committee (C-61).',
  },

  // Sessions
  PARTIES_INVALID: {
    code: 'FAILED_PRECONDITION',
    doc: 'The set of signers of a session is not a valid one for its kind.',
  },
  ROSTER_VERSION_UNKNOWN: {
    code: 'FAILED_PRECONDITION',
    doc: 'The session names a roster version that this signer does not accept.',
  },
  ATTEMPT_REUSED: {
    code: 'FAILED_PRECONDITION',
    doc: 'This attempt of the request was already joined by this signer.',
  },
  PAIR_NOT_ACTIVE: {
    code: 'UNAVAILABLE',
    doc: 'Two signers of the session have no usable pair; a set-up is needed.',
    retryAfterMs: 200,
  },
  PAIR_BUSY: {
    code: 'UNAVAILABLE',
    doc: 'A set-up of this pair is already running.',
    retryAfterMs: 200,
  },
  PAIR_NEEDS_APPROVAL: {
    code: 'FAILED_PRECONDITION',
    doc: 'A set-up of this pair needs the approval of an operator first.',
  },
  PAIR_GENERATION_TOO_LOW: {
    code: 'FAILED_PRECONDITION',
    doc: 'The pair generation is not above every remembered one; metadata names the largest.',
  },
  PEER_REFUSED: {
    code: 'FAILED_PRECONDITION',
    doc: 'A peer broke the start rule (C-13) and is refused until an operator clears it.',
  },
  RECOVERY_REQUIRED: {
    code: 'FAILED_PRECONDITION',
    doc: 'This signer found its own state set back and waits for an operator.',
  },
  SESSION_ABORTED: {
    code: 'ABORTED',
    doc: 'A check of the protocol failed; metadata names check, class and culprits.',
  },
  SESSION_BURNED: {
    code: 'FAILED_PRECONDITION',
    doc: 'A check failed that ends the pair generation; a new pair set-up is needed.',
  },
  SESSION_TIMEOUT: {
    code: 'DEADLINE_EXCEEDED',
    doc: 'A session did not end in its time.',
    retryAfterMs: 100,
  },
  SESSION_UNKNOWN: { code: 'NOT_FOUND', doc: 'The session is not known here, or is over.' },
  CEREMONY_FAILED: {
    code: 'ABORTED',
    doc: 'The key generation cannot complete; make a new request.',
  },

  // Signers as a whole
  SIGNERS_UNAVAILABLE: {
    code: 'UNAVAILABLE',
    doc: 'Too few signers are reachable to reach the threshold.',
    retryAfterMs: 500,
  },
  SIGNERS_REFUSED: {
    code: 'PERMISSION_DENIED',
    doc: 'So many signers refused that no quorum is left; metadata names each one and its reason.',
  },
  SIGNATURE_REJECTED: {
    code: 'INTERNAL',
    doc: 'A signature that came out did not verify; it was not returned.',
  },

  // The process
  PEER_UNAVAILABLE: {
    code: 'UNAVAILABLE',
    doc: 'The other process cannot be reached.',
    retryAfterMs: 200,
  },
  OVERLOADED: {
    code: 'RESOURCE_EXHAUSTED',
    doc: 'A limit on concurrent work, rate or memory is reached.',
    retryAfterMs: 500,
  },
  STARTING: {
    code: 'UNAVAILABLE',
    doc: 'The process is starting.',
    retryAfterMs: 500,
  },
  STOPPING: {
    code: 'UNAVAILABLE',
    doc: 'The process is stopping.',
    retryAfterMs: 500,
  },
  SEALER_UNAVAILABLE: {
    code: 'UNAVAILABLE',
    doc: 'The sealer of the shares cannot be reached or refuses.',
    retryAfterMs: 1000,
  },
  STORAGE_UNAVAILABLE: {
    code: 'UNAVAILABLE',
    doc: 'The storage of the process failed.',
    retryAfterMs: 1000,
  },
  DEADLINE_PASSED: {
    code: 'DEADLINE_EXCEEDED',
    doc: 'The deadline of the caller passed before there was a result.',
  },
  CALL_CANCELLED: { code: 'CANCELLED', doc: 'The caller gave the call up.' },
  INTERNAL: {
    code: 'INTERNAL',
    doc: 'A bug or a broken local invariant; the log of the process says more.',
  },
  UNKNOWN: {
    code: 'UNKNOWN',
    doc: 'The other process answered with an error that this version does not know.',
  },
} as const satisfies Record<string, ReasonRule>;

export type Reason = keyof typeof REASONS;

/** Whether a text is a reason of this version. */
export function isReason(text: string): text is Reason {
  return Object.hasOwn(REASONS, text);
}

/** The rule of a reason. */
export function reasonRule(reason: Reason): ReasonRule {
  return REASONS[reason];
}

/** docs/errors.md. */
export function renderReasons(): string {
  const rows = Object.entries(REASONS).map(([reason, rule]: [string, ReasonRule]) => {
    const retry = rule.retryAfterMs === undefined ? 'no' : `after ${rule.retryAfterMs} ms`;
    return `| \`${reason}\` | ${rule.code} | ${retry} | ${rule.doc} |`;
  });
  return [
    '# Errors',
    '',
    'An error has a canonical gRPC code and, in the trailer `grpc-status-details-bin`, a',
    '`google.rpc.Status` whose details are `ErrorInfo` (reason, domain `trefoil`, metadata),',
    '`BadRequest` where a field is at fault, and `RetryInfo` where a retry makes sense.',
    '',
    'Metadata of `SESSION_ABORTED` and `SESSION_BURNED`: `check` (C-nn), `abortClass` (drop, blame,',
    'burn, retry, fatal), `abortCode`, `culprits` (roster indices, comma-separated).',
    '',
    '| reason | code | retry | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
