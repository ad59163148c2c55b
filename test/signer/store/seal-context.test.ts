import t from 'tap';
import { hedgeContext, identityContext, shareContext } from '../../../signer/store/seal-context.ts';

const owner = { cluster: 'demo', index: 12 };

// These names and values are in blobs on disk and in key policies: they cannot change.
await t.test('a share is bound to cluster, signer, kind, key and epoch', async (t) => {
  t.same(shareContext(owner, new Uint8Array(32).fill(0xab), 3), {
    'trefoil-cluster': 'demo',
    'trefoil-signer': 'signer-12',
    'trefoil-kind': 'share',
    'trefoil-key': 'ab'.repeat(32),
    'trefoil-epoch': '3',
  });
});

await t.test('identity key and hedge secret have no key and no epoch', async (t) => {
  const common = {
    'trefoil-cluster': 'demo',
    'trefoil-signer': 'signer-12',
    'trefoil-key': '-',
    'trefoil-epoch': '-',
  };
  t.same(identityContext(owner), { ...common, 'trefoil-kind': 'identity' });
  t.same(hedgeContext(owner), { ...common, 'trefoil-kind': 'hedge' });
});
