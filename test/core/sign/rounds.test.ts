import t from 'tap';
import { SIGN_ROUNDS } from '../../../core/sign/rounds.ts';

t.test('only R2 starts with an echo: R3 of direct signing is bound by com and echo_1', (t) => {
  t.same(
    SIGN_ROUNDS.map(({ echo }) => echo),
    [false, true, false],
  );
  t.same(
    SIGN_ROUNDS.map(({ direct }) => direct),
    [true, true, false],
  );
  t.ok(SIGN_ROUNDS.every(({ broadcast }) => broadcast));
  t.end();
});
