import { webcrypto } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { runCommand } from '../../cli/program.ts';
import { temporaryDirectory } from '../support/temporary.ts';

type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  const code = await runCommand(args, {
    env,
    streams: {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
    },
    crypto: webcrypto,
    now: Date.now,
    createKmsKeys: async () => [],
  });
  return { code, stdout, stderr };
}

const WALLET = 'ab'.repeat(32);

await t.test('ends with 0 after help, which is on standard output', async (t) => {
  const { code, stdout, stderr } = await run(['--help']);

  t.equal(code, 0);
  t.match(stdout, /Usage: trefoil/);
  t.equal(stderr, '');
});

await t.test('says its version', async (t) => {
  const { code, stdout } = await run(['--version']);

  t.equal(code, 0);
  t.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

await t.test('ends with 2 when the command makes no sense', async (t) => {
  const wrong = [
    ['walet'],
    ['wallet', 'forget'],
    ['wallet', 'create'],
    ['wallet', 'get'],
    ['wallet', 'get', 'wallets/1'],
    ['wallet', 'list', '--page-size', '0'],
    ['wallet', 'create', '--name', 'x', '--committee', '2,1'],
    ['sign', WALLET, '--digest', '0x12'],
    ['sign', WALLET, '--transaction', '{}', '--digest', `0x${WALLET}`],
    ['sign', WALLET, '--path', "0'", '--digest', `0x${WALLET}`],
    ['local', '--sealer', 'paper'],
    ['local', '--signers', '1'],
    ['local', 'extra'],
    ['signer', 'run'],
    ['coordinator', 'run', '--unknown'],
    ['signer', 'run', '--config', '/nowhere/signer.yaml'],
    ['wallet', 'list', '--config', '/nowhere/client.yaml'],
  ];
  for (const args of wrong) {
    const { code, stdout, stderr } = await run(args);
    t.equal(code, 2, args.join(' '));
    t.equal(stdout, '', 'nothing on standard output');
    t.not(stderr, '');
  }
});

await t.test('ends with 3 when no cluster runs, and says how to start one', async (t) => {
  const dir = temporaryDirectory(t);

  const plain = await run(['wallet', 'list', '--dir', dir]);
  const json = await run(['wallet', 'list', '--dir', dir, '--json']);

  t.equal(plain.code, 3);
  t.match(plain.stderr, /no local cluster runs in .*: start one with `trefoil local`/);
  t.equal(json.code, 3);
  t.equal(json.stdout, '');
  t.match(JSON.parse(json.stderr), { error: { reason: 'NOTHING_RUNNING', message: String } });
});

await t.test('names an unknown key of a configuration', async (t) => {
  const path = join(temporaryDirectory(t), 'client.yaml');
  writeFileSync(path, 'endpont: 127.0.0.1:7400\n');

  const { code, stderr } = await run(['wallet', 'list', '--config', path]);

  t.equal(code, 2);
  t.match(stderr, /endpont/);
});

await t.test('starts no signer under NODE_OPTIONS', async (t) => {
  const env = { NODE_OPTIONS: '--inspect' };

  for (const verb of ['run', 'init']) {
    const { code, stderr } = await run(['signer', verb, '--config', 'signer.yaml'], env);
    t.equal(code, 1);
    t.match(stderr, /NODE_OPTIONS is set/);
  }
});
