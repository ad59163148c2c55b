/** A whole coordinator over real sockets and mutual TLS, in front of real signers. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { parseConfig } from '../../coordinator/config.ts';
import { createReferenceArith } from '../../core/index.ts';
import { startServing, type Serving } from '../../coordinator/serving.ts';
import { ConfigError } from '../../wire/process/config.ts';
import { encodeRosterFile, stampRoster } from '../../wire/roster.ts';
import { adminService, signerService, walletService } from '../../wire/services.ts';
import type { RpcClient } from '../../wire/client.ts';
import { createTestClient, rawItem } from '../support/client-requests.ts';
import { startPairedSigners } from '../support/coordinator.ts';
import type { Signers } from '../support/in-process-signers.ts';
import { like } from '../support/like.ts';
import { createQuietLog, type QuietLog } from '../support/quiet-log.ts';
import { createRpcWorld, SERVER, type RpcWorld } from '../support/rpc.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { until } from '../support/until.ts';

type World = {
  readonly rpc: RpcWorld;
  readonly signers: Signers;
  readonly serving: Serving;
  readonly log: QuietLog;
  readonly folder: string;
  readonly configFile: string;
  readonly client: RpcClient;
  readonly clientAs: (name: string) => Promise<RpcClient>;
};

const AUTHORIZATION =
  "{ client/demo: [WalletService, AdminService], 'client/reader-*': [WalletService/ListWallets] }";

async function open(t: Test, limits = '{}'): Promise<World> {
  const signers = await startPairedSigners(t, { startsAt: Date.now() });
  const rpc = await createRpcWorld(t);
  const addresses = new Map<number, string>();
  for (const index of signers.indices) {
    const { address } = await rpc.serve(
      (server) => {
        signers.at(index).signer.serve(server, '0.0.0');
      },
      { spiffeId: `spiffe://test/signer/${index}` },
    );
    addresses.set(index, address);
  }
  const folder = temporaryDirectory(t);
  const operator = createTestClient('operator');
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
  };
  const roster = {
    ...signers.roster,
    signers: signers.roster.signers.map((signer) => ({
      ...signer,
      address: addresses.get(signer.index) ?? '',
    })),
  };
  write('roster.json', encodeRosterFile(await stampRoster(roster, operator.stamper)));
  write('operator.pem', operator.pem.publicKey);
  const { key } = signers.operatorKey;
  write('signers-operator.pem', key.export({ format: 'pem', type: 'spki' }).toString());
  const { certFile, keyFile, caFile } = await rpc.ca.issueFiles(folder, SERVER);
  const configFile = join(folder, 'coordinator.yaml');
  write(
    'coordinator.yaml',
    `
cluster: test
name: a
listen: { grpc: '127.0.0.1:0', http: '127.0.0.1:0' }
tls: { cert: '${certFile}', key: '${keyFile}', ca: '${caFile}' }
roster: roster.json
operatorKeys: [operator.pem, signers-operator.pem]
database: { path: data/coordinator.db }
authorization: ${AUTHORIZATION}
limits: ${limits}
`,
  );
  const log = createQuietLog();
  const serving = await start(configFile, signers, log);
  t.teardown(() => serving.stop());
  const clientAs = (name: string) =>
    rpc.client(`127.0.0.1:${serving.grpcPort}`, { as: `spiffe://test/client/${name}` });
  const client = await clientAs('demo');
  return { rpc, signers, serving, log, folder, configFile, client, clientAs };
}

const read = (path: string) => parseConfig({ yaml: readFileSync(path, 'utf8'), path, env: {} });

function start(configFile: string, signers: Signers, log: QuietLog): Promise<Serving> {
  return startServing(read(configFile), {
    arith: createReferenceArith,
    random: signers.random.bytes,
    clock: {
      now: () => Date.now(),
      monotonicMs: () => performance.now(),
      after: (ms, action) => {
        const timer = setTimeout(action, ms);
        return () => {
          clearTimeout(timer);
        };
      },
    },
    log,
  });
}

async function createWallet({ client, signers }: World) {
  const { keyId, ...stamped } = await signers.client.createWallet(signers.time.now());
  const wallet = await client.call(walletService.createWallet, stamped);
  return { keyId, wallet, stamped };
}

const pairsActive = ({ client }: World) =>
  until('all pairs are active', async () => {
    const { signers } = await client.call(adminService.getCluster, {});
    return signers.every(
      ({ connected, pairs }) =>
        connected && pairs.length === 2 && pairs.every(({ state }) => state === 'active'),
    );
  });

t.test('creates, lists and signs; says how the cluster is', async (t) => {
  const world = await open(t);
  const { client, signers } = world;
  const { keyId, wallet } = await createWallet(world);
  t.match(wallet, { state: 'active', displayName: 'treasury', threshold: 2, committee: [1, 2, 3] });
  t.ok(wallet.certificate);
  await pairsActive(world);

  const request = await signers.client.sign(signers.time.now(), keyId, [
    rawItem(new Uint8Array(32).fill(7)),
  ]);
  const { requestId, ...stamped } = request;
  const signed = await client.call(walletService.sign, stamped);
  t.same(await client.call(walletService.getSignature, { requestId }), signed);
  t.same((await client.call(walletService.getWallet, { keyId })).certificate, wallet.certificate);

  await createWallet(world);
  const first = await client.call(walletService.listWallets, { pageSize: 1, pageToken: '' });
  t.match(first.wallets, [{ keyId }]);
  t.equal(first.wallets[0]?.certificate, undefined, 'lists carry no certificates');
  const { nextPageToken: pageToken } = first;
  const second = await client.call(walletService.listWallets, { pageSize: 1, pageToken });
  t.equal(second.wallets.length, 1);
  t.notSame(second.wallets[0]?.keyId, keyId);
  t.equal(second.nextPageToken, '');

  const cluster = await client.call(adminService.getCluster, {});
  t.match(cluster, { cluster: 'test', coordinator: 'a', rosterVersion: 1 });
  t.same(cluster.signers.map(({ index, walletCount }) => [index, walletCount]).length, 3);
});

t.test('an identity may call what it was granted and nothing else', async (t) => {
  const { clientAs, rpc, serving } = await open(t);
  const reader = await clientAs('reader-1');
  const stranger = await clientAs('stranger');
  const forbidden = like({ reason: 'METHOD_FORBIDDEN', code: 'PERMISSION_DENIED' });
  const page = { pageSize: 0, pageToken: '' };

  t.match(await reader.call(walletService.listWallets, page), { wallets: [] });
  await t.rejects(reader.call(adminService.getCluster, {}), forbidden);
  await t.rejects(stranger.call(walletService.listWallets, page), forbidden);
  const signer = await rpc.client(`127.0.0.1:${serving.grpcPort}`, {
    as: 'spiffe://test/signer/1',
  });
  await t.rejects(signer.call(walletService.listWallets, page), forbidden);
  const demo = await clientAs('demo');
  await t.rejects(demo.call(signerService.getInfo, {}), like({ reason: 'METHOD_UNKNOWN' }));
});

t.test('a bad field is named', async (t) => {
  const { client, signers } = await open(t);
  const item = rawItem(new Uint8Array(32));
  const stamped = await signers.client.sign(signers.time.now(), new Uint8Array(32), [item]);
  const bad = (field: RegExp | string) =>
    like({ code: 'INVALID_ARGUMENT', fieldViolations: [{ field }] });

  await t.rejects(
    client.call(walletService.sign, { ...stamped, request: stamped.request.subarray(1) }),
    bad(/./),
  );
  await t.rejects(client.call(walletService.sign, { ...stamped, stamps: [] }), bad('stamps'));
  await t.rejects(
    client.call(walletService.listWallets, { pageSize: 5, pageToken: 'eHl6' }),
    bad('page_token'),
  );
  await t.rejects(
    client.call(walletService.listWallets, { pageSize: 5_000, pageToken: '' }),
    bad('page_size'),
  );
  await t.rejects(client.call(walletService.getSignature, { requestId: 'x' }), bad('request_id'));
  const unknown = await client
    .call(walletService.getWallet, { keyId: new Uint8Array(32) })
    .catch((error: unknown) => error);
  t.match(unknown, { reason: 'WALLET_NOT_FOUND', code: 'NOT_FOUND' });
});

t.test('more calls than allowed are refused at once', async (t) => {
  const { client, signers } = await open(t, '{ maxConcurrentCallsPerClient: 1 }');
  const create = async () => {
    const { request, stamps } = await signers.client.createWallet(signers.time.now());
    return client.call(walletService.createWallet, { request, stamps });
  };

  const outcomes = await Promise.allSettled([create(), create(), create()]);

  const refused = outcomes.flatMap((each) =>
    each.status === 'rejected' ? [each.reason as unknown] : [],
  );
  t.equal(refused.length, 2);
  for (const error of refused) t.match(error, { reason: 'OVERLOADED', code: 'RESOURCE_EXHAUSTED' });
});

t.test('probes, metrics and an orderly stop', async (t) => {
  const world = await open(t);
  const { serving, folder, client } = world;
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${serving.httpPort}${path}`);
    return { status: response.status, text: await response.text() };
  };
  t.match(await get('/livez'), { status: 200 });
  t.match(await get('/readyz'), { status: 200 });
  t.match(await get('/nothing'), { status: 404 });

  const { stamped } = await createWallet(world);
  const metrics = await get('/metrics');
  t.match(
    metrics.text,
    /trefoil_coordinator_sessions_total\{kind="keygen",outcome="completed"\} 1/,
  );
  t.match(metrics.text, /method="WalletService\/CreateWallet",code="OK"/);

  await serving.stop();
  await t.rejects(client.call(walletService.createWallet, stamped), like({ code: 'UNAVAILABLE' }));
  await t.rejects(get('/livez'));
  t.ok(existsSync(join(folder, 'data', 'coordinator.db')));
});

t.test('a restarted coordinator knows its wallets and gives the same signature', async (t) => {
  const world = await open(t);
  const { client, signers, serving, configFile, log, rpc } = world;
  const { keyId, wallet } = await createWallet(world);
  await pairsActive(world);
  const request = await signers.client.sign(signers.time.now(), keyId, [
    rawItem(new Uint8Array(32).fill(9)),
  ]);
  const signed = await client.call(walletService.sign, request);
  await serving.stop();

  const second = await start(configFile, signers, log);
  t.teardown(() => second.stop());
  const again = await rpc.client(`127.0.0.1:${second.grpcPort}`);

  t.same(await again.call(walletService.sign, request), signed);
  t.same((await again.call(walletService.getWallet, { keyId })).root, wallet.root);
});

t.test('logs name requests and sessions and hold no key material', async (t) => {
  const world = await open(t);
  const { keyId } = await createWallet(world);
  await pairsActive(world);
  const { signers, client, log } = world;
  const request = await signers.client.sign(signers.time.now(), keyId, [
    rawItem(new Uint8Array(32).fill(3)),
  ]);
  await client.call(walletService.sign, request);

  const text = JSON.stringify(log.lines);
  t.match(text, request.requestId);
  t.ok(log.lines.some(({ fields }) => typeof fields['session'] === 'string'));
  t.notMatch(text, /PRIVATE KEY/);
});

t.test('what the configuration names must fit', async (t) => {
  const { configFile, folder, signers, log } = await open(t);
  const refuses = async (change: (yaml: string) => string, naming: RegExp): Promise<void> => {
    const changed = join(folder, 'changed.yaml');
    writeFileSync(changed, change(readFileSync(configFile, 'utf8')));
    const error = await start(changed, signers, log).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    t.ok(error instanceof ConfigError);
    t.match(error, { message: naming });
  };

  await refuses((yaml) => yaml.replace('WalletService,', 'WaletService,'), /WaletService/);
  await refuses(
    (yaml) => yaml.replace('cluster: test', 'cluster: other'),
    /of cluster test, not other/,
  );
  await refuses((yaml) => yaml.replace('[operator.pem, ', '['), /stamp/);
});
