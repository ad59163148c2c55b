/**
 * The certificate authority of a local cluster: X.509 certificates whose name is a SPIFFE URI
 * (design §3: `spiffe://<cluster>/signer/2`, `/coordinator/local`, `/client/demo`).
 *
 * A demonstration authority: its key lies beside the certificates. Production brings its own.
 * @module
 */
// Before @peculiar/x509, whose dependency injection reads metadata while it loads.
import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  cryptoProvider,
} from '@peculiar/x509';

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
const LEAF_DAYS = 397;
const RENEW_DAYS = 30;
/** Machines whose clocks run a little apart accept a certificate made just now. */
const BACKDATE_MS = 3_600_000;
const SERIAL_BYTES = 16;

export type PkiModules = { readonly crypto: webcrypto.Crypto; readonly now: () => number };

export type KeyPairPem = { readonly cert: string; readonly key: string };

export type LeafOptions = {
  /** The URI SAN, e.g. `spiffe://local/signer/1`. */
  readonly uri: string;
  /** A server certificate also names localhost and 127.0.0.1, for clients that know no SPIFFE. */
  readonly server: boolean;
  readonly client: boolean;
};

const toPem = (label: string, bytes: ArrayBuffer): string =>
  `${PemConverter.encode(bytes, label)}\n`;

async function newKeyPair(crypto: webcrypto.Crypto): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
}

function serialNumber(crypto: webcrypto.Crypto): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SERIAL_BYTES));
  // RFC 5280 §4.1.2.2: a positive integer of at most 20 octets, and never zero.
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

async function pairToPem(
  crypto: webcrypto.Crypto,
  certificate: X509Certificate,
  keys: webcrypto.CryptoKeyPair,
): Promise<KeyPairPem> {
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: `${certificate.toString('pem')}\n`, key: toPem('PRIVATE KEY', pkcs8) };
}

/** Makes the self-signed authority of `cluster`. */
export async function createAuthority(
  cluster: string,
  { crypto, now }: PkiModules,
): Promise<KeyPairPem> {
  cryptoProvider.set(crypto);
  const keys = await newKeyPair(crypto);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(crypto),
    name: [{ CN: [`Trefoil local authority of ${cluster}`] }],
    notBefore: new Date(now() - BACKDATE_MS),
    notAfter: new Date(now() + AUTHORITY_DAYS * DAY_MS),
    signingAlgorithm: KEY_ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      new SubjectAlternativeNameExtension([{ type: 'url', value: `spiffe://${cluster}` }]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
    ],
  });
  return pairToPem(crypto, certificate, keys);
}

async function importAuthorityKey(
  crypto: webcrypto.Crypto,
  pem: string,
): Promise<webcrypto.CryptoKey> {
  return crypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(pem), KEY_ALGORITHM, false, [
    'sign',
  ]);
}

/** Makes a key pair and a certificate for it, signed by `authority`. */
export async function issueCertificate(
  authority: KeyPairPem,
  { uri, server, client }: LeafOptions,
  { crypto, now }: PkiModules,
): Promise<KeyPairPem> {
  cryptoProvider.set(crypto);
  const keys = await newKeyPair(crypto);
  const issuer = new X509Certificate(authority.cert);
  const usages: string[] = [];
  if (server) usages.push(ExtendedKeyUsage.serverAuth);
  if (client) usages.push(ExtendedKeyUsage.clientAuth);
  const localNames = [
    { type: 'dns' as const, value: 'localhost' },
    { type: 'ip' as const, value: '127.0.0.1' },
  ];
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(crypto),
    subject: [{ CN: [new URL(uri).pathname.slice(1).replaceAll('/', ' ')] }],
    issuer: issuer.subjectName,
    notBefore: new Date(now() - BACKDATE_MS),
    notAfter: new Date(now() + LEAF_DAYS * DAY_MS),
    signingAlgorithm: KEY_ALGORITHM,
    signingKey: await importAuthorityKey(crypto, authority.key),
    publicKey: keys.publicKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension(usages),
      // One URI only: the X.509-SVID rule that a peer's identity is never a choice.
      new SubjectAlternativeNameExtension([
        { type: 'url', value: uri },
        ...(server ? localNames : []),
      ]),
      await AuthorityKeyIdentifierExtension.create(issuer, false, crypto),
      await SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
    ],
  });
  return pairToPem(crypto, certificate, keys);
}

/** True where the certificate has ended or ends so soon that a new one is due. */
export function needsRenewal(certPem: string, now: number): boolean {
  return new X509Certificate(certPem).notAfter.getTime() - now < RENEW_DAYS * DAY_MS;
}
