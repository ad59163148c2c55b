import t from 'tap';
import { coordinatorJsonSchema, parseConfig } from '../../coordinator/config.ts';
import { ConfigError } from '../../wire/process/config.ts';

const YAML = `
cluster: local
name: a
listen: { grpc: 127.0.0.1:7400, http: 127.0.0.1:8400 }
tls: { cert: tls/cert.pem, key: tls/key.pem, ca: /etc/ca.pem }
roster: roster.json
operatorKeys: [operator.pem]
database: { path: data/coordinator.db }
authorization: { client/demo: [WalletService], 'operator/*': [AdminService/GetCluster] }
`;

const parse = (yaml: string, env: Record<string, string> = {}, flags = {}) =>
  parseConfig({ yaml, path: '/opt/trefoil/coordinator.yaml', env, flags });

t.test('resolves paths against the folder of the file and fills in defaults', async (t) => {
  const config = parse(YAML);

  t.equal(config.tls.cert, '/opt/trefoil/tls/cert.pem');
  t.equal(config.tls.ca, '/etc/ca.pem');
  t.equal(config.database.path, '/opt/trefoil/data/coordinator.db');
  t.same(config.operatorKeys, ['/opt/trefoil/operator.pem']);
  t.equal(config.limits.maxSessionsPerSigner, 16);
  t.equal(config.log.level, 'info');
  t.ok(Object.isFrozen(config.limits), 'frozen to the leaves');
});

t.test('a variable overrides the file, a flag overrides both', async (t) => {
  const env = { TREFOIL_LISTEN_GRPC: '127.0.0.1:1', TREFOIL_LIMITS_MAX_SESSIONS_PER_SIGNER: '3' };

  t.equal(parse(YAML, env).listen.grpc, '127.0.0.1:1');
  t.equal(parse(YAML, env).limits.maxSessionsPerSigner, 3);
  t.equal(parse(YAML, env, { listenGrpc: '127.0.0.1:2' }).listen.grpc, '127.0.0.1:2');
});

t.test('names what is wrong', async (t) => {
  const cases: [string, RegExp][] = [
    [`${YAML}surplus: 1\n`, /"surplus"/],
    [YAML.replace('cluster: local', 'cluster: LOCAL'), /cluster/],
    [YAML.replace('127.0.0.1:7400', '127.0.0.1'), /listen\.grpc/],
    [YAML.replace('client/demo', 'demo'), /authorization/],
    [YAML.replace('[WalletService]', '["Wallet Service"]'), /authorization\["client\/demo"\]/],
    [YAML.replace('roster: roster.json', ''), /roster/],
    [`${YAML}limits: { maxSessionsPerSigner: 0 }\n`, /limits\.maxSessionsPerSigner/],
    [`${YAML}log: { level: loud }\n`, /log\.level/],
  ];
  for (const [yaml, naming] of cases) t.throws(() => parse(yaml), naming);
  t.throws(
    () => parse(YAML, { TREFOIL_LISTEN: 'x' }),
    new ConfigError('environment: unknown variable TREFOIL_LISTEN'),
  );
});

t.test('gives its JSON Schema for the reference page', async (t) => {
  t.match(coordinatorJsonSchema(), { type: 'object', additionalProperties: false });
});
