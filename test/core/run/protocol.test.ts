import t from 'tap';
import { broadcast } from '../../../core/run/protocol.ts';

t.test('a broadcast goes to all and has no secret part', (t) => {
  const message = broadcast(Uint8Array.of(1, 2));
  t.equal(message.to, 0);
  t.same(message.open, Uint8Array.of(1, 2));
  t.equal(message.sealed.length, 0);
  t.end();
});
