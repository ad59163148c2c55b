import t from 'tap';
import { commit, opens, type Committed } from '../../../core/hash/commitment.ts';
import { arith } from '../../support/arith.ts';
import { randomOf, sha256 } from '../../support/rng.ts';

const env = { arith, sha256 };

t.test('a commitment opens to what was committed and to nothing else', (t) => {
  const random = randomOf(t);
  const what: Committed = {
    tag: 'dkg/commit',
    sid: random.bytes(32),
    i: 3,
    values: [random.bytes(66), random.bytes(32)],
  };
  const salt = random.bytes(32);
  const com = commit(sha256, what, salt);
  t.equal(com.length, 32);
  t.ok(opens(env, com, what, salt));
  t.notOk(opens(env, com, what, random.bytes(32)), 'salt');
  t.notOk(opens(env, com, { ...what, i: 4 }, salt), 'party');
  t.notOk(opens(env, com, { ...what, sid: random.bytes(32) }, salt), 'session');
  t.notOk(opens(env, com, { ...what, tag: 'reshare/commit' }, salt), 'protocol');
  t.notOk(opens(env, com, { ...what, values: what.values.toReversed() }, salt), 'order');
  t.notOk(opens(env, random.bytes(32), what, salt), 'commitment');
  t.end();
});
