import t from 'tap';
import { createMemorySealer } from '../support/memory-sealer.ts';
import { sealerCompliance } from './sealer.ts';

await t.test('the in-memory sealer of the tests keeps the port', async (t) => {
  await sealerCompliance(t, {
    sealer: createMemorySealer(),
    stranger: createMemorySealer(),
    flips: 'every-bit',
  });
});

await t.test('the in-memory sealer fails on demand, and recovers', async (t) => {
  const sealer = createMemorySealer();
  sealer.failWith('unavailable');
  await t.rejects(sealer.health(), { name: 'SealFailure', code: 'unavailable' });
  sealer.failWith(undefined);
  await t.resolves(sealer.health());
});
