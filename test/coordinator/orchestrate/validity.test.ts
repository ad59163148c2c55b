import t from 'tap';
import { requireValidity } from '../../../coordinator/orchestrate/validity.ts';
import { like } from '../../support/like.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

t.test('refuses, naming the field, what every signer would refuse', async (t) => {
  const at = (notAfter: number) => () => {
    requireValidity({ notBefore: 0, notAfter }, NOW);
  };
  t.throws(
    at(NOW - 6 * MINUTE),
    like({ reason: 'REQUEST_EXPIRED', fieldViolations: [{ field: 'not_after' }] }),
  );
  t.throws(
    at(NOW + DAY + 6 * MINUTE),
    like({ reason: 'REQUEST_VALID_TOO_LONG', fieldViolations: [{ field: 'not_after' }] }),
  );
});

t.test('leaves the fine judgement to the signers, whose clocks count', async (t) => {
  for (const notAfter of [NOW - 4 * MINUTE, NOW, NOW + DAY + 4 * MINUTE]) {
    t.doesNotThrow(() => {
      requireValidity({ notBefore: 0, notAfter }, NOW);
    });
  }
});
