import { format, inspect } from 'node:util';
import t from 'tap';
import { InvariantViolation } from '../../../core/errors.ts';
import { blindHandles } from '../../../core/reference/handles.ts';

type Handle = { readonly brand?: never };

t.test('a handle opens in its family only', (t) => {
  const mine = blindHandles<Handle, bigint>();
  const other = blindHandles<Handle, bigint>();
  t.equal(mine.open(mine.wrap(5n)), 5n);
  t.throws(() => other.open(mine.wrap(5n)), InvariantViolation);
  t.throws(() => mine.open({}), InvariantViolation);
  t.end();
});

t.test('a handle shows nothing of its value', (t) => {
  const handle = blindHandles<Handle, string>().wrap('secret');
  const shown = [format('%s', handle), JSON.stringify({ handle }), inspect(handle, { depth: 9 })];
  for (const text of shown) t.notMatch(text, /secret/);
  t.same(Object.keys(handle), []);
  t.end();
});
