import t from 'tap';
import { SESSION_ROUNDS } from '../../../core/run/rounds.ts';

const shapeOf = (kind: keyof typeof SESSION_ROUNDS): string =>
  SESSION_ROUNDS[kind]
    .map(({ broadcast, direct, echo }) => {
      const parts = [broadcast ? 'b' : '', direct ? 'd' : '', echo ? 'e' : ''];
      return parts.join('');
    })
    .join(' ');

t.test('every kind has the rounds of the specification', (t) => {
  t.equal(shapeOf('pair'), 'd d b b');
  t.equal(shapeOf('keygen'), 'b be de b');
  t.equal(shapeOf('sign'), 'bd bde b');
  t.end();
});
