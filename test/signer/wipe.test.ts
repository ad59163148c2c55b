import t from 'tap';
import { wipe } from '../../signer/wipe.ts';

t.test('overwrites every byte, and what is clear already stays so', async (t) => {
  for (const secret of [
    Uint8Array.of(1, 2, 3),
    Uint8Array.of(0, 0, 9),
    new Uint8Array(3),
    new Uint8Array(0),
  ]) {
    wipe(secret);
    t.ok(secret.every((byte) => byte === 0));
  }
});
