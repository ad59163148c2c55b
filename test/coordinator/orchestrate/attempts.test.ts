import t, { type Test } from 'tap';
import { createMetrics } from '../../../coordinator/metrics.ts';
import { runAttempts, type Signed } from '../../../coordinator/orchestrate/attempts.ts';
import { createFailures } from '../../../coordinator/orchestrate/failures.ts';
import type { RunningSession } from '../../../coordinator/relay/board.ts';
import { Session, type SessionOutcome } from '../../../coordinator/relay/session.ts';
import { TIMING } from '../../../coordinator/timing.ts';
import { ProtocolAbort, type Signature } from '../../../core/index.ts';
import type { Reason } from '../../../wire/reasons.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { createQuietLog } from '../../support/quiet-log.ts';

const signature: Signature = { r: new Uint8Array(32), s: new Uint8Array(32), recid: 0 };
const completed: SessionOutcome = {
  kind: 'completed',
  ctx: new Uint8Array(32),
  sid: new Uint8Array(32),
  broadcasts: new Map(),
};
const refusedBy = (reasons: Readonly<Record<number, Reason>>): SessionOutcome => ({
  kind: 'refused',
  refusals: new Map(
    Object.entries(reasons).map(([signer, reason]) => [
      Number(signer),
      { reason, message: 'no', metadata: {} },
    ]),
  ),
});

type Attempt = RunningSession & { readonly parties: readonly number[] };

/** One request for signers 1, 2 and 3, two of which sign; every session is ended by the test. */
function begin(t: Test, { deadlineMs = 10_000 } = {}) {
  const clock = createManualClock();
  const failures = createFailures({ halfLifeMs: TIMING.failureHalfLifeMs }, { clock });
  const standings = new Map<number, { up: boolean; silentMs: number; sessions: number }>(
    [1, 2, 3].map((index) => [index, { up: true, silentMs: 0, sessions: 0 }]),
  );
  const attempts: Attempt[] = [];
  const failed: string[] = [];
  const controller = new AbortController();
  const known: { result: Signed | undefined; combine: () => Signature[] } = {
    result: undefined,
    combine: () => [signature],
  };
  const open = (parties: readonly number[]): Promise<RunningSession> => {
    const { promise, resolve } = Promise.withResolvers<SessionOutcome>();
    const session = new Session(
      {
        kind: 'sign',
        finalRound: 3,
        open: {
          kind: 'open',
          ...{ session: new Uint8Array(16), parties, rosterVersion: 1, timeoutMs: 1 },
          subject: { kind: 'pair', generation: 1 },
        },
      },
      {
        monotonicMs: clock.monotonicMs,
        events: {
          send: () => undefined,
          formed: () => undefined,
          refusing: () => undefined,
          ended: resolve,
        },
      },
    );
    const cancel = (): void => {
      session.end({ kind: 'cancelled' });
    };
    const running = { session, ended: promise, cancel };
    attempts.push({ ...running, parties });
    return Promise.resolve(running);
  };
  const answer: { signed?: Signed; error?: unknown } = {};
  void runAttempts(
    {
      committee: [1, 2, 3],
      threshold: 2,
      proven: new Set(),
      deadlineMs,
      signal: controller.signal,
      open,
      combine: () => known.combine(),
      attemptReused: () => Promise.resolve(known.result),
      failed: ({ kind }, parties) => failed.push(`${kind} ${parties.join()}`),
    },
    {
      relay: {
        standing: (index) => standings.get(index) ?? { up: false, silentMs: 0, sessions: 0 },
      },
      fleet: { pairUsable: () => true },
      maxSessionsPerSigner: 16,
      random: () => 0,
      ...{ failures, clock, timing: TIMING, metrics: createMetrics(), log: createQuietLog() },
    },
  ).then(
    (signed) => (answer.signed = signed),
    (error: unknown) => (answer.error = error),
  );
  t.teardown(() => {
    controller.abort();
  });
  /** The acknowledgements of these members: they have moved on, the others are waited for. */
  const progress = (attempt: Attempt | undefined, ...members: number[]): void => {
    for (const member of members) {
      attempt?.session.acknowledge(member, {
        kind: 'open_ack',
        session: new Uint8Array(16),
        outcome: { kind: 'accepted', ctx: new Uint8Array(32) },
      });
    }
  };
  const end = (i: number, outcome: SessionOutcome): void => attempts[i]?.session.end(outcome);
  const live = (): number => attempts.filter(({ session }) => !session.outcome).length;
  return {
    clock,
    standings,
    attempts,
    failed,
    controller,
    known,
    answer,
    progress,
    end,
    live,
    failures,
  };
}

t.test('the first quorum signs', async (t) => {
  const { clock, attempts, answer, end } = begin(t);
  await clock.advance(1);
  t.same(
    attempts.map(({ parties }) => parties),
    [[1, 2]],
  );

  end(0, completed);
  await clock.advance(1);

  t.same(answer.signed, { signers: [1, 2], signatures: [signature] });
});

t.test(
  'a silent signer costs one second, not the deadline: another quorum signs beside it',
  async (t) => {
    const { clock, standings, attempts, answer, progress, end, live } = begin(t);
    await clock.advance(1);
    progress(attempts[0], 1);

    standings.set(2, { up: true, silentMs: TIMING.silentAfterMs + 1, sessions: 1 });
    await clock.advance(TIMING.lookAgainMs);
    t.same(
      attempts.map(({ parties }) => parties),
      [
        [1, 2],
        [1, 3],
      ],
    );
    t.equal(live(), 2, 'the silent attempt goes on');

    end(1, completed);
    await clock.advance(1);
    t.same(answer.signed?.signers, [1, 3]);
    t.equal(live(), 0, 'the silent attempt ends with the request');
  },
);

t.test('the silent attempt may still win', async (t) => {
  const { clock, standings, attempts, answer, progress, end } = begin(t);
  await clock.advance(1);
  progress(attempts[0], 1);
  standings.set(2, { up: true, silentMs: TIMING.silentAfterMs + 1, sessions: 1 });
  await clock.advance(TIMING.lookAgainMs);

  end(0, completed);
  await clock.advance(1);

  t.same(answer.signed?.signers, [1, 2]);
});

t.test('a session that stands still is hedged although its signers answer pings', async (t) => {
  const { clock, attempts, progress } = begin(t);
  await clock.advance(1);
  progress(attempts[0], 1);

  await clock.advance(TIMING.hedgeAfterMs);
  t.equal(attempts.length, 1);
  await clock.advance(2 * TIMING.lookAgainMs);
  t.same(
    attempts.map(({ parties }) => parties),
    [
      [1, 2],
      [1, 3],
    ],
    'without the one that lags',
  );
});

t.test('when all members lag another quorum is asked, whoever is in it', async (t) => {
  const { clock, attempts } = begin(t);
  await clock.advance(TIMING.hedgeAfterMs + 2 * TIMING.lookAgainMs);
  t.same(
    attempts.map(({ parties }) => parties),
    [
      [1, 2],
      [1, 3],
    ],
  );
});

t.test(
  'there are two attempts at most, and one that stands still gives its place up',
  async (t) => {
    const { clock, attempts, live, failed } = begin(t, { deadlineMs: 60_000 });
    let most = 0;
    for (let ms = 0; ms < TIMING.stallAfterMs - 500; ms += 100) {
      await clock.advance(100);
      most = Math.max(most, live());
    }
    t.equal(most, 2);
    t.equal(attempts.length, 2);

    await clock.advance(1_000);
    t.same(failed, ['cancelled 1,2']);
    t.same(attempts[2]?.parties, [2, 3]);
  },
);

t.test('a lost line leads to another quorum at once', async (t) => {
  const { clock, standings, attempts, end, answer } = begin(t);
  await clock.advance(1);

  standings.set(2, { up: false, silentMs: 0, sessions: 0 });
  end(0, { kind: 'lost', signer: 2 });
  await clock.advance(1);
  t.same(attempts[1]?.parties, [1, 3]);

  end(1, completed);
  await clock.advance(1);
  t.same(answer.signed?.signers, [1, 3]);
});

t.test('a policy refusal is final and names its signers', async (t) => {
  const { clock, attempts, answer, end } = begin(t);
  await clock.advance(1);

  end(0, refusedBy({ 1: 'GRANT_MISSING', 2: 'GRANT_MISSING' }));
  await clock.advance(1);

  t.match(answer.error, {
    reason: 'SIGNERS_REFUSED',
    metadata: { signer1: 'GRANT_MISSING', signer2: 'GRANT_MISSING' },
  });
  t.equal(attempts.length, 1, 'nobody else is asked');
});

t.test('a signer that cannot take part now is gone around', async (t) => {
  const { clock, attempts, failed, end } = begin(t);
  await clock.advance(1);

  end(0, refusedBy({ 2: 'PAIR_NOT_ACTIVE' }));
  await clock.advance(1);

  t.same(attempts[1]?.parties, [1, 3]);
  t.same(failed, ['refused 1,2']);
});

t.test(
  'what no quorum combines to is tried with the others, and no quorum twice in a row',
  async (t) => {
    const { clock, attempts, known, end, answer } = begin(t);
    known.combine = () => {
      throw new ProtocolAbort('SIGNATURE_INVALID');
    };
    for (let i = 0; i < 3; i += 1) {
      await clock.advance(TIMING.retryLastMs);
      end(i, completed);
    }
    known.combine = () => [signature];
    await clock.advance(TIMING.retryLastMs);
    t.same(
      attempts
        .slice(0, 3)
        .map(({ parties }) => parties.join())
        .toSorted(),
      ['1,2', '1,3', '2,3'],
    );

    end(3, completed);
    await clock.advance(1);
    t.ok(answer.signed);
  },
);

t.test('quick failures do not spin', async (t) => {
  const { clock, attempts, end } = begin(t);
  for (let ms = 0; ms < 5_000; ms += 10) {
    await clock.advance(10);
    end(attempts.length - 1, refusedBy({ 1: 'OVERLOADED' }));
  }
  t.ok(attempts.length < 15, `${attempts.length} attempts in five seconds`);
});

t.test('a bug is no reason to try again', async (t) => {
  const { clock, known, answer, end, live } = begin(t);
  await clock.advance(1);
  known.combine = () => {
    throw new TypeError('bug');
  };
  end(0, completed);
  await clock.advance(1);
  t.ok(answer.error instanceof TypeError);
  t.equal(live(), 0);
});

t.test('attempts made by others: their result counts, or numbering goes on', async (t) => {
  const { clock, attempts, known, answer, end } = begin(t);
  await clock.advance(1);
  end(0, refusedBy({ 1: 'ATTEMPT_REUSED' }));
  await clock.advance(TIMING.lookAgainMs);
  t.equal(attempts.length, 2, 'no result: the next attempt');

  known.result = { signers: [2, 3], signatures: [signature] };
  end(1, refusedBy({ 1: 'ATTEMPT_REUSED' }));
  await clock.advance(1);
  t.same(answer.signed, known.result);
});

t.test('two down: UNAVAILABLE in time, naming who answers', async (t) => {
  const { clock, standings, answer, live } = begin(t);
  standings.set(2, { up: false, silentMs: 0, sessions: 0 });
  standings.set(3, { up: true, silentMs: 5_000, sessions: 0 });

  await clock.advance(TIMING.unavailableAfterMs - 100);
  t.same(answer, {});
  await clock.advance(300);

  t.match(answer.error, {
    reason: 'SIGNERS_UNAVAILABLE',
    code: 'UNAVAILABLE',
    metadata: { needed: '2', answering: '1' },
  });
  t.equal(live(), 0);
});

t.test('two stopped in the middle: UNAVAILABLE before a short deadline', async (t) => {
  const { clock, standings, answer, live } = begin(t, { deadlineMs: 3_000 });
  await clock.advance(1);
  for (const index of [2, 3]) standings.set(index, { up: true, silentMs: 1_500, sessions: 1 });

  await clock.advance(2_800);

  t.match(answer.error, { reason: 'SIGNERS_UNAVAILABLE' });
  t.equal(live(), 0);
});

t.test('goes on when a signer comes back in time', async (t) => {
  const { clock, standings, attempts } = begin(t);
  for (const index of [2, 3]) standings.set(index, { up: false, silentMs: 0, sessions: 0 });
  await clock.advance(2_000);
  t.equal(attempts.length, 0);

  standings.set(3, { up: true, silentMs: 0, sessions: 0 });
  await clock.advance(TIMING.lookAgainMs);

  t.same(attempts[0]?.parties, [1, 3]);
});

t.test('signers at their limit: waits for a place, then says so', async (t) => {
  const { clock, standings, attempts, answer } = begin(t);
  for (const index of [1, 2, 3]) standings.set(index, { up: true, silentMs: 0, sessions: 16 });
  await clock.advance(500);
  t.equal(attempts.length, 0);

  await clock.advance(TIMING.unavailableAfterMs);
  t.match(answer.error, { reason: 'OVERLOADED', code: 'RESOURCE_EXHAUSTED' });
});

t.test('answers before the caller stops listening, and ends when the caller leaves', async (t) => {
  const slow = begin(t, { deadlineMs: 1_000 });
  await slow.clock.advance(950);
  t.match(slow.answer.error, { reason: 'DEADLINE_PASSED' });
  t.equal(slow.live(), 0);

  const left = begin(t);
  await left.clock.advance(1);
  left.controller.abort();
  await left.clock.advance(1);
  t.match(left.answer.error, { reason: 'CALL_CANCELLED' });
  t.equal(left.live(), 0);
  t.equal(left.clock.pending(), 0, 'no timer is left');
});
