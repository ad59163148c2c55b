import { spawnSync } from 'node:child_process';
import t from 'tap';
import { refuseUnsafeStart, UnsafeStart } from '../../signer/hardening.ts';

const refusal = (execArgv: readonly string[], env: Record<string, string> = {}): string => {
  try {
    refuseUnsafeStart(execArgv, env);
    return 'starts';
  } catch (error) {
    if (error instanceof UnsafeStart) return error.message;
    throw error;
  }
};

t.test('starts with the flags that a signer has', async (t) => {
  const flags = ['--permission', '--allow-fs-read=/a', '--disable-sigusr1', '--tls-min-v1.3'];
  t.equal(refusal(flags, { PATH: '/bin', NODE_ENV: 'production' }), 'starts');
  t.equal(refusal(['--allow-net'], { NODE_OPTIONS: '' }), 'starts', 'empty is not set');
});

t.test('refuses whatever opens a debugger, writes the heap or logs keys', async (t) => {
  const flags = [
    '--inspect',
    '--inspect=0.0.0.0:9229',
    '--inspect-brk',
    '--inspect-wait',
    '--inspect_brk=1',
    '--debug-port=1',
    '--heapsnapshot-signal=SIGUSR2',
    '--heapsnapshot-near-heap-limit=3',
    '--heap-prof',
    '--heap_prof',
    '--cpu-prof',
    '--report-on-fatalerror',
    '--report-uncaught-exception',
    '--tls-keylog=/tmp/keys',
    '--tls_keylog=/tmp/keys',
    '--trace-tls',
    '--diagnostic-dir=/tmp',
    '--build-snapshot',
    '--snapshot-blob=x',
    '--abort-on-uncaught-exception',
  ];
  for (const flag of flags)
    t.equal(refusal(['--permission', flag]), `a signer does not run with ${flag.split('=')[0]}`);
});

t.test('refuses variables that bring flags, logs or a TLS without verification', async (t) => {
  for (const name of [
    'NODE_OPTIONS',
    'NODE_V8_COVERAGE',
    'NODE_DEBUG',
    'NODE_DEBUG_NATIVE',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'SSLKEYLOGFILE',
    'GRPC_TRACE',
  ])
    t.equal(refusal([], { [name]: 'a value' }), `a signer does not run with ${name} set`);
});

t.test('the process itself refuses, before it reads its configuration', async (t) => {
  const run = (flags: readonly string[], env: Record<string, string>) => {
    const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...rest } = process.env;
    const { status, stderr } = spawnSync(
      process.execPath,
      [...flags, 'signer/main.ts', 'run', '--config', '/nowhere.yaml'],
      { env: { ...rest, ...env }, encoding: 'utf8' },
    );
    return { status, stderr: stderr.split('\n').filter((line) => line.startsWith('signer:')) };
  };
  t.same(run(['--inspect=127.0.0.1:0'], {}), {
    ...{ status: 1, stderr: ['signer: UnsafeStart: a signer does not run with --inspect'] },
  });
  t.same(run([], { NODE_OPTIONS: '--no-warnings' }), {
    ...{ status: 1, stderr: ['signer: UnsafeStart: a signer does not run with NODE_OPTIONS set'] },
  });
});
