import t from 'tap';
import { createAuthorization, UnknownGrant } from '../../../coordinator/service/authorization.ts';
import { METHOD_NAMES } from '../../../wire/services.ts';
import type { PeerIdentity, Role } from '../../../wire/spiffe.ts';

const peer = (role: Role, name: string): PeerIdentity => ({ cluster: 'test', role, name });

t.test(
  'denies by default: each identity may call what its rules name and nothing else',
  async (t) => {
    const allows = createAuthorization({
      'client/treasury': ['WalletService'],
      'client/read-*': ['WalletService/GetWallet', 'WalletService/ListWallets'],
      'operator/*': ['AdminService/GetCluster', 'ServerReflection'],
    });
    const allowed = (identity: PeerIdentity) =>
      METHOD_NAMES.filter((method) => !method.startsWith('Health/') && allows(identity, method));

    t.same(allowed(peer('client', 'treasury')).length, 5);
    t.same(allowed(peer('client', 'read-1')), [
      'WalletService/GetWallet',
      'WalletService/ListWallets',
    ]);
    t.same(allowed(peer('operator', 'eve')), [
      'AdminService/GetCluster',
      'ServerReflection/ServerReflectionInfo',
    ]);
    for (const other of [
      peer('client', 'treasury2'),
      peer('client', 'xread-1'),
      peer('signer', 'treasury'),
      peer('coordinator', 'a'),
    ]) {
      t.same(allowed(other), [], `${other.role}/${other.name}`);
    }
  },
);

t.test('everybody of the cluster may ask for health', async (t) => {
  const allows = createAuthorization({});
  t.ok(allows(peer('signer', '1'), 'Health/Check'));
  t.notOk(allows(peer('signer', '1'), 'HealthX/Check'));
});

t.test('characters of a name are no pattern but for the asterisk', async (t) => {
  const allows = createAuthorization({ 'client/a.b': ['WalletService'] });
  t.ok(allows(peer('client', 'a.b'), 'WalletService/Sign'));
  t.notOk(allows(peer('client', 'axb'), 'WalletService/Sign'));
});

t.test('a grant of what does not exist is refused at start', async (t) => {
  for (const grant of ['WaletService', 'WalletService/Sing', 'Wallet']) {
    t.throws(() => createAuthorization({ 'client/a': [grant] }), UnknownGrant, grant);
  }
});
