/**
 * The one mapping between errors and gRPC statuses, both ways.
 * @module
 */
import { Metadata, status, type ServiceError, type StatusObject } from '@grpc/grpc-js';
import { InvalidInput, InvariantViolation, ProtocolAbort } from '../core/index.ts';
import { LIMITS } from './limits.ts';
import { decodeMessage, encodeMessage } from './proto.ts';
import { CODES, isReason, reasonRule, type Code, type Reason } from './reasons.ts';

const DOMAIN = 'trefoil';
const DETAILS_KEY = 'grpc-status-details-bin';
/** Trailers share one header block with everything else; HTTP/2 stacks commonly allow 8 KiB. */
const DETAILS_BYTES = 6 * 1024;

export type FieldViolation = { readonly field: string; readonly description: string };

/** What an error says beyond its reason. */
export type ErrorFacts = {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly fieldViolations?: readonly FieldViolation[];
  /** Overrides the reason's own. */
  readonly retryAfterMs?: number;
  /** For the own log only; never sent. */
  readonly cause?: unknown;
};

/** An error that may cross a process boundary. The message is sent: no secret, no peer bytes. */
export class TrefoilError extends Error {
  override readonly name = 'TrefoilError';
  readonly reason: Reason;
  readonly code: Code;
  readonly metadata: Readonly<Record<string, string>>;
  readonly fieldViolations: readonly FieldViolation[];
  readonly retryAfterMs: number | undefined;

  constructor(reason: Reason, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    const rule = reasonRule(reason);
    this.reason = reason;
    this.code = rule.code;
    this.metadata = facts.metadata ?? {};
    this.fieldViolations = facts.fieldViolations ?? [];
    this.retryAfterMs = facts.retryAfterMs ?? rule.retryAfterMs;
  }
}

function fromAbort(abort: ProtocolAbort): TrefoilError {
  const { code: abortCode, check, abortClass, culprits } = abort;
  const metadata = {
    abortCode,
    check,
    abortClass,
    ...(culprits.length > 0 ? { culprits: culprits.join(',') } : {}),
  };
  switch (abortClass) {
    case 'drop':
    case 'blame':
    case 'retry':
      return new TrefoilError('SESSION_ABORTED', abort.message, { metadata, cause: abort });
    case 'burn':
      return new TrefoilError('SESSION_BURNED', abort.message, { metadata, cause: abort });
    case 'fatal':
      return new TrefoilError('INTERNAL', 'a local fault ended the session', { cause: abort });
  }
}

/** Any thrown value as an error that may cross a process boundary. */
export function toTrefoilError(error: unknown): TrefoilError {
  if (error instanceof TrefoilError) return error;
  if (error instanceof ProtocolAbort) return fromAbort(error);
  if (error instanceof InvalidInput) {
    const { field, message } = error;
    const description = message.startsWith(`${field}: `)
      ? message.slice(field.length + 2)
      : message;
    const fieldViolations = [{ field, description }];
    return new TrefoilError('FIELD_INVALID', message, { fieldViolations, cause: error });
  }
  if (error instanceof InvariantViolation)
    return new TrefoilError('INTERNAL', 'a local invariant is broken', { cause: error });
  return new TrefoilError('INTERNAL', 'internal error', { cause: error });
}

/** At most `max` characters. */
function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}

function durationOf(ms: number): { seconds: number; nanos: number } {
  const whole = Math.max(0, Math.round(ms));
  return { seconds: Math.floor(whole / 1000), nanos: (whole % 1000) * 1_000_000 };
}

function encodeDetails(error: TrefoilError, facts: 'all' | 'reason'): Uint8Array {
  const any = (name: 'ErrorInfo' | 'BadRequest' | 'RetryInfo', value: Uint8Array) => ({
    type_url: `type.googleapis.com/google.rpc.${name}`,
    value,
  });
  const metadata = facts === 'all' ? { ...error.metadata } : {};
  const info = { reason: error.reason, domain: DOMAIN, metadata };
  const details = [any('ErrorInfo', encodeMessage('ErrorInfo', info))];
  if (facts === 'all' && error.fieldViolations.length > 0) {
    const fieldViolations = error.fieldViolations.slice(0, LIMITS.fieldViolations).map((each) => ({
      field: cut(each.field, 256),
      description: cut(each.description, 256),
    }));
    details.push(any('BadRequest', encodeMessage('BadRequest', { fieldViolations })));
  }
  if (error.retryAfterMs !== undefined) {
    const retryDelay = durationOf(error.retryAfterMs);
    details.push(any('RetryInfo', encodeMessage('RetryInfo', { retryDelay })));
  }
  const message = cut(error.message, facts === 'all' ? LIMITS.messageChars : 128);
  return encodeMessage('Status', { code: CODES[error.code], message, details });
}

/** The gRPC status of any thrown value, with details. */
export function toGrpcStatus(thrown: unknown): StatusObject {
  const error = toTrefoilError(thrown);
  const full = encodeDetails(error, 'all');
  const details = full.length <= DETAILS_BYTES ? full : encodeDetails(error, 'reason');
  const metadata = new Metadata();
  metadata.set(DETAILS_KEY, Buffer.from(details));
  return { code: status[error.code], details: cut(error.message, LIMITS.messageChars), metadata };
}

/** What a status without our details means. */
const REASON_OF_CODE: Readonly<Partial<Record<number, Reason>>> = {
  [CODES.CANCELLED]: 'CALL_CANCELLED',
  [CODES.DEADLINE_EXCEEDED]: 'DEADLINE_PASSED',
  [CODES.RESOURCE_EXHAUSTED]: 'MESSAGE_TOO_LARGE',
  [CODES.UNIMPLEMENTED]: 'METHOD_UNKNOWN',
  [CODES.INTERNAL]: 'INTERNAL',
  [CODES.UNAVAILABLE]: 'PEER_UNAVAILABLE',
  [CODES.UNAUTHENTICATED]: 'PEER_UNIDENTIFIED',
};

type Details = {
  readonly reason?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly fieldViolations?: readonly FieldViolation[];
  readonly retryAfterMs?: number;
};

/** Facts of the peer, bounded: they end in logs and in errors shown to people. */
function boundedMetadata(metadata: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(metadata).slice(0, LIMITS.metadataEntries);
  const bounded = entries.map(([key, value]) => [
    cut(key, LIMITS.metadataKeyChars),
    printable(value, LIMITS.metadataValueChars),
  ]);
  return Object.fromEntries(bounded) as Record<string, string>;
}

function printable(text: string, max: number): string {
  return cut(text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '?'), max);
}

function decodeDetail(typeUrl: string, value: Uint8Array): Details {
  switch (typeUrl) {
    case 'type.googleapis.com/google.rpc.ErrorInfo': {
      const info = decodeMessage('ErrorInfo', value, 'details');
      if (info.domain !== DOMAIN) return {};
      return { reason: info.reason, metadata: boundedMetadata(info.metadata) };
    }
    case 'type.googleapis.com/google.rpc.BadRequest': {
      const { fieldViolations } = decodeMessage('BadRequest', value, 'details');
      const bounded = fieldViolations.slice(0, LIMITS.fieldViolations).map((each) => ({
        field: printable(each.field, 256),
        description: printable(each.description, 256),
      }));
      return { fieldViolations: bounded };
    }
    case 'type.googleapis.com/google.rpc.RetryInfo': {
      const { retryDelay } = decodeMessage('RetryInfo', value, 'details');
      const ms = Number(retryDelay?.seconds ?? 0) * 1000 + (retryDelay?.nanos ?? 0) / 1_000_000;
      return Number.isFinite(ms) && ms >= 0 ? { retryAfterMs: Math.min(ms, 3_600_000) } : {};
    }
    default:
      return {};
  }
}

function decodeDetails(metadata: Metadata): Details {
  const bytes = metadata.get(DETAILS_KEY)[0];
  if (!Buffer.isBuffer(bytes) || bytes.length > DETAILS_BYTES) return {};
  try {
    const { details } = decodeMessage('Status', bytes, 'status');
    const parts = details.map((each) => decodeDetail(each.type_url, each.value));
    return Object.assign({}, ...parts) as Details;
  } catch {
    return {}; // Details that do not decode are as good as none.
  }
}

function isServiceError(error: unknown): error is ServiceError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'number' &&
    'metadata' in error &&
    error.metadata instanceof Metadata
  );
}

/** The error behind a failed call. The peer is not trusted: everything is bounded. */
export function fromGrpcError(error: unknown): TrefoilError {
  if (error instanceof TrefoilError) return error;
  if (!isServiceError(error)) return toTrefoilError(error);
  const { reason, ...facts } = decodeDetails(error.metadata);
  const message = printable(error.details, LIMITS.messageChars);
  if (reason !== undefined && isReason(reason))
    return new TrefoilError(reason, message, { ...facts, cause: error });
  const substitute = REASON_OF_CODE[error.code] ?? 'UNKNOWN';
  const metadata = { ...facts.metadata, code: String(error.code) };
  return new TrefoilError(substitute, message, { ...facts, metadata, cause: error });
}

/** A refusal of a session, as it travels in an OpenAck. */
export type Refusal = {
  /** A {@link Reason}, or one of another version. */
  readonly reason: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
};

/** Any thrown value as a refusal; the first violated field goes into the metadata. */
export function toRefusal(thrown: unknown): Refusal {
  const error = toTrefoilError(thrown);
  const field = error.fieldViolations[0]?.field;
  const facts = boundedMetadata({ ...error.metadata, ...(field ? { field } : {}) });
  const metadata = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== ''));
  return { reason: error.reason, message: printable(error.message, LIMITS.messageChars), metadata };
}

/** A refusal as the error that the caller of the refused session gets. */
export function fromRefusal({ reason, message, metadata }: Refusal): TrefoilError {
  const { field } = metadata;
  const fieldViolations = field === undefined ? [] : [{ field, description: message }];
  if (isReason(reason)) return new TrefoilError(reason, message, { metadata, fieldViolations });
  return new TrefoilError('UNKNOWN', message, { metadata: { ...metadata, reason } });
}
