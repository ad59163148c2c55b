import t from 'tap';
import { createFailures } from '../../../coordinator/orchestrate/failures.ts';
import { createManualClock } from '../../support/manual-clock.ts';

t.test('failures add up, fade, and are forgotten by a success', async (t) => {
  const clock = createManualClock();
  const failures = createFailures({ halfLifeMs: 1_000 }, { clock });
  t.equal(failures.of(1), 0);

  failures.note([1, 2]);
  failures.note([1]);
  t.equal(failures.of(1), 2);
  await clock.advance(1_000);
  t.equal(failures.of(1), 1);
  t.equal(failures.of(2), 0.5);

  failures.clear([1]);
  t.equal(failures.of(1), 0);
});
