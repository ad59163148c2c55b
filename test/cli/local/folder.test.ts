import t from 'tap';
import { FolderMismatch, checkWishes, wantedPorts } from '../../../cli/local/folder.ts';
import type { LocalState } from '../../../cli/local/state.ts';

const STATE: LocalState = {
  version: 1,
  cluster: 'local',
  signerCount: 3,
  sealer: { provider: 'file' },
  ports: wantedPorts(3, 7400),
};

await t.test('starts what the folder holds and nothing else', async (t) => {
  const dir = '.trefoil/local';

  checkWishes(undefined, { dir, sealer: 'aws-kms', signerCount: 5 });
  checkWishes(STATE, { dir });
  checkWishes(STATE, { dir, sealer: 'file', signerCount: 3 });
  t.throws(() => {
    checkWishes(STATE, { dir, sealer: 'aws-kms' });
  }, FolderMismatch);
  t.throws(() => {
    checkWishes(STATE, { dir, signerCount: 5 });
  }, FolderMismatch);
});

await t.test('counts ports up from the first, or leaves them all open', async (t) => {
  t.same(wantedPorts(2, 7400), {
    coordinator: { grpc: 7400, http: 8400 },
    signers: [
      { grpc: 7401, http: 8401 },
      { grpc: 7402, http: 8402 },
    ],
    chain: 8545,
  });
  t.same(wantedPorts(2, 0), {
    coordinator: { grpc: 0, http: 0 },
    signers: [
      { grpc: 0, http: 0 },
      { grpc: 0, http: 0 },
    ],
    chain: 0,
  });
});
