/**
 * Mutual TLS 1.3 for every connection, with names checked on both sides and certificates that
 * reload from their files.
 * @module
 */
import { readFileSync } from 'node:fs';
import tls, { createSecureContext, type PeerCertificate } from 'node:tls';
import {
  ChannelCredentials,
  experimental,
  type ServerCredentials,
  type VerifyOptions,
} from '@grpc/grpc-js';
import { identityOfAltNames, spiffeId, type PeerIdentity } from './spiffe.ts';

/** Paths of PEM files. */
export type TlsFiles = {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
};

/** PEM contents. */
export type TlsPems = { readonly cert: Buffer; readonly key: Buffer; readonly ca: Buffer };

type Provider = experimental.CertificateProvider;
type CaListener = experimental.CaCertificateUpdateListener;
type IdentityListener = experimental.IdentityCertificateUpdateListener;

/** A process's own certificate and the CA it trusts, kept current. */
export type TlsIdentity = {
  readonly provider: Provider;
  /** The certificate that new connections use now, PEM. */
  readonly current: () => TlsPems;
  /** Stops watching the files. Idempotent. */
  readonly close: () => void;
};

export type TlsIdentityOptions = TlsFiles & { readonly refreshIntervalMs?: number };
export type TlsIdentityModules = {
  /** Told when the files changed but do not form a usable certificate: the old one stays. */
  readonly onRefused?: (error: Error) => void;
};

/** TLS 1.2 has no place here; the library offers no option, so the process must be started so. */
function requireTls13(): void {
  if (tls.DEFAULT_MIN_VERSION !== 'TLSv1.3')
    throw new Error('this process must be started with --tls-min-v1.3');
}

/** Throws when certificate, key and CA do not fit together. */
function requireUsable({ cert, key, ca }: TlsPems): void {
  createSecureContext({ cert, key, ca, minVersion: 'TLSv1.3' });
}

function readPems(files: TlsFiles): TlsPems {
  const pems = {
    cert: readFileSync(files.certFile),
    key: readFileSync(files.keyFile),
    ca: readFileSync(files.caFile),
  };
  requireUsable(pems);
  return pems;
}

/**
 * Reads the files once, then watches them. A renewal that is half written or does not fit together
 * is not used: connections keep the last good certificate. Throws when the first read fails, and
 * when the process allows TLS 1.2.
 */
export function watchTlsIdentity(
  options: TlsIdentityOptions,
  modules: TlsIdentityModules = {},
): TlsIdentity {
  requireTls13();
  let good = readPems(options);
  let next = good;
  const caListeners = new Set<CaListener>();
  const identityListeners = new Set<IdentityListener>();
  const watcher = new experimental.FileWatcherCertificateProvider({
    certificateFile: options.certFile,
    privateKeyFile: options.keyFile,
    caCertificateFile: options.caFile,
    refreshIntervalMs: options.refreshIntervalMs ?? 30_000,
  });

  const publish = (): void => {
    const isSame =
      next.cert.equals(good.cert) && next.key.equals(good.key) && next.ca.equals(good.ca);
    if (isSame) return;
    try {
      requireUsable(next);
    } catch (error) {
      modules.onRefused?.(error instanceof Error ? error : new Error('unusable certificate'));
      return;
    }
    good = next;
    for (const listen of identityListeners)
      listen({ certificate: good.cert, privateKey: good.key });
    for (const listen of caListeners) listen({ caCertificate: good.ca });
  };
  // The watcher tells the identity first and the CA second, after one read of all files.
  const onIdentity: IdentityListener = (update) => {
    if (update !== null) next = { ...next, cert: update.certificate, key: update.privateKey };
  };
  const onCa: CaListener = (update) => {
    if (update !== null) next = { ...next, ca: update.caCertificate };
    publish();
  };
  watcher.addIdentityCertificateListener(onIdentity);
  watcher.addCaCertificateListener(onCa);

  return {
    provider: {
      // The library registers itself with its listeners only after it has added them: what they are
      // told before that is lost.
      addCaCertificateListener: (listen) => {
        caListeners.add(listen);
        queueMicrotask(() => {
          if (caListeners.has(listen)) listen({ caCertificate: good.ca });
        });
      },
      removeCaCertificateListener: (listen) => void caListeners.delete(listen),
      addIdentityCertificateListener: (listen) => {
        identityListeners.add(listen);
        queueMicrotask(() => {
          if (!identityListeners.has(listen)) return;
          listen({ certificate: good.cert, privateKey: good.key });
        });
      },
      removeIdentityCertificateListener: (listen) => void identityListeners.delete(listen),
    },
    current: () => good,
    close: () => {
      watcher.removeIdentityCertificateListener(onIdentity);
      watcher.removeCaCertificateListener(onCa);
    },
  };
}

/** Credentials of a server that lets nobody in without a certificate of its CA. */
export function serverCredentials(identity: TlsIdentity): ServerCredentials {
  const { provider } = identity;
  return experimental.createCertificateProviderServerCredentials(provider, provider, true);
}

/** Accepts exactly one SPIFFE id; the address dialled plays no part. */
function expectPeer(expected: PeerIdentity): VerifyOptions {
  const wanted = spiffeId(expected);
  return {
    checkServerIdentity: (_host: string, certificate: PeerCertificate): Error | undefined => {
      const actual = identityOfAltNames(certificate.subjectaltname);
      if (actual !== undefined && spiffeId(actual) === wanted) return undefined;
      return new Error(`the server is not ${wanted}`);
    },
  };
}

/** Credentials of a channel to the one server that carries the expected name. */
export function channelCredentials(
  identity: TlsIdentity,
  expected: PeerIdentity,
): ChannelCredentials {
  const { provider } = identity;
  return experimental.createCertificateProviderChannelCredentials(
    provider,
    provider,
    expectPeer(expected),
  );
}

/**
 * Credentials from PEM contents, without reload, for programs that embed a client: their process
 * may allow TLS 1.2 elsewhere.
 */
export function fixedChannelCredentials(pems: TlsPems, expected: PeerIdentity): ChannelCredentials {
  const context = createSecureContext({ ...pems, minVersion: 'TLSv1.3' });
  return ChannelCredentials.createFromSecureContext(context, expectPeer(expected));
}
