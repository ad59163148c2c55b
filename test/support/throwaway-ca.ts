/**
 * A certificate authority for tests: certificates right and wrong in every way that TLS must
 * notice. Keys live in memory and in a folder of the test.
 */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from '@peculiar/x509';
import type { TlsFiles } from '../../wire/tls.ts';

cryptoProvider.set(webcrypto);
// Test processes are not started with --tls-min-v1.3; real ones are.
tls.DEFAULT_MIN_VERSION = 'TLSv1.3';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A subject alternative name. */
export type AltName = { readonly type: 'url' | 'dns' | 'ip'; readonly value: string };

/** PEM text. */
export type Issued = { readonly cert: string; readonly key: string };

export type ThrowawayCa = {
  readonly cert: string;
  /** A certificate for these names, valid for a day or already expired. */
  readonly issue: (names: readonly AltName[], validity?: 'valid' | 'expired') => Promise<Issued>;
  /** {@link issue} for one SPIFFE id, written to a folder with the CA. */
  readonly issueFiles: (folder: string, spiffeId: string) => Promise<TlsFiles>;
};

type KeyPair = {
  readonly publicKey: webcrypto.CryptoKey;
  readonly privateKey: webcrypto.CryptoKey;
};

async function keyPair(): Promise<KeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
}

function serialNumber(): string {
  return Buffer.from(webcrypto.getRandomValues(new Uint8Array(8)))
    .toString('hex')
    .replace(/^[89a-f]/, '1');
}

/** A fresh authority; two of them share nothing but the form of their names. */
export async function createThrowawayCa(): Promise<ThrowawayCa> {
  const keys = await keyPair();
  const now = Date.now();
  const root: X509Certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=throw-away CA',
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
    ],
  });
  const issue: ThrowawayCa['issue'] = async (names, validity = 'valid') => {
    const leaf = await keyPair();
    const certificate = await X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: 'CN=throw-away',
      issuer: root.subject,
      notBefore: new Date(now - DAY_MS),
      notAfter: new Date(validity === 'valid' ? now + DAY_MS : now - 1000),
      signingKey: keys.privateKey,
      publicKey: leaf.publicKey,
      signingAlgorithm: ALGORITHM,
      extensions: [new SubjectAlternativeNameExtension([...names])],
    });
    return { cert: certificate.toString('pem'), key: await keyPem(leaf.privateKey) };
  };
  const cert = root.toString('pem');
  return {
    cert,
    issue,
    issueFiles: async (folder, spiffeId) => {
      const issued = await issue([{ type: 'url', value: spiffeId }]);
      return writeTlsFiles(folder, { ...issued, ca: cert });
    },
  };
}

/** Writes the three PEM files of a TLS identity. */
export function writeTlsFiles(
  folder: string,
  pems: { readonly cert: string; readonly key: string; readonly ca: string },
): TlsFiles {
  const files = {
    certFile: join(folder, 'tls.crt'),
    keyFile: join(folder, 'tls.key'),
    caFile: join(folder, 'ca.crt'),
  };
  writeFileSync(files.certFile, pems.cert);
  writeFileSync(files.keyFile, pems.key, { mode: 0o600 });
  writeFileSync(files.caFile, pems.ca);
  return files;
}
