import t from 'tap';
import {
  boundedDeadline,
  deadlineSignal,
  remainingMs,
  whileNotAborted,
} from '../../wire/deadline.ts';
import { DEADLINES } from '../../wire/limits.ts';
import { like } from '../support/like.ts';

const NOW = 1_700_000_000_000;
const clock = { now: () => NOW };

await t.test('honours the deadline of the caller up to the maximum', async (t) => {
  t.equal(boundedDeadline(NOW + 5, NOW), NOW + 5);
  t.equal(boundedDeadline(new Date(NOW + 5), NOW), NOW + 5);
  t.equal(boundedDeadline(Infinity, NOW), NOW + DEADLINES.standard);
  t.equal(boundedDeadline(NaN, NOW), NOW + DEADLINES.standard);
  t.equal(boundedDeadline(NOW + 1e12, NOW), NOW + DEADLINES.max);
  t.equal(boundedDeadline(NOW - 1, NOW), NOW - 1);
  t.equal(remainingMs(NOW - 1, NOW), 0);
  t.equal(remainingMs(NOW + 7, NOW), 7);
});

await t.test('the signal aborts at the deadline', async (t) => {
  const { signal } = deadlineSignal(NOW + 1, clock);
  const never = new Promise<never>(() => undefined);
  await t.rejects(whileNotAborted(never, signal), like({ reason: 'DEADLINE_PASSED' }));
});

await t.test('the signal aborts with its parent, at once if that is over already', async (t) => {
  const parent = new AbortController();
  const { signal, cancel } = deadlineSignal(NOW + 60_000, clock, parent.signal);
  t.notOk(signal.aborted);
  parent.abort(new Error('gave up'));
  t.match(signal.reason, { message: 'gave up' });
  cancel();
  const late = deadlineSignal(NOW + 60_000, clock, parent.signal);
  t.ok(late.signal.aborted);
  late.cancel();
});

await t.test('work that ends in time is not disturbed', async (t) => {
  const { signal, cancel } = deadlineSignal(NOW + 60_000, clock);
  t.equal(await whileNotAborted(Promise.resolve(5), signal), 5);
  await t.rejects(whileNotAborted(Promise.reject(new Error('own')), signal), { message: 'own' });
  cancel();
  t.notOk(signal.aborted);
});

await t.test('an abort without an error is a cancelled call', async (t) => {
  const controller = new AbortController();
  controller.abort('text');
  const never = new Promise<never>(() => undefined);
  await t.rejects(whileNotAborted(never, controller.signal), like({ reason: 'CALL_CANCELLED' }));
});
