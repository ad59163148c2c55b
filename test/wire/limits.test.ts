import t from 'tap';
import { CHANNEL_OPTIONS, DEADLINES, LIMITS, SERVER_OPTIONS } from '../../wire/limits.ts';

await t.test('the limits fit into each other', async (t) => {
  const { standard, max }: { standard: number; max: number } = DEADLINES;
  t.ok(LIMITS.envelopePayloadBytes + 4096 <= LIMITS.messageBytes);
  t.ok(LIMITS.requestBytes < LIMITS.messageBytes);
  t.ok(LIMITS.payloadBytes < LIMITS.requestBytes);
  t.ok(LIMITS.rosterBytes < LIMITS.messageBytes);
  t.ok(LIMITS.messageBytes < LIMITS.relayBacklogBytes);
  t.ok(standard <= max);
});

await t.test('the largest message of the protocol fits into an envelope', async (t) => {
  // RV2 at 64 items: 416 extended OTs of 3 scalars an item, and change (spec §6, §12).
  t.ok(64 * (416 * 3 * 32 + 200) + 1024 < LIMITS.envelopePayloadBytes);
});

await t.test('servers and channels set every bound themselves', async (t) => {
  for (const options of [SERVER_OPTIONS, CHANNEL_OPTIONS]) {
    t.equal(options['grpc.max_receive_message_length'], LIMITS.messageBytes);
    t.equal(options['grpc.max_send_message_length'], LIMITS.messageBytes);
    t.match(options['grpc-node.max_session_memory'], Number);
  }
  t.match(SERVER_OPTIONS['grpc.max_concurrent_streams'], Number);
});
