import t from 'tap';
import { parseConfig } from '../../client/config.ts';

const YAML = `
endpoint: 127.0.0.1:7400
cluster: prod
coordinator: a
tls: { cert: tls.cert.pem, key: tls.key.pem, ca: ca.cert.pem }
stampKey: stamp.key.pem
operatorKeys: [operators/one.pem]
`;
const parse = (yaml: string, env: NodeJS.ProcessEnv = {}) =>
  parseConfig({ yaml, path: '/etc/trefoil/client.yaml', env });

await t.test('reads client.yaml with paths relative to its folder', async (t) => {
  t.same(parse(YAML), {
    endpoint: '127.0.0.1:7400',
    cluster: 'prod',
    coordinator: 'a',
    tls: {
      cert: '/etc/trefoil/tls.cert.pem',
      key: '/etc/trefoil/tls.key.pem',
      ca: '/etc/trefoil/ca.cert.pem',
    },
    stampKey: '/etc/trefoil/stamp.key.pem',
    operatorKeys: ['/etc/trefoil/operators/one.pem'],
    timeoutMs: 20_000,
  });
});

await t.test('lets variables override the file', async (t) => {
  const config = parse(YAML, {
    TREFOIL_ENDPOINT: 'coordinator:443',
    TREFOIL_TLS_CERT: '/run/tls.pem',
    TREFOIL_TIMEOUT_MS: '500',
  });

  t.equal(config.endpoint, 'coordinator:443');
  t.equal(config.tls.cert, '/run/tls.pem');
  t.equal(config.timeoutMs, 500);
});

await t.test('names what is wrong', async (t) => {
  t.throws(() => parse(`${YAML}stampkey: x\n`), /client\.yaml:\n.*stampkey/s);
  t.throws(() => parse(YAML.replace('coordinator: a', '')), /coordinator/);
  t.throws(() => parse(`${YAML}timeoutMs: 1\n`), /timeoutMs/);
  t.throws(() => parse(YAML.replace('127.0.0.1:7400', 'nowhere')), /endpoint/);
  t.throws(() => parse(YAML, { TREFOIL_ENDPONT: 'x' }), /TREFOIL_ENDPONT/);
});
