import { join, resolve } from 'node:path';
import t from 'tap';
import { stringify } from 'yaml';
import { parseConfig, signerJsonSchema, type SignerConfig } from '../../signer/config.ts';
import { ConfigError, type ListenFlags } from '../../wire/process/config.ts';

const PATH = '/etc/trefoil/signer.yaml';

const plain = {
  cluster: 'demo',
  index: 2,
  dataDir: 'data',
  listen: { grpc: '127.0.0.1:7402', http: '127.0.0.1:8402' },
  tls: { cert: 'tls/cert.pem', key: 'tls/key.pem', ca: '/etc/ca.pem' },
  roster: 'roster.json',
  operatorKeys: ['operators/1.pem'],
  clients: [
    {
      id: 'demo',
      stampKeys: ['clients/demo.pem'],
      grants: [{ action: 'create' }, { action: 'sign', wallets: ['ops-*'], purposes: ['evm'] }],
    },
  ],
  sealer: { provider: 'file', passphraseFile: 'passphrase' },
};

const parse = (
  tree: object,
  env: Record<string, string> = {},
  flags: ListenFlags = {},
): SignerConfig => parseConfig({ yaml: stringify(tree), path: PATH, env, flags });

const complaint = (...args: Parameters<typeof parse>): string => {
  try {
    parse(...args);
    return 'accepted';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
};

t.test('reads a file, with defaults and with paths relative to it', async (t) => {
  const config = parse(plain);
  const at = (path: string): string => resolve('/etc/trefoil', path);
  t.equal(config.dataDir, at('data'));
  t.same(config.tls, { cert: at('tls/cert.pem'), key: at('tls/key.pem'), ca: '/etc/ca.pem' });
  t.same(config.operatorKeys, [at('operators/1.pem')]);
  t.same(config.clients[0]?.stampKeys, [at('clients/demo.pem')]);
  t.same(config.sealer, { provider: 'file', passphraseFile: at('passphrase') });
  t.equal(config.previousRoster, undefined);
  t.equal(config.cureBurnsAutomatically, false, 'burns need an operator');
  t.same(config.allowLowThreshold, []);
  t.equal(config.limits.maxSessions, 1024);
  t.equal(config.log.level, 'info');
  t.ok(Object.isFrozen(config) && Object.isFrozen(config.limits));
  t.equal(
    parse({ ...plain, previousRoster: 'old.json' }).previousRoster,
    join('/etc/trefoil', 'old.json'),
  );
});

t.test('the environment is above the file, flags are above both', async (t) => {
  const env = {
    TREFOIL_INDEX: '3',
    TREFOIL_LISTEN_GRPC: '127.0.0.1:1',
    TREFOIL_LIMITS_MAX_SESSIONS: '7',
    TREFOIL_CURE_BURNS_AUTOMATICALLY: 'true',
    PATH: '/bin',
  };
  const config = parse(plain, env, { listenGrpc: '127.0.0.1:0' });
  t.equal(config.index, 3);
  t.equal(config.listen.grpc, '127.0.0.1:0');
  t.equal(config.listen.http, '127.0.0.1:8402');
  t.equal(config.limits.maxSessions, 7);
  t.equal(config.cureBurnsAutomatically, true);
});

t.test('an unknown key is an error that names it', async (t) => {
  t.match(complaint({ ...plain, indx: 1 }), /indx/);
  t.match(complaint({ ...plain, limits: { maxSession: 1 } }), /maxSession[\s\S]*limits/);
  t.match(complaint({ ...plain, clients: [{ ...plain.clients[0], grant: [] }] }), /grant/);
  t.match(complaint(plain, { TREFOIL_INDX: '1' }), /TREFOIL_INDX/);
  t.match(complaint({ ...plain, sealer: { ...plain.sealer, keyId: 'k' } }), /keyId/);
});

t.test('a wrong value is an error that names its key', async (t) => {
  const cases: readonly (readonly [object, RegExp])[] = [
    [{ index: 0 }, /index/],
    [{ index: 256 }, /index/],
    [{ cluster: 'Demo' }, /cluster/],
    [{ operatorKeys: [] }, /operatorKeys/],
    [{ listen: { grpc: '127.0.0.1', http: 'x:1' } }, /listen\.grpc/],
    [{ listen: { grpc: '127.0.0.1:99999', http: 'x:1' } }, /listen\.grpc/],
    [{ sealer: { provider: 'none' } }, /sealer/],
    [{ clients: [{ id: 'a b', stampKeys: ['k'], grants: [] }] }, /clients\[0\]\.id/],
    [{ clients: [{ id: 'demo', stampKeys: [], grants: [] }] }, /clients\[0\]\.stampKeys/],
    [
      {
        clients: [
          {
            id: 'demo',
            stampKeys: ['k'],
            grants: [{ action: 'sign', wallets: [], purposes: ['evm'] }],
          },
        ],
      },
      /wallets/,
    ],
    [
      {
        clients: [
          {
            id: 'demo',
            stampKeys: ['k'],
            grants: [{ action: 'sign', wallets: ['*'], purposes: ['any'] }],
          },
        ],
      },
      /purposes/,
    ],
    [{ clients: [{ id: 'demo', stampKeys: ['k'], grants: [{ action: 'approve' }] }] }, /action/],
    [{ limits: { maxSessionMs: 0 } }, /maxSessionMs/],
    [{ log: { level: 'loud' } }, /level/],
  ];
  for (const [change, names] of cases) t.match(complaint({ ...plain, ...change }), names);
  t.match(complaint(plain, {}, { listenHttp: 'nowhere' }), /listen\.http/);
  t.match(complaint(plain, { TREFOIL_INDEX: 'two' }), /index/);
});

t.test('a missing key is named as well', async (t) => {
  for (const key of Object.keys(plain)) {
    const { [key as keyof typeof plain]: _, ...rest } = plain;
    t.match(complaint(rest), new RegExp(key), key);
  }
});

t.test('a file that is no mapping says so', async (t) => {
  for (const yaml of ['', '[]', 'a: [', '42'])
    t.throws(() => parseConfig({ yaml, path: PATH, env: {} }), { name: 'ConfigError' }, yaml);
});

t.test('the schema of the reference page has every key', async (t) => {
  const schema = signerJsonSchema();
  t.same(
    Object.keys(plain).filter((key) => !Object.hasOwn(schema['properties'] ?? {}, key)),
    [],
  );
});
