import t from 'tap';
import { CODES, isReason, REASONS, reasonRule, renderReasons } from '../../wire/reasons.ts';

await t.test(
  'every reason is UPPER_SNAKE_CASE, has a canonical code and one sentence',
  async (t) => {
    for (const [reason, rule] of Object.entries(REASONS)) {
      t.match(reason, /^[A-Z][A-Z0-9_]{2,62}$/);
      t.ok(rule.code in CODES);
      t.match(rule.doc, /^[A-Z][^|\n]*\.$/, reason);
    }
  },
);

await t.test('only reasons of the table are reasons', async (t) => {
  t.ok(isReason('OVERLOADED'));
  for (const other of ['overloaded', '', 'toString', '__proto__', 'constructor'])
    t.notOk(isReason(other), other);
  t.equal(reasonRule('OVERLOADED').code, 'RESOURCE_EXHAUSTED');
});

await t.test('the page of errors has a row for every reason', async (t) => {
  const page = renderReasons();
  for (const reason of Object.keys(REASONS)) t.match(page, `| \`${reason}\` |`);
  t.match(page, /^# Errors\n/);
  t.ok(page.endsWith('|\n'));
});
