import { webcrypto } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { parseConfig as parseClient } from '../../../client/config.ts';
import { DEMO_CLIENT, writeConfigs } from '../../../cli/local/configs.ts';
import { ensureCredentials } from '../../../cli/local/credentials.ts';
import { wantedPorts } from '../../../cli/local/folder.ts';
import { type LocalLayout, layoutOf } from '../../../cli/local/layout.ts';
import { readState, writeState, type LocalState } from '../../../cli/local/state.ts';
import { parseConfig as parseCoordinator } from '../../../coordinator/config.ts';
import { parseConfig as parseSigner } from '../../../signer/config.ts';
import { parseStampPrivateKey, parseStampPublicKey } from '../../../wire/stamp.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const YEAR_MS = 366 * 86_400_000;

const STATE: LocalState = {
  version: 1,
  cluster: 'local',
  signerCount: 3,
  sealer: { provider: 'file' },
  ports: wantedPorts(3, 7400),
};

const read = (path: string) => ({ yaml: readFileSync(path, 'utf8'), path, env: {} });

async function prepared(t: Test, state = STATE, now = NOW): Promise<LocalLayout> {
  const layout = layoutOf(join(temporaryDirectory(t), 'local'));
  await makeCredentials(layout, now);
  writeConfigs(layout, state);
  return layout;
}

const makeCredentials = (layout: LocalLayout, now: number): Promise<void> =>
  ensureCredentials(
    layout,
    { cluster: 'local', coordinatorName: 'local', signerCount: 3, clientIds: [DEMO_CLIENT] },
    { crypto: webcrypto, now: () => now },
  );

await t.test('writes what a signer reads', async (t) => {
  const layout = await prepared(t);

  const config = parseSigner(read(layout.signer(2).config));

  t.equal(config.index, 2);
  t.same(config.listen, { grpc: '127.0.0.1:7402', http: '127.0.0.1:8402' });
  t.equal(config.dataDir, layout.signer(2).dataDir);
  t.same(config.sealer, { provider: 'file', passphraseFile: layout.signer(2).passphrase });
  t.ok(config.cureBurnsAutomatically);
  t.same(config.clients[0]?.grants, [
    { action: 'create' },
    { action: 'sign', wallets: ['*'], purposes: ['evm', 'raw'] },
  ]);
  const stampKeys = config.clients.flatMap((client) => client.stampKeys);
  for (const path of [...Object.values(config.tls), ...config.operatorKeys, ...stampKeys]) {
    t.ok(existsSync(path), path);
  }
});

await t.test('writes what a coordinator and a client read', async (t) => {
  const layout = await prepared(t);

  const coordinator = parseCoordinator(read(layout.coordinator.config));
  const client = parseClient(read(layout.client(DEMO_CLIENT).config));

  t.same(coordinator.listen, { grpc: '127.0.0.1:7400', http: '127.0.0.1:8400' });
  t.equal(coordinator.database.path, layout.coordinator.database);
  t.equal(client.endpoint, coordinator.listen.grpc);
  t.equal(client.coordinator, coordinator.name);
  const stamper = parseStampPrivateKey(readFileSync(client.stampKey, 'utf8'));
  const atSigner = readFileSync(layout.signer(1).clientKey(DEMO_CLIENT), 'utf8');
  t.equal(stamper.keyId, parseStampPublicKey(atSigner).keyId);
});

await t.test('gives each signer its own KMS key', async (t) => {
  const keyIds = ['arn:1', 'arn:2', 'arn:3'];
  const layout = await prepared(t, { ...STATE, sealer: { provider: 'aws-kms', keyIds } });

  const sealers = [1, 2, 3].map((index) => parseSigner(read(layout.signer(index).config)).sealer);

  t.same(
    sealers,
    keyIds.map((keyId) => ({ provider: 'aws-kms', keyId })),
  );
});

await t.test('keeps keys for ever and renews certificates in time', async (t) => {
  const layout = await prepared(t);
  const contentOf = (path: string): string => readFileSync(path, 'utf8');
  const kept = [
    layout.ca.key,
    layout.ca.operatorKey,
    layout.client(DEMO_CLIENT).stampKey,
    layout.signer(3).passphrase,
  ];
  const before = kept.map(contentOf);
  const certificate = contentOf(layout.signer(3).cert);

  await makeCredentials(layout, NOW);
  t.equal(contentOf(layout.signer(3).cert), certificate);
  await makeCredentials(layout, NOW + 2 * YEAR_MS);

  t.same(kept.map(contentOf), before);
  t.not(contentOf(layout.signer(3).cert), certificate);
});

await t.test('lets nobody else read a key', async (t) => {
  const layout = await prepared(t);
  const secrets = [
    layout.ca.key,
    layout.ca.operatorKey,
    layout.signer(1).key,
    layout.signer(1).passphrase,
    layout.coordinator.key,
    layout.client(DEMO_CLIENT).stampKey,
  ];

  for (const path of secrets) t.equal(statSync(path).mode & 0o777, 0o600, path);
});

await t.test('remembers the state of a folder and refuses another form of it', async (t) => {
  const layout = layoutOf(temporaryDirectory(t));
  t.equal(readState(layout.state), undefined);

  writeState(layout.state, STATE);
  t.same(readState(layout.state), STATE);

  writeState(layout.state, { ...STATE, ports: wantedPorts(3, 0) });
  t.throws(() => readState(layout.state), /ports/);
});
