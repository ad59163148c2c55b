import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { InvalidInput } from '../../core/index.ts';
import { concat } from '../../wire/bytes.ts';
import { LIMITS } from '../../wire/limits.ts';
import { decodeFrame, encodeFrame, type Frame, type OpenFrame } from '../../wire/relay-frame.ts';
import { bytes, join, number } from '../support/protobuf.ts';

const session = new Uint8Array(16).fill(1);
const ctx = new Uint8Array(32).fill(2);
const stamp = { keyId: 'ab'.repeat(32), signature: new Uint8Array(64).fill(3) };
const request = { request: new Uint8Array([1, 2, 3]), stamps: [stamp] };
const open: OpenFrame = {
  kind: 'open',
  session,
  parties: [1, 3],
  rosterVersion: 4,
  timeoutMs: 5000,
  subject: { kind: 'sign', request, attempt: 0 },
};
const envelope = {
  sid: ctx,
  round: 0,
  from: 1,
  to: 0,
  seq: 0,
  public: new Uint8Array([1]),
  sealed: new Uint8Array(),
  signature: new Uint8Array(64).fill(4),
};
const frames: readonly Frame[] = [
  open,
  { ...open, subject: { kind: 'pair', generation: 9 } },
  { ...open, parties: [1, 2, 255], subject: { kind: 'keygen', request } },
  { ...open, subject: { kind: 'sign', request, attempt: 3 } },
  { kind: 'open_ack', session, outcome: { kind: 'accepted', ctx } },
  {
    kind: 'open_ack',
    session,
    outcome: {
      kind: 'refused',
      refusal: { reason: 'STAMP_INVALID', message: 'no', metadata: { field: 'stamps[0]' } },
    },
  },
  { kind: 'abort', session, endClass: 'retry', round: 0, reason: 'SESSION_TIMEOUT' },
  { kind: 'abort', session, sid: ctx, endClass: 'refuse', round: 255, reason: 'X' },
  { kind: 'ping', nonce: 0n, reply: false },
  { kind: 'ping', nonce: 2n ** 64n - 1n, reply: true },
  { kind: 'envelope', envelope },
  { kind: 'envelope', envelope: { ...envelope, round: 255, to: 3, sealed: new Uint8Array(17) } },
];

function fieldOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidInput) return error.field;
    throw error;
  }
  return 'accepted';
}

await t.test('every kind of frame has one encoding', async (t) => {
  for (const frame of frames) {
    const encoded = encodeFrame(frame);
    t.same(decodeFrame(encoded), frame);
    const refused = [
      concat(encoded, number(15, 1)),
      concat(encoded, encoded),
      encoded.slice(0, -1),
      concat(new Uint8Array([(encoded[0] ?? 0) | 0x80, 0]), encoded.slice(1)),
    ];
    for (const other of refused)
      t.not(
        fieldOf(() => decodeFrame(other)),
        'accepted',
      );
  }
});

await t.test('every flipped bit of every frame is refused or makes another frame', async (t) => {
  for (const frame of frames) {
    const encoded = encodeFrame(frame);
    for (let bit = 0; bit < encoded.length * 8; bit++) {
      const changed = encoded.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      try {
        assert.notDeepEqual(decodeFrame(changed), frame);
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error;
      }
    }
  }
  t.pass('all bits');
});

await t.test('names the field that is at fault', async (t) => {
  const sign = open.subject;
  const cases: readonly (readonly [Frame, string])[] = [
    [{ ...open, session: new Uint8Array(15) }, 'open.session'],
    [{ ...open, parties: [1] }, 'open.parties'],
    [{ ...open, parties: [3, 1] }, 'open.parties[1]'],
    [{ ...open, parties: [1, 1] }, 'open.parties[1]'],
    [{ ...open, parties: [0, 1] }, 'open.parties[0]'],
    [{ ...open, parties: [1, 256] }, 'open.parties[1]'],
    [{ ...open, rosterVersion: 0 }, 'open.roster_version'],
    [{ ...open, timeoutMs: 0 }, 'open.timeout_ms'],
    [{ ...open, timeoutMs: 600_001 }, 'open.timeout_ms'],
    [{ ...open, subject: { kind: 'pair', generation: 0 } }, 'open.pair.generation'],
    [{ ...open, parties: [1, 2, 3], subject: { kind: 'pair', generation: 1 } }, 'open.parties'],
    [
      { ...open, subject: { ...sign, request: { ...request, stamps: [] } } as typeof sign },
      'open.sign.request.stamps',
    ],
    [{ kind: 'open_ack', session, outcome: { kind: 'accepted', ctx: session } }, 'open_ack.ctx'],
    [{ kind: 'abort', session, endClass: 'drop', round: 256, reason: 'X' }, 'abort.round'],
    [{ kind: 'abort', session, endClass: 'drop', round: 1, reason: 'x' }, 'abort.reason'],
    [
      { kind: 'abort', session, sid: session, endClass: 'drop', round: 1, reason: 'X' },
      'abort.sid',
    ],
    [{ kind: 'envelope', envelope: { ...envelope, from: 0 } }, 'envelope.from'],
  ];
  for (const [frame, field] of cases)
    t.equal(
      fieldOf(() => decodeFrame(encodeFrame(frame))),
      field,
    );
});

await t.test('refuses frames that say nothing or too much', async (t) => {
  t.equal(
    fieldOf(() => decodeFrame(new Uint8Array())),
    'frame',
  );
  const noSubject = bytes(
    1,
    join(bytes(1, session), bytes(2, new Uint8Array([1, 2])), number(3, 1), number(4, 1)),
  );
  t.equal(
    fieldOf(() => decodeFrame(noSubject)),
    'open.kind',
  );
  const noOutcome = bytes(2, bytes(1, session));
  t.equal(
    fieldOf(() => decodeFrame(noOutcome)),
    'open_ack.outcome',
  );
  const unknownClass = bytes(3, join(bytes(1, session), number(3, 6), bytes(5, 'X')));
  t.equal(
    fieldOf(() => decodeFrame(unknownClass)),
    'abort.abort_class',
  );
  const refusal = (metadata: Record<string, string>, message = 'no'): Frame => ({
    kind: 'open_ack',
    session,
    outcome: { kind: 'refused', refusal: { reason: 'X', message, metadata } },
  });
  const at = 'open_ack.refusal';
  const many = Object.fromEntries(
    Array.from({ length: LIMITS.metadataEntries + 1 }, (_, i) => [`k${i}`, 'v']),
  );
  t.equal(
    fieldOf(() => decodeFrame(encodeFrame(refusal(many)))),
    `${at}.metadata`,
  );
  const long = { key: 'x'.repeat(LIMITS.metadataValueChars + 1) };
  t.equal(
    fieldOf(() => decodeFrame(encodeFrame(refusal(long)))),
    `${at}.metadata.key`,
  );
  const oddKey = { 'a b': 'x' };
  t.equal(
    fieldOf(() => decodeFrame(encodeFrame(refusal(oddKey)))),
    `${at}.metadata`,
  );
  t.equal(
    fieldOf(() => decodeFrame(encodeFrame(refusal({}, 'a\nb')))),
    `${at}.message`,
  );
});

await t.test('garbage is refused, never thrown at us otherwise', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (content) => {
      try {
        decodeFrame(content);
      } catch (error) {
        assert.ok(error instanceof InvalidInput);
      }
    }),
    { numRuns: 500 },
  );
});
