/**
 * Keys and certificates of a local cluster: made where they are missing, certificates renewed when
 * they are about to end, everything else kept for ever.
 * @module
 */
import { createPublicKey, generateKeyPairSync, type webcrypto } from 'node:crypto';
import { type KeyPairPem, createAuthority, issueCertificate, needsRenewal } from './pki.ts';
import { type IdentityPaths, type LocalLayout, readIfPresent, writePrivateFile } from './layout.ts';

const PASSPHRASE_BYTES = 32;

export type CredentialOptions = {
  readonly cluster: string;
  readonly coordinatorName: string;
  readonly signerCount: number;
  readonly clientIds: readonly string[];
};

export type CredentialModules = { readonly crypto: webcrypto.Crypto; readonly now: () => number };

/** An Ed25519 key in two PEM files; made once. Returns the public PEM. */
function ensureSigningKey(privatePath: string, publicPath: string): string {
  const existing = readIfPresent(privatePath);
  const privatePem =
    existing ??
    generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const publicPem = createPublicKey(privatePem).export({ format: 'pem', type: 'spki' }).toString();
  if (existing === undefined) writePrivateFile(privatePath, privatePem);
  writePrivateFile(publicPath, publicPem);
  return publicPem;
}

async function ensureAuthority(
  { ca }: LocalLayout,
  cluster: string,
  modules: CredentialModules,
): Promise<KeyPairPem> {
  const cert = readIfPresent(ca.cert);
  const key = readIfPresent(ca.key);
  if (cert !== undefined && key !== undefined) return { cert, key };
  const made = await createAuthority(cluster, modules);
  writePrivateFile(ca.key, made.key);
  writePrivateFile(ca.cert, made.cert);
  return made;
}

type Leaf = {
  readonly paths: IdentityPaths;
  readonly uri: string;
  readonly server: boolean;
  readonly client: boolean;
};

async function ensureLeaf(
  authority: KeyPairPem,
  { paths, uri, server, client }: Leaf,
  modules: CredentialModules,
): Promise<void> {
  writePrivateFile(paths.ca, authority.cert);
  const existing = readIfPresent(paths.cert);
  const usable =
    existing !== undefined &&
    readIfPresent(paths.key) !== undefined &&
    !needsRenewal(existing, modules.now());
  if (usable) return;
  const made = await issueCertificate(authority, { uri, server, client }, modules);
  writePrivateFile(paths.key, made.key);
  writePrivateFile(paths.cert, made.cert);
}

export const signerIndices = (signerCount: number): number[] =>
  Array.from({ length: signerCount }, (_, position) => position + 1);

/** Makes sure that every process, client and operator of the cluster has its keys. */
export async function ensureCredentials(
  layout: LocalLayout,
  options: CredentialOptions,
  modules: CredentialModules,
): Promise<void> {
  const { cluster, coordinatorName, signerCount, clientIds } = options;
  const authority = await ensureAuthority(layout, cluster, modules);
  const operatorKey = ensureSigningKey(layout.ca.operatorKey, layout.ca.operatorPublicKey);
  const indices = signerIndices(signerCount);
  const leaves: Leaf[] = [
    ...indices.map((index) => ({
      paths: layout.signer(index),
      uri: `spiffe://${cluster}/signer/${index}`,
      server: true,
      client: false,
    })),
    {
      paths: layout.coordinator,
      uri: `spiffe://${cluster}/coordinator/${coordinatorName}`,
      server: true,
      client: true,
    },
    ...clientIds.map((id) => ({
      paths: layout.client(id),
      uri: `spiffe://${cluster}/client/${id}`,
      server: false,
      client: true,
    })),
  ];
  for (const leaf of leaves) {
    await ensureLeaf(authority, leaf, modules);
    writePrivateFile(leaf.paths.operatorKey, operatorKey);
  }
  for (const id of clientIds) {
    const { stampKey, stampPublicKey } = layout.client(id);
    const publicPem = ensureSigningKey(stampKey, stampPublicKey);
    for (const index of indices) writePrivateFile(layout.signer(index).clientKey(id), publicPem);
  }
  for (const index of indices) {
    const { passphrase } = layout.signer(index);
    if (readIfPresent(passphrase) !== undefined) continue;
    const bytes = modules.crypto.getRandomValues(new Uint8Array(PASSPHRASE_BYTES));
    writePrivateFile(passphrase, `${Buffer.from(bytes).toString('base64url')}\n`);
  }
}
