/**
 * When a request may be accepted. Signers judge this; the coordinator looks so that it keeps no
 * request for longer than its validity warrants.
 * @module
 */
import { LIMITS } from '../../wire/limits.ts';
import type { Validity } from '../../wire/request.ts';
import { TrefoilError } from '../../wire/status.ts';

// Clocks differ; the signers' own count.
const CLOCK_SLACK_MS = 5 * 60_000;

/** Throws REQUEST_EXPIRED or REQUEST_VALID_TOO_LONG where every signer would. */
export function requireValidity({ notAfter }: Validity, now: number): void {
  if (notAfter <= now - CLOCK_SLACK_MS) {
    throw new TrefoilError('REQUEST_EXPIRED', 'not_after has passed', {
      fieldViolations: [{ field: 'not_after', description: 'has passed' }],
    });
  }
  if (notAfter > now + LIMITS.validityMs + CLOCK_SLACK_MS) {
    throw new TrefoilError('REQUEST_VALID_TOO_LONG', 'not_after is more than 24 hours ahead', {
      fieldViolations: [{ field: 'not_after', description: 'is more than 24 hours ahead' }],
    });
  }
}
