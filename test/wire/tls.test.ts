/** Mutual TLS 1.3: who gets in, who is believed, and how certificates change. */
import { writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { ChannelCredentials, Client, Metadata } from '@grpc/grpc-js';
import t from 'tap';
import { createRpcClient } from '../../wire/client.ts';
import { adminService } from '../../wire/services.ts';
import {
  channelCredentials,
  fixedChannelCredentials,
  serverCredentials,
  watchTlsIdentity,
} from '../../wire/tls.ts';
import { RpcServer } from '../../wire/server.ts';
import { clock, CLUSTER, createRpcWorld, idOf, SERVER } from '../support/rpc.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { createThrowawayCa, writeTlsFiles } from '../support/throwaway-ca.ts';
import { until } from '../support/until.ts';
import { like } from '../support/like.ts';

const CLIENT = `spiffe://${CLUSTER}/client/demo`;
const answer = { cluster: CLUSTER, rosterVersion: 1, coordinator: 'a', signers: [] };
const world = await createRpcWorld(t);
const register = (server: RpcServer): void => {
  server.handle(adminService.getCluster, async () => answer);
};
const { address } = await world.serve(register);
const port = Number(address.split(':')[1]);
const soon = () => ({ deadline: Date.now() + 3000 });

await t.test('a server with the expected name is believed', async (t) => {
  const client = await world.client(address);
  t.same(await client.call(adminService.getCluster, {}), answer);
});

await t.test('a server with another name, role or cluster is not', async (t) => {
  const others = [
    `spiffe://${CLUSTER}/coordinator/b`,
    `spiffe://${CLUSTER}/signer/1`,
    `spiffe://${CLUSTER}/client/a`,
    'spiffe://other/coordinator/a',
  ];
  for (const expecting of others) {
    const client = await world.client(address, { expecting });
    const call = client.call(adminService.getCluster, {}, soon());
    await t.rejects(call, like({ reason: 'PEER_UNAVAILABLE' }), expecting);
    const fixed = fixedChannelCredentials(await world.pems(CLIENT), idOf(expecting));
    const second = createRpcClient({ address }, { credentials: fixed, clock });
    const refused = second.call(adminService.getCluster, {}, soon());
    await t.rejects(refused, like({ reason: 'PEER_UNAVAILABLE' }), expecting);
    second.close();
  }
});

await t.test('a server of another authority is not believed, whatever its name', async (t) => {
  const rogue = await createThrowawayCa();
  const identity = await world.identity(SERVER, rogue);
  const server = new RpcServer(
    { cluster: CLUSTER, authorize: () => true },
    { credentials: serverCredentials(identity), clock },
  );
  register(server);
  const roguePort = await server.listen('127.0.0.1:0');
  t.teardown(() => server.stop());
  const client = await world.client(`127.0.0.1:${roguePort}`);
  const call = client.call(adminService.getCluster, {}, soon());
  await t.rejects(call, like({ reason: 'PEER_UNAVAILABLE' }));
});

await t.test('a caller of another authority is not let in', async (t) => {
  const client = await world.client(address, { authority: await createThrowawayCa() });
  const call = client.call(adminService.getCluster, {}, soon());
  await t.rejects(call, like({ reason: 'PEER_UNAVAILABLE' }));
});

await t.test('a caller with an expired certificate is not let in', async (t) => {
  const issued = await world.ca.issue([{ type: 'url', value: CLIENT }], 'expired');
  const pems = {
    cert: Buffer.from(issued.cert),
    key: Buffer.from(issued.key),
    ca: Buffer.from(world.ca.cert),
  };
  const credentials = fixedChannelCredentials(pems, idOf(SERVER));
  const client = createRpcClient({ address }, { credentials, clock });
  t.teardown(() => {
    client.close();
  });
  const call = client.call(adminService.getCluster, {}, soon());
  await t.rejects(call, like({ reason: 'PEER_UNAVAILABLE' }));
});

/** How a bare TLS connection ends: the protocol it speaks after a first read, or the error. */
async function shake(options: object): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket: TLSSocket = connect({
    host: '127.0.0.1',
    port,
    ca: world.ca.cert,
    ALPNProtocols: ['h2'],
    checkServerIdentity: () => undefined,
    ...options,
  });
  // With TLS 1.3 a client learns of a refused certificate only when it reads.
  socket.on('data', () => {
    resolve(socket.getProtocol() ?? 'none');
  });
  socket.on('error', (error: Error) => {
    resolve('code' in error ? String(error.code) : error.message);
  });
  socket.on('close', () => {
    resolve('closed');
  });
  const outcome = await promise;
  socket.destroy();
  return outcome;
}

await t.test('nobody gets in without a certificate', async (t) => {
  t.match(await shake({}), /CERTIFICATE_REQUIRED|HANDSHAKE|ECONNRESET|closed/);
});

await t.test('nobody gets in below TLS 1.3', async (t) => {
  const { cert, key } = await world.pems(CLIENT);
  t.equal(await shake({ cert, key }), 'TLSv1.3', 'the same connection is fine otherwise');
  const old = await shake({ cert, key, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
  t.match(old, /PROTOCOL_VERSION|ECONNRESET/);
});

await t.test('a client takes no server below TLS 1.3', async (t) => {
  const { cert, key } = await world.pems(SERVER);
  const errors: string[] = [];
  const old = createServer({ cert, key, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
  old.on('tlsClientError', (error) => void errors.push('code' in error ? String(error.code) : ''));
  const { promise, resolve } = Promise.withResolvers<undefined>();
  old.listen(0, '127.0.0.1', () => {
    resolve(undefined);
  });
  await promise;
  t.teardown(() => old.close());
  const bound = old.address();
  const oldPort = typeof bound === 'object' && bound !== null ? bound.port : 0;
  const fixed = fixedChannelCredentials(await world.pems(CLIENT), idOf(SERVER));
  const watched = channelCredentials(await world.identity(CLIENT), idOf(SERVER));
  for (const credentials of [fixed, watched]) {
    const client = createRpcClient({ address: `127.0.0.1:${oldPort}` }, { credentials, clock });
    const before = errors.length;
    const call = client.call(adminService.getCluster, {}, soon());
    await t.rejects(call, like({ reason: 'PEER_UNAVAILABLE' }));
    t.match(errors[before], /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION/);
    client.close();
  }
});

await t.test('plain text is not answered', async (t) => {
  const client = new Client(address, ChannelCredentials.createInsecure());
  t.teardown(() => {
    client.close();
  });
  const { promise, resolve } = Promise.withResolvers<number>();
  const same = (content: Buffer): Buffer => content;
  const { path } = adminService.getCluster;
  client.makeUnaryRequest(path, same, same, Buffer.alloc(0), new Metadata(), soon(), (error) => {
    resolve(error?.code ?? 0);
  });
  t.equal(await promise, 14);
});

await t.test('certificates reload; a renewal that does not fit is not used', async (t) => {
  const folder = temporaryDirectory(t);
  const issue = () => world.ca.issue([{ type: 'url', value: SERVER }]);
  const first = await issue();
  const files = writeTlsFiles(folder, { ...first, ca: world.ca.cert });
  const refused: Error[] = [];
  const identity = watchTlsIdentity(
    { ...files, refreshIntervalMs: 20 },
    { onRefused: (error) => void refused.push(error) },
  );
  t.teardown(() => {
    identity.close();
  });
  const server = new RpcServer(
    { cluster: CLUSTER, authorize: () => true },
    { credentials: serverCredentials(identity), clock },
  );
  register(server);
  const reloadPort = await server.listen('127.0.0.1:0');
  t.teardown(() => server.stop());
  const { cert, key } = await world.pems(CLIENT);

  /** The serial number of the certificate that a new connection is shown. */
  const shown = async (): Promise<string> => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const trust = { ca: world.ca.cert, cert, key, checkServerIdentity: () => undefined };
    const socket = connect({ host: '127.0.0.1', port: reloadPort, ...trust }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
    });
    socket.on('error', reject);
    const serial = await promise;
    socket.destroy();
    return serial;
  };
  const before = await shown();

  const second = await issue();
  writeFileSync(files.certFile, second.cert);
  await until('the half-written renewal is refused', () => refused.length > 0);
  t.equal(await shown(), before, 'the old certificate stays');
  t.equal(identity.current().cert.toString(), first.cert);

  writeFileSync(files.keyFile, second.key);
  await until('the renewal is used', async () => (await shown()) !== before);
  t.equal(identity.current().cert.toString(), second.cert);

  writeFileSync(files.certFile, 'garbage');
  const count = refused.length;
  await until('garbage is refused', () => refused.length > count);
  t.equal(identity.current().cert.toString(), second.cert);
  identity.close();
  identity.close();
});

await t.test('an authority that changes changes who gets in', async (t) => {
  const folder = temporaryDirectory(t);
  const next = await createThrowawayCa();
  const issued = await world.ca.issue([{ type: 'url', value: SERVER }]);
  const files = writeTlsFiles(folder, { ...issued, ca: world.ca.cert });
  const identity = watchTlsIdentity({ ...files, refreshIntervalMs: 20 });
  t.teardown(() => {
    identity.close();
  });
  const server = new RpcServer(
    { cluster: CLUSTER, authorize: () => true },
    { credentials: serverCredentials(identity), clock },
  );
  register(server);
  const nextPort = await server.listen('127.0.0.1:0');
  t.teardown(() => server.stop());
  writeFileSync(files.caFile, next.cert);
  await until('the new authority is read', () => identity.current().ca.toString() === next.cert);
  const old = await world.client(`127.0.0.1:${nextPort}`);
  const call = old.call(adminService.getCluster, {}, soon());
  await t.rejects(call, like({ reason: 'PEER_UNAVAILABLE' }), 'the old authority counts no more');
  const client = await world.client(`127.0.0.1:${nextPort}`, { authority: next });
  t.same(await client.call(adminService.getCluster, {}), answer);
});

await t.test('files that do not fit together stop the start', async (t) => {
  const [one, two] = [await world.pems(CLIENT), await world.pems(CLIENT)];
  const text = (pem: Buffer): string => pem.toString();
  const ca = world.ca.cert;
  const mixed = writeTlsFiles(temporaryDirectory(t), {
    cert: text(one.cert),
    key: text(two.key),
    ca,
  });
  t.throws(() => watchTlsIdentity(mixed));
  const bad = writeTlsFiles(temporaryDirectory(t), { cert: 'x', key: 'y', ca });
  t.throws(() => watchTlsIdentity(bad));
  t.throws(() => watchTlsIdentity({ ...bad, certFile: '/nonexistent' }));
});

await t.test('a process that allows TLS 1.2 does not start', async (t) => {
  const url = new URL('../../wire/tls.ts', import.meta.url).href;
  const script = `import { watchTlsIdentity } from ${JSON.stringify(url)};
    try { watchTlsIdentity({ certFile: 'x', keyFile: 'x', caFile: 'x' }); }
    catch (error) { console.log(error.message); }`;
  const run = (...flags: string[]): string => {
    const args = [...flags, '--input-type=module', '-e', script];
    const env = { ...process.env, NODE_OPTIONS: '' };
    return execFileSync(process.execPath, args, { env, encoding: 'utf8' });
  };
  t.match(run(), /--tls-min-v1\.3/);
  t.match(run('--tls-min-v1.3'), /ENOENT/);
});
