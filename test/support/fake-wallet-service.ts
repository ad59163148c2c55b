/**
 * A coordinator for client tests, over real gRPC and TLS: it holds the whole key of one wallet with
 * a genuine certificate, signs in the plain, and lies when a test tells it to.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import type { Test } from 'tap';
import { createReferenceArith, deriveChild } from '../../core/index.ts';
import { decodePayload, evmAddress } from '../../wire/payload.ts';
import { keyIdOf, walletName } from '../../wire/request.ts';
import { RpcServer } from '../../wire/server.ts';
import { adminService, walletService } from '../../wire/services.ts';
import { type PayloadItem, decodeSignRequest } from '../../wire/sign-request.ts';
import type { Cluster } from '../../wire/signer-info.ts';
import { TrefoilError } from '../../wire/status.ts';
import { type TlsPems, serverCredentials, watchTlsIdentity } from '../../wire/tls.ts';
import type { ItemResult, SignResponse, Wallet } from '../../wire/wallet.ts';
import { type CertificateFixture, createCertificate } from './certificate.ts';
import { seededRandom } from './rng.ts';
import { createThrowawayCa } from './throwaway-ca.ts';

const { Fn } = secp256k1.Point;
const COORDINATOR = { cluster: 'test', name: 'a' };

export type FakeWalletService = {
  /** host:port. */
  readonly endpoint: string;
  readonly tls: TlsPems;
  readonly coordinator: string;
  readonly cluster: string;
  readonly fixture: CertificateFixture;
  readonly walletName: string;
  /** What a lying coordinator makes of an honest answer. */
  lies: {
    wallet: (honest: Wallet) => Wallet;
    response: (honest: SignResponse) => SignResponse;
    /** How long it takes to answer GetWallet. */
    delayMs: number;
  };
  /** Methods called so far, in order. */
  readonly calls: string[];
};

/** The private key out of the shares: Lagrange interpolation at zero. */
function privateKeyOf({ holds, request }: CertificateFixture): bigint {
  const shares = [...holds.values()].slice(0, request.threshold).map(({ share }) => share);
  const indices = shares.map(({ index }) => BigInt(index));
  return shares.reduce((sum, { s_i }, i) => {
    const x_i = indices[i] ?? 0n;
    const others = indices.filter((index) => index !== x_i);
    const weight = others.reduce(
      (product, x_j) => Fn.mul(product, Fn.mul(x_j, Fn.inv(Fn.sub(x_j, x_i)))),
      1n,
    );
    return Fn.add(sum, Fn.mul(weight, Fn.fromBytes(s_i)));
  }, 0n);
}

function signItem(fixture: CertificateFixture, item: PayloadItem): ItemResult {
  const arith = createReferenceArith();
  const { F, chainCode } = fixture.certificate;
  const root = { publicKey: F[0] ?? new Uint8Array(), chainCode };
  const { publicKey, delta } = deriveChild({ arith }, root, item.path);
  const child = Fn.add(privateKeyOf(fixture), Fn.fromBytes(arith.scalar.encode(delta)));
  const { digest } = decodePayload(item.payload, 'payload');
  const bytes = secp256k1.sign(digest, Fn.toBytes(child), {
    prehash: false,
    format: 'recovered',
  });
  const signature = { recid: bytes[0] ?? 0, r: bytes.slice(1, 33), s: bytes.slice(33) };
  const signedPayload =
    item.payload.kind === 'evm_transaction'
      ? { signedPayload: decodePayload(item.payload, 'payload').assemble(signature) }
      : {};
  const address = evmAddress(publicKey);
  return { ...signature, ...signedPayload, digest, path: item.path, publicKey, address };
}

function walletOf({ certificate, request }: CertificateFixture): Wallet {
  const publicKey = certificate.F[0] ?? new Uint8Array();
  const { chainCode, createRequest } = certificate;
  const { displayName, threshold, committee, purposes } = request;
  return {
    keyId: keyIdOf(createRequest),
    displayName,
    state: 'active',
    root: { address: evmAddress(publicKey), publicKey, chainCode },
    threshold,
    committee,
    purposes,
    certificate,
    createTime: 1_700_000_000_500,
    ready: false,
  };
}

const CLUSTER: Cluster = { cluster: 'test', rosterVersion: 3, coordinator: 'a', signers: [] };

/** A key generation takes a while; nothing changes its outcome afterwards. */
const fixtures = new Map<string, Promise<CertificateFixture>>();

function fixtureOf(seed: string): Promise<CertificateFixture> {
  const known = fixtures.get(seed) ?? createCertificate(seededRandom(seed));
  fixtures.set(seed, known);
  return known;
}

/** Starts the service; it ends with the test. */
export async function startFakeWalletService(t: Test, seed: string): Promise<FakeWalletService> {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-fake-'));
  const ca = await createThrowawayCa();
  const files = await ca.issueFiles(folder, 'spiffe://test/coordinator/a');
  const own = await ca.issue([{ type: 'url', value: 'spiffe://test/client/treasury' }]);
  const fixture = await fixtureOf(seed);
  const wallet = walletOf(fixture);
  const results = new Map<string, SignResponse>();
  const calls: string[] = [];
  const lies: FakeWalletService['lies'] = {
    wallet: (honest) => honest,
    response: (honest) => honest,
    delayMs: 0,
  };

  const identity = watchTlsIdentity(files);
  const server = new RpcServer(
    { cluster: 'test', authorize: ({ role }) => role === 'client' },
    { credentials: serverCredentials(identity), clock: { now: Date.now } },
  );
  server.handle(walletService.createWallet, async () => {
    calls.push('createWallet');
    return lies.wallet(wallet);
  });
  server.handle(walletService.getWallet, async () => {
    calls.push('getWallet');
    if (lies.delayMs > 0) await setTimeout(lies.delayMs, undefined, { ref: false });
    return lies.wallet(wallet);
  });
  server.handle(walletService.listWallets, async () => {
    calls.push('listWallets');
    const { certificate: _certificate, ...listed } = wallet;
    return { wallets: [listed], nextPageToken: 'next' };
  });
  server.handle(walletService.sign, async ({ request }) => {
    calls.push('sign');
    const { requestId, items } = decodeSignRequest(request);
    const signed = items.map((item) => signItem(fixture, item));
    const honest = { requestId, results: signed, signers: [1, 3] };
    results.set(requestId, honest);
    return lies.response(honest);
  });
  server.handle(walletService.getSignature, async ({ requestId }) => {
    calls.push('getSignature');
    const honest = results.get(requestId);
    if (honest === undefined) throw new TrefoilError('REQUEST_NOT_FOUND', 'no such request');
    return lies.response(honest);
  });
  server.handle(adminService.getCluster, async () => CLUSTER);
  const port = await server.listen('127.0.0.1:0');
  t.teardown(async () => {
    await server.stop();
    identity.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    endpoint: `127.0.0.1:${port}`,
    tls: { cert: Buffer.from(own.cert), key: Buffer.from(own.key), ca: Buffer.from(ca.cert) },
    coordinator: COORDINATOR.name,
    cluster: COORDINATOR.cluster,
    fixture,
    walletName: walletName(wallet.keyId),
    lies,
    calls,
  };
}
