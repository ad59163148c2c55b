import t from 'tap';
import { InvariantViolation } from '../../core/errors.ts';
import { at, entryOf } from '../../core/list.ts';

t.test('a lookup gives what is there, falsy values too', (t) => {
  t.equal(at([0, 1], 0), 0);
  t.equal(entryOf(new Map([['a', '']]), 'a'), '');
  t.end();
});

t.test('a miss is our own bug', (t) => {
  t.throws(() => at([1], 1), InvariantViolation);
  t.throws(() => at([1], -1), InvariantViolation);
  t.throws(() => entryOf(new Map<number, number>(), 1), InvariantViolation);
  t.end();
});
