import t, { type Test } from 'tap';
import {
  Session,
  type SessionOutcome,
  type SessionPlan,
} from '../../../coordinator/relay/session.ts';
import { encodeJoin, sessionId } from '../../../core/index.ts';
import type { Envelope } from '../../../wire/envelope.ts';
import { randomOf, sha256 } from '../../support/rng.ts';

const ctx = new Uint8Array(32).fill(7);

function plan(changes: Partial<SessionPlan> = {}, parties = [1, 2]): SessionPlan {
  return {
    kind: 'pair',
    finalRound: 2,
    open: {
      kind: 'open',
      session: new Uint8Array(16).fill(1),
      parties,
      rosterVersion: 1,
      timeoutMs: 1000,
      subject: { kind: 'pair', generation: 1 },
    },
    ...changes,
  };
}

function start(t: Test, changes?: Partial<SessionPlan>, parties?: number[]) {
  const random = randomOf(t);
  const sent: { to: number; envelope: Envelope }[] = [];
  const outcomes: SessionOutcome[] = [];
  const sids: Uint8Array[] = [];
  let refusing = 0;
  let nowMs = 0;
  const session = new Session(plan(changes, parties), {
    monotonicMs: () => nowMs,
    events: {
      send: (to, envelope) => sent.push({ to, envelope }),
      formed: (sid) => sids.push(sid),
      refusing: () => (refusing += 1),
      ended: (outcome) => outcomes.push(outcome),
    },
  });
  const envelope = (changes: Partial<Envelope>): Envelope => ({
    ...{ sid: session.sid ?? ctx, round: 0, from: 1, to: 0, seq: 0 },
    ...{ public: new Uint8Array(), sealed: new Uint8Array(), signature: random.bytes(64) },
    ...changes,
  });
  const join = (from: number): Envelope =>
    envelope({
      sid: ctx,
      from,
      public: encodeJoin({
        ...{ ctx, from, nonce: random.bytes(32), eph: random.bytes(32), boot: random.bytes(32) },
        ...{ tick: 1n, pairs: [] },
      }),
    });
  const accept = (from: number, own = ctx): void => {
    session.acknowledge(from, {
      kind: 'open_ack',
      session: session.name,
      outcome: { kind: 'accepted', ctx: own },
    });
  };
  const refuse = (from: number, reason: 'GRANT_MISSING' | 'PAIR_BUSY'): void => {
    session.acknowledge(from, {
      kind: 'open_ack',
      session: session.name,
      outcome: { kind: 'refused', refusal: { reason, message: 'no', metadata: {} } },
    });
  };
  return {
    ...{ session, sent, outcomes, sids, envelope, join, accept, refuse },
    refusing: () => refusing,
    at: (ms: number) => (nowMs = ms),
  };
}

t.test('shows all joins to all members, then passes envelopes by their recipient', async (t) => {
  const { session, sent, sids, join, accept, envelope } = start(t, {}, [1, 2, 3]);
  const joins = [1, 2, 3].map(join);
  for (const party of [1, 2, 3]) accept(party);

  for (const each of joins.toReversed()) t.ok(session.take(each));

  const sid = sessionId(
    sha256,
    ctx,
    joins.map((each) => each.public),
  );
  t.same(sids, [sid]);
  t.same(
    sent.map(({ to, envelope: { from } }) => [to, from]),
    [1, 2, 3].flatMap((to) => [1, 2, 3].map((from) => [to, from])),
    'everybody gets every join, its own included (C-07), ascending',
  );

  sent.length = 0;
  t.ok(session.take(envelope({ round: 1, from: 2, to: 0 })));
  t.ok(session.take(envelope({ round: 1, from: 2, to: 3 })));
  t.ok(session.take(envelope({ round: 1, from: 2, to: 9 })), 'to nobody');
  t.same(
    sent.map(({ to }) => to),
    [1, 3, 3],
  );
});

t.test('is complete when every member has broadcast the last round', async (t) => {
  const { session, outcomes, join, accept, envelope } = start(t);
  for (const party of [1, 2]) accept(party);
  for (const party of [1, 2]) session.take(join(party));

  session.take(envelope({ round: 2, from: 1 }));
  session.take(envelope({ round: 2, from: 1, public: new Uint8Array([9]) }));
  t.same(outcomes, []);
  session.take(envelope({ round: 2, from: 2, to: 1 }));
  t.same(outcomes, [], 'a message to one member is no broadcast');
  session.take(envelope({ round: 2, from: 2 }));

  const [outcome] = outcomes;
  t.equal(outcome?.kind, 'completed');
  if (outcome?.kind !== 'completed') return;
  t.same([...outcome.broadcasts.keys()].toSorted(), [0, 2]);
  t.same(outcome.broadcasts.get(2)?.get(1)?.public, new Uint8Array(), 'the first of a slot stays');
  t.notOk(session.take(envelope({ round: 2, from: 2 })), 'nothing is taken afterwards');
});

t.test(
  'takes no join before the acknowledgement, of another context or of another length',
  async (t) => {
    const { session, join, accept } = start(t);
    const [own, other] = [join(1), join(2)];

    t.notOk(session.take(own), 'not acknowledged');
    accept(1);
    accept(2);
    t.notOk(session.take({ ...own, sid: new Uint8Array(32) }));
    t.notOk(session.take({ ...own, public: own.public.subarray(1) }));
    t.notOk(session.take({ ...own, to: 2 }));
    t.ok(session.take(own));
    t.ok(session.take(join(1)), 'a second join of a member is swallowed');
    t.ok(session.take(other));

    t.same(
      session.sid,
      sessionId(sha256, ctx, [own.public, other.public]),
      'the first join counts',
    );
  },
);

t.test('ends divided when members name two contexts', async (t) => {
  const { outcomes, accept } = start(t);
  accept(1);
  accept(2, new Uint8Array(32).fill(8));
  t.same(outcomes, [{ kind: 'divided' }]);
});

t.test(
  'waits for the other answers after a refusal, to name every signer that refused',
  async (t) => {
    const { session, outcomes, accept, refuse, refusing } = start(t, {}, [1, 2, 3]);

    refuse(1, 'GRANT_MISSING');
    t.equal(refusing(), 1);
    t.same(outcomes, []);
    accept(2);
    refuse(3, 'PAIR_BUSY');

    const [outcome] = outcomes;
    t.equal(outcome?.kind, 'refused');
    if (outcome?.kind === 'refused') t.same([...outcome.refusals.keys()], [1, 3]);
    session.endRefused();
    t.equal(outcomes.length, 1);
  },
);

t.test('does not wait for ever for the other answers', async (t) => {
  const { session, outcomes, refuse } = start(t);
  session.endRefused();
  t.same(outcomes, [], 'nobody has refused');
  refuse(2, 'PAIR_BUSY');
  session.endRefused();
  t.equal(outcomes[0]?.kind, 'refused');
});

t.test('knows whom it waits for and since when', async (t) => {
  const { session, join, accept, envelope, at } = start(t);
  t.same(session.waitingFor(), [1, 2]);
  at(10);
  accept(1);
  t.same(session.waitingFor(), [2]);
  t.equal(session.lastProgressMs, 10);
  accept(2);
  for (const party of [1, 2]) session.take(join(party));
  t.same(session.waitingFor(), [1, 2]);
  at(20);
  session.take(envelope({ round: 1, from: 2, to: 1 }));
  t.same(session.waitingFor(), [1]);
  at(30);
  session.take(envelope({ round: 1, from: 2, to: 1 }));
  t.equal(session.lastProgressMs, 20, 'a repetition is no progress');
});

t.test('a member that floods is cut short', async (t) => {
  const { session, sent, join, accept, envelope } = start(t);
  for (const party of [1, 2]) accept(party);
  for (const party of [1, 2]) session.take(join(party));
  sent.length = 0;

  for (let i = 0; i < 1000; i += 1) session.take(envelope({ round: 1, from: 1, to: 2 }));

  t.ok(sent.length < 20, `${sent.length} of 1000 passed`);
  t.ok(session.take(envelope({ round: 1, from: 2, to: 1 })), 'the other member is not affected');
});

t.test('passes signed aborts on, and ends once', async (t) => {
  const { session, sent, outcomes, join, accept, envelope } = start(t);
  for (const party of [1, 2]) accept(party);
  for (const party of [1, 2]) session.take(join(party));
  sent.length = 0;

  t.ok(session.take(envelope({ round: 255, from: 1 })));
  t.same(
    sent.map(({ to }) => to),
    [2],
  );
  session.abort(1, {
    kind: 'abort',
    session: session.name,
    endClass: 'burn',
    round: 2,
    reason: 'X',
  });
  session.lose(2);
  session.expire();

  t.same(outcomes, [{ kind: 'aborted', by: 1, endClass: 'burn', round: 2, reason: 'X' }]);
});
