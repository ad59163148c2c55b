import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import t from 'tap';
import { InvalidInput } from '../../core/index.ts';
import { concat } from '../../wire/bytes.ts';
import { LIMITS } from '../../wire/limits.ts';
import { decodeMessage } from '../../wire/proto.ts';
import { encodeFrame, type Frame } from '../../wire/relay-frame.ts';
import {
  createRelayEndpoint,
  decodeRelayMessage,
  encodeRelayMessages,
  type RelayEndpoint,
} from '../../wire/relay.ts';
import type { TrefoilError } from '../../wire/status.ts';
import { bytes, join, varint } from '../support/protobuf.ts';
import { like } from '../support/like.ts';

const ping = (nonce: number): Frame => ({ kind: 'ping', nonce: BigInt(nonce), reply: false });
const envelope = (size: number): Frame => ({
  kind: 'envelope',
  envelope: {
    sid: new Uint8Array(32).fill(1),
    round: 2,
    from: 1,
    to: 3,
    seq: 0,
    public: new Uint8Array(),
    sealed: new Uint8Array(size).fill(7),
    signature: new Uint8Array(64).fill(2),
  },
});

await t.test('packs frames into whole messages of at most 4 MiB', async (t) => {
  const frames = [ping(1), envelope(2_000_000), envelope(2_000_000), envelope(2_000_000), ping(2)];
  const messages = encodeRelayMessages(frames);
  t.equal(messages.length, 2);
  for (const message of messages) {
    t.ok(message.length <= LIMITS.messageBytes);
    t.ok(decodeMessage('RelayMessage', message, 'x').frames.length > 0, 'plain protobuf');
  }
  // Element-wise comparison of megabytes is slow: the encodings are compared instead.
  const text = (list: readonly Frame[]): string[] =>
    list.map((frame) => Buffer.from(encodeFrame(frame)).toString('latin1'));
  const decoded = messages.flatMap((message) => decodeRelayMessage(message).frames);
  t.ok(text(decoded).join() === text(frames).join());
  t.same(encodeRelayMessages([]), []);
});

await t.test('the largest envelope that is allowed fits into a message', async (t) => {
  const [message, ...rest] = encodeRelayMessages([envelope(LIMITS.envelopePayloadBytes)]);
  t.equal(rest.length, 0);
  t.ok(message && message.length <= LIMITS.messageBytes);
});

await t.test('packs no more frames than a message may have', async (t) => {
  const frames = Array.from({ length: LIMITS.framesPerMessage + 1 }, (_, i) => ping(i));
  const messages = encodeRelayMessages(frames);
  t.equal(messages.length, 2);
  t.throws(() => decodeRelayMessage(concat(...messages)), like({ field: 'frames' }));
});

await t.test('a bad frame is refused alone', async (t) => {
  const bad = bytes(1, new Uint8Array([0xff]));
  const [first, last] = [bytes(1, encodeFrame(ping(1))), bytes(1, encodeFrame(ping(2)))];
  const batch = decodeRelayMessage(join(first, bad, last));
  t.same(batch.frames, [ping(1), ping(2)]);
  t.match(batch.refused, [{ field: 'frame' }]);
});

await t.test('what is no list of frames is refused whole', async (t) => {
  const frame = encodeFrame(ping(300));
  const cases = {
    'another field': bytes(2, frame),
    'another wire type': new Uint8Array([8, 1]),
    'a length beyond the end': bytes(1, frame).slice(0, -1),
    'a padded length': join(new Uint8Array([10]), varint(frame.length, 1), frame),
    'an endless length': new Uint8Array([10, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
    'a padded tag': join(new Uint8Array([0x8a, 0]), varint(frame.length), frame),
    'too much': new Uint8Array(LIMITS.messageBytes + 1),
  };
  for (const [name, message] of Object.entries(cases))
    t.throws(() => decodeRelayMessage(message), like({ field: 'frames' }), name);
});

await t.test('garbage is refused, never thrown at us otherwise', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (content) => {
      try {
        decodeRelayMessage(content);
      } catch (error) {
        assert.ok(error instanceof InvalidInput);
      }
    }),
    { numRuns: 500 },
  );
});

type Side = {
  readonly endpoint: RelayEndpoint;
  readonly written: Uint8Array[];
  readonly frames: Frame[];
  readonly refused: InvalidInput[];
  readonly ends: (TrefoilError | undefined)[];
  readonly transportEnds: (TrefoilError | undefined)[];
  readonly drain: () => void;
};

function side(onFrame?: (frame: Frame, endpoint: RelayEndpoint) => void): Side {
  const written: Uint8Array[] = [];
  const waiting: (() => void)[] = [];
  const frames: Frame[] = [];
  const refused: InvalidInput[] = [];
  const ends: (TrefoilError | undefined)[] = [];
  const transportEnds: (TrefoilError | undefined)[] = [];
  const endpoint: RelayEndpoint = createRelayEndpoint(
    {
      write: (message, done) => {
        written.push(message);
        waiting.push(done);
      },
      end: (error) => void transportEnds.push(error),
    },
    {
      onFrame: (frame) => {
        frames.push(frame);
        onFrame?.(frame, endpoint);
      },
      onRefused: (error) => void refused.push(error),
      onEnd: (error) => void ends.push(error),
    },
  );
  const drain = (): void => {
    for (const done of waiting.splice(0)) done();
  };
  return { endpoint, written, frames, refused, ends, transportEnds, drain };
}

await t.test('the frames of one turn leave in one message, in order', async (t) => {
  const sender = side();
  for (const nonce of [1, 2, 3]) sender.endpoint.send(ping(nonce));
  t.equal(sender.written.length, 0);
  await turn();
  t.equal(sender.written.length, 1);
  sender.endpoint.send(ping(4));
  await turn();

  const receiver = side();
  for (const message of sender.written) receiver.endpoint.receive(message);
  t.same(receiver.frames, [1, 2, 3, 4].map(ping));
});

await t.test('closing sends what waits, ends once and is final', async (t) => {
  const { endpoint, written, ends, transportEnds } = side();
  endpoint.send(ping(1));
  endpoint.close();
  endpoint.close();
  endpoint.send(ping(2));
  await turn();
  t.equal(written.length, 1);
  t.same([ends, transportEnds], [[undefined], [undefined]]);
  t.notOk(endpoint.isOpen());
});

await t.test('a listener that closes sees no further frame', async (t) => {
  const receiver = side((_frame, endpoint) => {
    endpoint.close();
  });
  const [message] = encodeRelayMessages([ping(1), ping(2)]);
  receiver.endpoint.receive(message ?? new Uint8Array());
  receiver.endpoint.receive(message ?? new Uint8Array());
  t.same(receiver.frames, [ping(1)]);
});

await t.test('a message that does not decode ends the stream with a typed error', async (t) => {
  const { endpoint, ends, transportEnds } = side();
  endpoint.receive(new Uint8Array([1, 2, 3]));
  t.match(ends, [{ reason: 'FIELD_INVALID' }]);
  t.match(transportEnds, [{ reason: 'FIELD_INVALID' }]);
});

await t.test('a receiver that is too slow is cut off at a bound', async (t) => {
  const { endpoint, ends, drain } = side();
  const frame = envelope(4_000_000);
  const fits = Math.floor(LIMITS.relayBacklogBytes / 4_000_200);
  for (let i = 0; i < fits; i++) endpoint.send(frame);
  await turn();
  t.ok(endpoint.isOpen());
  drain();
  for (let i = 0; i < fits; i++) endpoint.send(frame);
  await turn();
  t.ok(endpoint.isOpen(), 'what has left does not count');
  endpoint.send(frame);
  endpoint.send(frame);
  t.match(ends, [{ reason: 'OVERLOADED' }]);
});
