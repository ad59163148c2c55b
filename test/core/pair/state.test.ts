import t from 'tap';
import { erasePair } from '../../../core/pair/state.ts';
import { dealPair } from '../../support/dealer.ts';
import { randomOf } from '../../support/rng.ts';

t.test('erasing overwrites every secret and leaves the name of the pair', (t) => {
  const [state, peer] = dealPair(randomOf(t), 1, 2, 7);
  const digest = state.digest.slice();
  erasePair(state);
  const { zeroSeed, asSender, asReceiver } = state;
  for (const secret of [zeroSeed, asSender.delta, asSender.leaves, asReceiver.leaves]) {
    t.ok(secret.every((byte) => byte === 0));
  }
  t.same([state.self, state.peer, state.generation], [1, 2, 7]);
  t.same(state.digest, digest);
  t.notOk(
    peer.zeroSeed.every((byte) => byte === 0),
    'the other side keeps its own',
  );
  t.end();
});
