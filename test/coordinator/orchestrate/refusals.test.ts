import t from 'tap';
import {
  allowsAnotherQuorum,
  refusalError,
  someRefusalIs,
} from '../../../coordinator/orchestrate/refusals.ts';
import type { Reason } from '../../../wire/reasons.ts';
import type { Refusal } from '../../../wire/status.ts';

const refusal = (reason: Reason, metadata: Record<string, string> = {}): Refusal => ({
  reason,
  message: `because ${reason}`,
  metadata,
});

t.test('a judgement of the request is final, the state of one signer is not', async (t) => {
  const final: Reason[] = ['GRANT_MISSING', 'STAMP_INVALID', 'STAMP_UNKNOWN', 'REQUEST_EXPIRED'];
  const passing: Reason[] = ['PAIR_NOT_ACTIVE', 'ATTEMPT_REUSED', 'KEY_NOT_ACTIVE', 'OVERLOADED'];
  for (const reason of final) t.notOk(allowsAnotherQuorum(refusal(reason)), reason);
  for (const reason of passing) t.ok(allowsAnotherQuorum(refusal(reason)), reason);
});

t.test('policy refusals name every signer and its reason', async (t) => {
  const error = refusalError(
    new Map([
      [1, refusal('GRANT_MISSING')],
      [3, refusal('STAMP_UNKNOWN')],
    ]),
  );
  t.match(error, {
    reason: 'SIGNERS_REFUSED',
    code: 'PERMISSION_DENIED',
    metadata: { signer1: 'GRANT_MISSING', signer3: 'STAMP_UNKNOWN' },
    message: /signer 1: GRANT_MISSING, signer 3: STAMP_UNKNOWN/,
  });
});

t.test('one shared judgement of another kind is passed on with its field', async (t) => {
  const expired = refusal('REQUEST_EXPIRED', { field: 'not_after' });
  const error = refusalError(
    new Map([
      [1, expired],
      [2, expired],
    ]),
  );
  t.match(error, {
    reason: 'REQUEST_EXPIRED',
    code: 'FAILED_PRECONDITION',
    fieldViolations: [{ field: 'not_after' }],
    metadata: { signer1: 'REQUEST_EXPIRED', signer2: 'REQUEST_EXPIRED' },
  });
});

t.test('a passing state beside a judgement is not blamed', async (t) => {
  const error = refusalError(
    new Map([
      [1, refusal('PAIR_BUSY')],
      [2, refusal('GRANT_MISSING')],
    ]),
  );
  t.same(error.metadata, { signer2: 'GRANT_MISSING' });
});

t.test('finds a reason among refusals', async (t) => {
  const refusals = new Map([
    [1, refusal('PAIR_BUSY')],
    [2, refusal('ATTEMPT_REUSED')],
  ]);
  t.ok(someRefusalIs(refusals, 'ATTEMPT_REUSED'));
  t.notOk(someRefusalIs(refusals, 'KEY_EXISTS'));
});
