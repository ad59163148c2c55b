import t from 'tap';
import { createSharedRuns, type RunLimits } from '../../../coordinator/orchestrate/shared-runs.ts';
import { TrefoilError } from '../../../wire/status.ts';
import { like } from '../../support/like.ts';

const limitsUntil = (deadline: number, signal = new AbortController().signal): RunLimits => ({
  deadline,
  signal,
});

t.test('calls for one id share one run, others have their own', async (t) => {
  const runs = createSharedRuns<string>();
  const { promise, resolve } = Promise.withResolvers<string>();
  let started = 0;
  const start = () => {
    started += 1;
    return promise;
  };

  const calls = ['a', 'a', 'b'].map((id) => runs.run(id, limitsUntil(1), start));
  t.equal(runs.count(), 2);
  resolve('done');

  t.same(await Promise.all(calls), ['done', 'done', 'done']);
  t.equal(started, 2);
  t.notOk(runs.has('a'));
});

t.test(
  'a run is given up when its last caller leaves, and the next caller starts anew',
  async (t) => {
    const runs = createSharedRuns<string>();
    const callers = [new AbortController(), new AbortController()];
    const signals: AbortSignal[] = [];
    const start = ({ signal }: RunLimits) => {
      signals.push(signal);
      return new Promise<string>(() => undefined);
    };
    const calls = callers.map(async ({ signal }) => {
      await runs.run('a', limitsUntil(1, signal), start);
    });
    const gone = new TrefoilError('CALL_CANCELLED', 'gone');

    callers[0]?.abort(gone);
    await t.rejects(calls[0] ?? Promise.resolve(), like({ reason: 'CALL_CANCELLED' }));
    t.notOk(signals[0]?.aborted, 'somebody still waits');

    callers[1]?.abort(gone);
    await t.rejects(calls[1] ?? Promise.resolve(), like({ reason: 'CALL_CANCELLED' }));
    t.ok(signals[0]?.aborted);
    t.equal(await runs.run('a', limitsUntil(1), () => Promise.resolve('new')), 'new');
  },
);

t.test('who has more time than the run it joined tries again', async (t) => {
  const runs = createSharedRuns<string>();
  const late = () => Promise.reject(new TrefoilError('SIGNERS_UNAVAILABLE', 'none'));
  const first = runs.run('a', limitsUntil(1), late);
  const second = runs.run('a', limitsUntil(2), () => Promise.resolve('second try'));
  const third = runs.run('a', limitsUntil(1), () => Promise.resolve('never'));

  await t.rejects(first, like({ reason: 'SIGNERS_UNAVAILABLE' }));
  t.equal(await second, 'second try');
  await t.rejects(third, like({ reason: 'SIGNERS_UNAVAILABLE' }));
});

t.test('a final refusal reaches everybody', async (t) => {
  const runs = createSharedRuns<string>();
  const refused = () => Promise.reject(new TrefoilError('SIGNERS_REFUSED', 'no'));
  const calls = [1, 2].map((deadline) => runs.run('a', limitsUntil(deadline), refused));
  for (const call of calls) await t.rejects(call, like({ reason: 'SIGNERS_REFUSED' }));
});
