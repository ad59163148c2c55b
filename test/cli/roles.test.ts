import { webcrypto } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { signerListen } from '../../cli/local/configs.ts';
import { wantedPorts } from '../../cli/local/folder.ts';
import { layoutOf, type LocalLayout } from '../../cli/local/layout.ts';
import { prepareFolder } from '../../cli/local/prepare.ts';
import { readRoster } from '../../cli/local/roster.ts';
import type { LocalState } from '../../cli/local/state.ts';
import { runCli, startCli } from '../support/cli.ts';
import { until } from '../support/until.ts';
import { testRuntime } from '../support/runtime.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const SIGNERS = 2;

type Folder = { readonly layout: LocalLayout; readonly state: LocalState };

/** One prepared folder serves all tests: identities take a second of computing each. */
async function prepare(t: Test): Promise<Folder> {
  const layout = layoutOf(join(temporaryDirectory(t), 'local'));
  const state = await prepareFolder(
    {
      layout,
      existing: undefined,
      cluster: 'local',
      sealer: 'file',
      signerCount: SIGNERS,
      ports: wantedPorts(SIGNERS, 0),
      runtime: testRuntime(),
      dialAddress: (_index, grpc) => Promise.resolve(grpc),
    },
    {
      crypto: webcrypto,
      now: Date.now,
      createKmsKeys: () => Promise.reject(new Error('not asked for')),
    },
  );
  return { layout, state };
}

const { layout, state } = await prepare(t);

/** A copy of a configuration, in the same folder, with a key that nobody knows. */
function withUnknownKey(config: string): string {
  const path = `${config}.wrong.yaml`;
  writeFileSync(path, `${readFileSync(config, 'utf8')}treshold: 2\n`);
  return path;
}

const isReady = (http: string) => async (): Promise<boolean> => {
  const answer = await fetch(`http://${http}/readyz`).catch(() => undefined);
  return answer?.ok === true;
};

await t.test('runs a signer under the right flags and stops it in order', async (t) => {
  const { config, log } = layout.signer(1);
  const { http } = signerListen(state, 1);

  const signer = startCli(t, ['signer', 'run', '--config', config]);
  await until(`the signer is ready: ${signer.stderr()}`, isReady(http), 20_000);
  t.match(signer.stdout(), /"msg":"signer ready"/, log);
  signer.child.kill('SIGTERM');

  t.equal(await signer.exited, 0, signer.stderr());
  t.match(signer.stdout(), /"msg":"signer stopped"/);
});

await t.test('prints the identity of a signer, always the same one', async (t) => {
  const { code, stdout } = await runCli(t, ['signer', 'init', '--config', layout.signer(2).config]);

  t.equal(code, 0);
  const identityKey = Buffer.from(readRoster(layout)?.signers[1]?.identityKey ?? []);
  t.same(JSON.parse(stdout), { index: 2, identityKey: identityKey.toString('hex') });
});

await t.test('runs a coordinator on other addresses, also while no signer is there', async (t) => {
  const [free] = state.ports.signers;
  const http = `127.0.0.1:${free?.http ?? 0}`;
  const grpc = `127.0.0.1:${free?.grpc ?? 0}`;

  const coordinator = startCli(t, [
    ...['coordinator', 'run', '--config', layout.coordinator.config],
    ...['--listen-grpc', grpc, '--listen-http', http],
  ]);
  await until(
    'the coordinator is live',
    async () => {
      const answer = await fetch(`http://${http}/livez`).catch(() => undefined);
      return answer?.ok === true;
    },
    20_000,
  );
  coordinator.child.kill('SIGINT');

  t.equal(await coordinator.exited, 0, coordinator.stderr());
});

await t.test('names what is wrong in a configuration, and ends with 2', async (t) => {
  const ofSigner = withUnknownKey(layout.signer(1).config);
  const ofCoordinator = withUnknownKey(layout.coordinator.config);

  const signer = await runCli(t, ['signer', 'run', '--config', ofSigner]);
  const coordinator = await runCli(t, ['coordinator', 'run', '--config', ofCoordinator]);

  t.same([signer.code, coordinator.code], [2, 2]);
  t.match(signer.stderr, /treshold/);
  t.match(coordinator.stderr, /treshold/);
});

await t.test('signs the next version of the roster when addresses have moved', async (t) => {
  const first = readRoster(layout);
  const options = {
    layout,
    existing: state,
    cluster: 'local',
    sealer: 'file',
    signerCount: SIGNERS,
    runtime: testRuntime(),
    dialAddress: (_index: number, grpc: string) => Promise.resolve(grpc),
  } as const;
  const modules = {
    crypto: webcrypto,
    now: Date.now,
    createKmsKeys: () => Promise.resolve([]),
  };

  await prepareFolder({ ...options, ports: state.ports }, modules);
  const same = readRoster(layout);
  await prepareFolder({ ...options, ports: wantedPorts(SIGNERS, 0) }, modules);
  const moved = readRoster(layout);

  t.same(same, first);
  t.equal(moved?.version, 2);
  t.same(
    moved?.signers.map(({ identityKey }) => identityKey),
    first?.signers.map(({ identityKey }) => identityKey),
  );
  t.equal(
    readFileSync(layout.signer(2).roster, 'utf8'),
    readFileSync(layout.coordinator.roster, 'utf8'),
  );
});
