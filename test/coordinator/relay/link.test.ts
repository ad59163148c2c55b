import t, { type Test } from 'tap';
import { Link } from '../../../coordinator/relay/link.ts';
import { TIMING } from '../../../coordinator/timing.ts';
import type { Frame } from '../../../wire/relay-frame.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { createQuietLog } from '../../support/quiet-log.ts';
import { randomOf } from '../../support/rng.ts';
import { createScriptedLine } from '../../support/scripted-line.ts';

async function open(t: Test, { answering = true } = {}) {
  const clock = createManualClock();
  const line = createScriptedLine();
  line.answering = answering;
  const heard: string[] = [];
  const link = new Link(
    { timing: TIMING },
    {
      connect: line.connect,
      clock,
      random: randomOf(t).bytes,
      log: createQuietLog(),
      events: {
        up: () => heard.push('up'),
        down: (why) => heard.push(`down: ${why}`),
        frame: ({ kind }) => heard.push(kind),
        roundTrip: () => undefined,
      },
    },
  );
  t.teardown(() => {
    link.close();
  });
  await clock.advance(1);
  return { clock, line, link, heard };
}

const frame: Frame = {
  kind: 'abort',
  session: new Uint8Array(16),
  endClass: 'retry',
  round: 0,
  reason: 'SESSION_TIMEOUT',
};

t.test('is up with the first answered ping, and passes frames both ways', async (t) => {
  const { line, link, heard } = await open(t);
  t.same(heard, ['up']);
  t.match(link.state(), { up: true, silentMs: 0 });

  link.send(frame);
  line.deliver(frame);

  t.same(line.sent, [frame]);
  t.same(heard, ['up', 'abort']);
});

t.test('answers pings of the other side', async (t) => {
  const { line } = await open(t);

  line.deliver({ kind: 'ping', nonce: 7n, reply: false });

  t.same(line.replies, [7n]);
});

t.test('knows how long a signer has been silent, and that it came back', async (t) => {
  const { clock, line, link, heard } = await open(t);

  line.answering = false;
  await clock.advance(TIMING.pingIntervalMs + TIMING.silentAfterMs + 100);
  t.ok(link.state().silentMs > TIMING.silentAfterMs);
  t.ok(link.state().up, 'silence is not an end: a busy event loop looks the same');

  line.deliver(frame);
  t.equal(link.state().silentMs, 0, 'any frame is a sign of life');
  t.same(heard, ['up', 'abort']);
});

t.test('replaces a connection that stays silent', async (t) => {
  const { clock, line, heard } = await open(t);

  line.answering = false;
  await clock.advance(TIMING.reconnectAfterMs + 2 * TIMING.pingIntervalMs);
  t.same(heard, ['up', 'down: silent']);

  line.answering = true;
  await clock.advance(TIMING.backoffLastMs);
  t.same(heard, ['up', 'down: silent', 'up']);
  t.equal(line.connections(), 2);
});

t.test('comes back after a cut, and gives a connection that never answers up', async (t) => {
  const { clock, line, heard } = await open(t);

  line.answering = false;
  line.cut('reset');
  t.same(heard, ['up', 'down: reset']);
  await clock.advance(TIMING.backoffFirstMs);
  t.ok(line.isOpen());
  await clock.advance(TIMING.connectTimeoutMs + 2 * TIMING.pingIntervalMs);
  t.same(heard, ['up', 'down: reset'], 'what was never up does not go down');

  line.answering = true;
  await clock.advance(TIMING.connectTimeoutMs + 2 * TIMING.backoffLastMs);
  t.same(heard, ['up', 'down: reset', 'up']);
});

t.test('waits longer from failure to failure, up to a bound', async (t) => {
  const { clock, line } = await open(t, { answering: false });
  const waits: number[] = [];
  for (let i = 0; i < 8; i += 1) {
    line.cut('refused');
    const from = clock.monotonicMs();
    while (!line.isOpen()) await clock.advance(5);
    waits.push(clock.monotonicMs() - from);
  }

  t.ok((waits[0] ?? 0) <= TIMING.backoffFirstMs + 5);
  t.ok(waits.every((ms) => ms <= TIMING.backoffLastMs + 5));
  t.ok((waits.at(-1) ?? 0) >= TIMING.backoffLastMs / 2);
});

t.test('its own stall is not held against the signer', async (t) => {
  const { clock, line, link } = await open(t);
  line.answering = false;
  await clock.advance(TIMING.pingIntervalMs + 1);

  // The process stops here for a minute: one timer fires very late.
  const late = clock.monotonicMs();
  await stall(clock, 60_000);

  t.ok(clock.monotonicMs() - late >= 60_000);
  t.ok(link.state().up, 'not replaced for what was our own silence');
  t.ok(link.state().silentMs < TIMING.silentAfterMs);
});

t.test('a closed link stays closed', async (t) => {
  const { clock, line, link } = await open(t);

  link.close();
  link.send(frame);
  await clock.advance(60_000);

  t.equal(line.connections(), 1);
  t.notOk(line.isOpen());
  t.same(line.sent, []);
  t.equal(clock.pending(), 0, 'no timer is left');
});

/** Time passes without a timer running, then the next one does. */
async function stall(clock: ReturnType<typeof createManualClock>, ms: number): Promise<void> {
  clock.jump(ms);
  await clock.advance(1);
}
