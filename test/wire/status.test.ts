import assert from 'node:assert/strict';
import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import fc from 'fast-check';
import t from 'tap';
import {
  ABORTS,
  InvalidInput,
  InvariantViolation,
  ProtocolAbort,
  type AbortCode,
} from '../../core/index.ts';
import { encodeMessage } from '../../wire/proto.ts';
import { CODES, REASONS, type Reason } from '../../wire/reasons.ts';
import {
  fromGrpcError,
  fromRefusal,
  toGrpcStatus,
  toRefusal,
  toTrefoilError,
  TrefoilError,
} from '../../wire/status.ts';

/** The status as a client's library hands it over. */
function received(thrown: unknown): ServiceError {
  const { code, details, metadata } = toGrpcStatus(thrown);
  return Object.assign(new Error(details), { code, details, metadata });
}

function foreignError(code: number, details: string, bin?: Uint8Array): Error {
  const metadata = new Metadata();
  if (bin !== undefined) metadata.set('grpc-status-details-bin', Buffer.from(bin));
  return Object.assign(new Error(details), { code, details, metadata });
}

await t.test('every reason survives the way to the other process', async (t) => {
  for (const reason of Object.keys(REASONS) as Reason[]) {
    const error = new TrefoilError(reason, `because of ${reason}`, {
      metadata: { wallet: 'wallets/00', n: '3' },
      fieldViolations: [{ field: 'items[3].path[0]', description: 'must be below 2^31' }],
    });
    const back = fromGrpcError(received(error));
    t.match(back, {
      reason,
      code: REASONS[reason].code,
      message: error.message,
      metadata: error.metadata,
      fieldViolations: error.fieldViolations,
      retryAfterMs: error.retryAfterMs,
    });
    t.equal(received(error).code, status[error.code]);
    t.equal(CODES[error.code], status[error.code]);
  }
});

await t.test('a wrong argument becomes INVALID_ARGUMENT with the field', async (t) => {
  const error = fromGrpcError(received(new InvalidInput('items[3].path[0]', 'must be below 2^31')));
  t.match(error, { reason: 'FIELD_INVALID', code: 'INVALID_ARGUMENT' });
  t.same(error.fieldViolations, [{ field: 'items[3].path[0]', description: 'must be below 2^31' }]);
});

await t.test('every abort is mapped by its class', async (t) => {
  const expected = {
    drop: ['SESSION_ABORTED', 'ABORTED'],
    blame: ['SESSION_ABORTED', 'ABORTED'],
    retry: ['SESSION_ABORTED', 'ABORTED'],
    burn: ['SESSION_BURNED', 'FAILED_PRECONDITION'],
    fatal: ['INTERNAL', 'INTERNAL'],
  } as const;
  for (const code of Object.keys(ABORTS) as AbortCode[]) {
    const abort = new ProtocolAbort(code, [2, 5]);
    const error = fromGrpcError(received(abort));
    const [reason, canonical] = expected[abort.abortClass];
    t.match(error, { reason, code: canonical });
    if (reason === 'INTERNAL') {
      t.notMatch(error.message, code, 'a local fault tells nothing');
      continue;
    }
    const { check, abortClass } = abort;
    t.match(error.metadata, { check, abortClass, abortCode: code, culprits: '2,5' });
  }
});

await t.test('tells nothing of an unexpected error', async (t) => {
  const secret = 'the key is 12345';
  for (const thrown of [
    new Error(secret),
    new InvariantViolation(secret),
    secret,
    undefined,
    null,
  ]) {
    const { details, metadata } = toGrpcStatus(thrown);
    t.notMatch(details, secret);
    t.notMatch(metadata.get('grpc-status-details-bin').toString(), secret);
    t.equal(toTrefoilError(thrown).code, 'INTERNAL');
  }
  const known = new TrefoilError('OVERLOADED', 'busy', { cause: new Error(secret) });
  t.notMatch(JSON.stringify(toGrpcStatus(known)), secret, 'causes stay at home');
});

await t.test('the trailer stays small whatever the error holds', async (t) => {
  const metadata = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`key${i}`, 'x'.repeat(2000)]),
  );
  const error = new TrefoilError('SIGNERS_REFUSED', 'y'.repeat(5000), { metadata });
  const { details, metadata: trailer } = toGrpcStatus(error);
  const [bin] = trailer.get('grpc-status-details-bin');
  t.ok(Buffer.isBuffer(bin) && bin.length <= 6 * 1024);
  t.ok(details.length <= 1024);
  t.equal(fromGrpcError(received(error)).reason, 'SIGNERS_REFUSED');
});

await t.test('an error without our details gets the reason of its code', async (t) => {
  const cases = [
    [status.UNAVAILABLE, 'PEER_UNAVAILABLE'],
    [status.DEADLINE_EXCEEDED, 'DEADLINE_PASSED'],
    [status.CANCELLED, 'CALL_CANCELLED'],
    [status.UNIMPLEMENTED, 'METHOD_UNKNOWN'],
    [status.RESOURCE_EXHAUSTED, 'MESSAGE_TOO_LARGE'],
    [status.UNAUTHENTICATED, 'PEER_UNIDENTIFIED'],
    [status.DATA_LOSS, 'UNKNOWN'],
    [99, 'UNKNOWN'],
  ] as const;
  for (const [code, reason] of cases)
    t.equal(fromGrpcError(foreignError(code, 'x')).reason, reason);
  t.equal(fromGrpcError(new Error('x')).reason, 'INTERNAL', 'not of the transport at all');
});

await t.test('details of others are ignored, hostile ones are harmless', async (t) => {
  const any = (name: string, value: Uint8Array) => ({
    type_url: `type.googleapis.com/google.rpc.${name}`,
    value,
  });
  const statusOf = (...details: { type_url: string; value: Uint8Array }[]): Uint8Array =>
    encodeMessage('Status', { code: 14, message: 'x', details });
  const info = (reason: string, domain: string, metadata = {}): Uint8Array =>
    encodeMessage('ErrorInfo', { reason, domain, metadata });

  const foreign = statusOf(any('ErrorInfo', info('STAMP_INVALID', 'googleapis.com')));
  t.equal(fromGrpcError(foreignError(14, 'x', foreign)).reason, 'PEER_UNAVAILABLE');
  const unknown = statusOf(
    any('ErrorInfo', info('NEW_REASON', 'trefoil')),
    any('Help', new Uint8Array(3)),
  );
  t.equal(fromGrpcError(foreignError(14, 'x', unknown)).reason, 'PEER_UNAVAILABLE');
  const inherited = statusOf(any('ErrorInfo', info('toString', 'trefoil')));
  t.equal(fromGrpcError(foreignError(14, 'x', inherited)).reason, 'PEER_UNAVAILABLE');
  const broken = statusOf(any('ErrorInfo', new Uint8Array([0xff])));
  t.equal(fromGrpcError(foreignError(14, 'x', broken)).reason, 'PEER_UNAVAILABLE');
  const huge = statusOf(any('ErrorInfo', info('OVERLOADED', 'trefoil', { a: 'x'.repeat(9000) })));
  t.equal(fromGrpcError(foreignError(14, 'x', huge)).reason, 'PEER_UNAVAILABLE');
  const control = statusOf(any('ErrorInfo', info('OVERLOADED', 'trefoil', { a: 'x\u001b[31m\n' })));
  t.same(fromGrpcError(foreignError(14, 'a\r\nb', control)).metadata, { a: 'x?[31m?' });
  t.equal(fromGrpcError(foreignError(14, 'a\r\nb', control)).message, 'a??b');
  const negative = encodeMessage('RetryInfo', { retryDelay: { seconds: '-5' } });
  const info1 = any('ErrorInfo', info('OVERLOADED', 'trefoil'));
  const retry = statusOf(info1, any('RetryInfo', negative));
  t.equal(fromGrpcError(foreignError(8, 'x', retry)).retryAfterMs, 500, 'the own rule');
});

await t.test('any bytes in the trailer are harmless', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bin) => {
      assert.ok(fromGrpcError(foreignError(14, 'x', bin)) instanceof TrefoilError);
    }),
  );
});

await t.test('a refusal of a session carries the same facts', async (t) => {
  const refusal = toRefusal(new InvalidInput('items[1].raw_digest', 'purpose'));
  t.match(refusal, { reason: 'FIELD_INVALID', metadata: { field: 'items[1].raw_digest' } });
  const error = fromRefusal(refusal);
  t.equal(error.reason, 'FIELD_INVALID');
  t.equal(error.fieldViolations[0]?.field, 'items[1].raw_digest');
  const newer = fromRefusal({ reason: 'FROM_THE_FUTURE', message: 'x', metadata: {} });
  t.match(newer, { reason: 'UNKNOWN', metadata: { reason: 'FROM_THE_FUTURE' } });
});
