import t from 'tap';
import { holds, present } from '../../core/checks.ts';
import { negative } from '../support/negative.ts';
import assert from 'node:assert/strict';

t.test('a check holds as its condition does', (t) => {
  t.equal(holds('C-02', true), true);
  t.equal(holds('C-02', false), false);
  t.equal(present('C-17', 0), true);
  t.equal(present('C-17', undefined), false);
  t.end();
});

negative('C-17', 'decides whether a decoded value is there', () => {
  assert.equal(present('C-17', undefined), false);
});
