import t from 'tap';
import { childEnvironment } from '../../../cli/local/environment.ts';

await t.test('passes what a process needs, and the settings of the AWS SDK', async (t) => {
  const passed = childEnvironment({
    PATH: '/bin',
    HOME: '/home/someone',
    AWS_ENDPOINT_URL_KMS: 'http://127.0.0.1:5000',
    AWS_REGION: 'eu-central-1',
    TZ: undefined,
  });

  t.same(passed, {
    PATH: '/bin',
    HOME: '/home/someone',
    AWS_ENDPOINT_URL_KMS: 'http://127.0.0.1:5000',
    AWS_REGION: 'eu-central-1',
  });
});

await t.test('keeps back what could reach into a signer', async (t) => {
  const passed = childEnvironment({
    NODE_OPTIONS: '--inspect',
    TREFOIL_DATA_DIR: '/elsewhere',
    SSLKEYLOGFILE: '/tmp/keys',
    https_proxy: 'http://proxy',
  });

  t.same(passed, {});
});
