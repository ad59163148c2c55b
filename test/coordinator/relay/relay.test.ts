import t, { type Test } from 'tap';
import { createMetrics } from '../../../coordinator/metrics.ts';
import { Relay } from '../../../coordinator/relay/relay.ts';
import type { SessionPlan } from '../../../coordinator/relay/session.ts';
import { TIMING } from '../../../coordinator/timing.ts';
import { encodeJoin } from '../../../core/index.ts';
import type { Envelope } from '../../../wire/envelope.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { createQuietLog } from '../../support/quiet-log.ts';
import { randomOf } from '../../support/rng.ts';
import { createScriptedLine, type ScriptedLine } from '../../support/scripted-line.ts';

async function open(t: Test) {
  const random = randomOf(t).bytes;
  const clock = createManualClock();
  const metrics = createMetrics();
  const lines = new Map([1, 2, 3].map((index) => [index, createScriptedLine()]));
  const events: string[] = [];
  const relay = new Relay(
    {
      signers: new Map([...lines].map(([index, { connect }]) => [index, connect])),
      timing: TIMING,
    },
    {
      ...{ clock, random, metrics, log: createQuietLog() },
      events: {
        signerUp: (index) => events.push(`up ${index}`),
        signerDown: (index) => events.push(`down ${index}`),
      },
    },
  );
  t.teardown(() => {
    relay.close();
  });
  await clock.advance(1);
  const line = (index: number): ScriptedLine => lines.get(index) ?? createScriptedLine();
  const dropped = async (): Promise<Record<string, number>> => {
    const { values } = await metrics.droppedFrames.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels.reason ?? '', value]));
  };
  return { relay, clock, line, events, random, dropped };
}

const plan = (session: Uint8Array, parties = [1, 2]): SessionPlan => ({
  kind: 'pair',
  finalRound: 1,
  open: {
    kind: 'open',
    ...{ session, parties, rosterVersion: 1, timeoutMs: 5_000 },
    subject: { kind: 'pair', generation: 1 },
  },
});

/** The acknowledgement and the join of one member. */
function joinFrom(
  from: number,
  session: Uint8Array,
  ctx: Uint8Array,
  random: (n: number) => Uint8Array,
) {
  const join = encodeJoin({
    ...{ ctx, from, nonce: random(32), eph: random(32), boot: random(32), tick: 1n, pairs: [] },
  });
  const envelope: Envelope = {
    ...{ sid: ctx, round: 0, from, to: 0, seq: 0, public: join },
    ...{ sealed: new Uint8Array(), signature: random(64) },
  };
  return [
    { kind: 'open_ack', session, outcome: { kind: 'accepted', ctx } },
    { kind: 'envelope', envelope },
  ] as const;
}

t.test('opens a session at its members only, and ends it for them', async (t) => {
  const { relay, line, random } = await open(t);

  const { session, ended, cancel } = relay.run(plan(random(16)));
  t.same(
    [1, 2, 3].map((index) => line(index).sent.length),
    [1, 1, 0],
  );
  t.same(
    [1, 2, 3].map((index) => relay.standing(index).sessions),
    [1, 1, 0],
  );
  cancel();

  t.same(await ended, { kind: 'cancelled' });
  t.match(line(1).sent.at(-1), { kind: 'abort', session: session.name, reason: 'CALL_CANCELLED' });
  t.equal(relay.sessionCount(), 0);
});

t.test('sessions side by side do not mix', async (t) => {
  const { relay, line, random } = await open(t);
  const runs = [0, 1].map(() => {
    const [name, ctx] = [random(16), random(32)];
    return { name, ctx, ...relay.run(plan(name)) };
  });
  for (const { name, ctx } of runs) {
    for (const party of [1, 2]) {
      for (const frame of joinFrom(party, name, ctx, random)) line(party).deliver(frame);
    }
  }
  const last = (sid: Uint8Array, from: number): void => {
    line(from).deliver({
      kind: 'envelope',
      envelope: {
        ...{ sid, round: 1, from, to: 0, seq: 0, public: sid },
        ...{ sealed: new Uint8Array(), signature: random(64) },
      },
    });
  };
  const [first, second] = runs;
  if (!first?.session.sid || !second?.session.sid) throw new Error('not formed');
  last(first.session.sid, 1);
  last(second.session.sid, 1);
  last(second.session.sid, 2);

  t.equal((await second.ended).kind, 'completed');
  t.equal(first.session.outcome, undefined);
  t.equal(relay.sessionCount(), 1);
});

t.test('a session ends at its time-out and leaves nothing behind', async (t) => {
  const { relay, clock, line, random } = await open(t);
  const { ended } = relay.run(plan(random(16)));
  const idle = clock.pending() - 1;

  await clock.advance(5_200);

  t.same(await ended, { kind: 'expired', waitingFor: [1, 2] });
  t.equal(relay.sessionCount(), 0);
  t.equal(clock.pending(), idle);
  t.match(line(2).sent.at(-1), { kind: 'abort', reason: 'SESSION_TIMEOUT' });
});

t.test('a session is lost with the line to one of its members', async (t) => {
  const { relay, line, events, random } = await open(t);
  const { ended } = relay.run(plan(random(16)));
  const other = relay.run(plan(random(16), [1, 3]));

  line(2).cut();

  t.same(await ended, { kind: 'lost', signer: 2 });
  t.same(events, ['up 1', 'up 2', 'up 3', 'down 2']);
  t.match(line(1).sent.at(-1), { kind: 'abort', reason: 'PEER_UNAVAILABLE' });
  t.equal(other.session.outcome, undefined);
  t.same(await relay.run(plan(random(16))).ended, { kind: 'lost', signer: 2 }, 'and at once later');
});

t.test('the grace for further refusals is short', async (t) => {
  const { relay, clock, line, random } = await open(t);
  const name = random(16);
  const { ended } = relay.run(plan(name));
  const refusal = { reason: 'GRANT_MISSING', message: 'no', metadata: {} } as const;

  line(1).deliver({ kind: 'open_ack', session: name, outcome: { kind: 'refused', refusal } });
  await clock.advance(TIMING.refusalGraceMs);

  t.match(await ended, { kind: 'refused' });
});

t.test('what belongs to no session is dropped and counted', async (t) => {
  const { relay, line, random, dropped } = await open(t);
  const [name, ctx] = [random(16), random(32)];
  const { session } = relay.run(plan(name));
  const [acknowledgement, join] = joinFrom(1, name, ctx, random);
  const refusal = { reason: 'GRANT_MISSING', message: 'no', metadata: {} } as const;

  line(3).deliver({ kind: 'open_ack', session: name, outcome: { kind: 'refused', refusal } });
  line(3).deliver({ kind: 'abort', session: name, endClass: 'burn', round: 0, reason: 'X' });
  line(2).deliver(join);
  line(1).deliver(join);
  line(1).deliver({ ...acknowledgement, session: random(16) });
  line(1).deliver(plan(name).open);

  t.equal(session.outcome, undefined, 'nothing of it has touched the session');
  t.same(session.waitingFor(), [1, 2]);
  t.same(await dropped(), { 'unknown session': 3, 'foreign sender': 1, unexpected: 1 });
});
