/**
 * Names of processes: SPIFFE ids in the URI SAN of their TLS certificates,
 * `spiffe://<cluster>/<role>/<name>`.
 * @module
 */
import { TrefoilError } from './status.ts';

export const ROLES = ['signer', 'coordinator', 'client', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/** Who is at the other end of a TLS connection. */
export type PeerIdentity = {
  readonly cluster: string;
  readonly role: Role;
  /** A signer's decimal roster index, a coordinator's or client's name. */
  readonly name: string;
};

/** What a cluster's name looks like: it is the trust domain of every SPIFFE id. */
export const CLUSTER_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/;
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/;

/** `spiffe://<cluster>/<role>/<name>`. Throws TypeError for parts that no certificate may carry. */
export function spiffeId({ cluster, role, name }: PeerIdentity): string {
  if (!CLUSTER_NAME.test(cluster) || !NAME.test(name))
    throw new TypeError('a SPIFFE id needs a valid cluster and name');
  return `spiffe://${cluster}/${role}/${name}`;
}

/** The parts of a SPIFFE id, or undefined. */
export function parseSpiffeId(uri: string): PeerIdentity | undefined {
  const [scheme, empty, cluster = '', role = '', name = '', ...rest] = uri.split('/');
  const known = ROLES.find((each) => each === role);
  const isForm = scheme === 'spiffe:' && empty === '' && rest.length === 0;
  if (!isForm || known === undefined) return undefined;
  if (!CLUSTER_NAME.test(cluster) || !NAME.test(name)) return undefined;
  return { cluster, role: known, name };
}

/**
 * The one SPIFFE id among a certificate's alternative names, in the text form of Node
 * (`URI:spiffe://…, DNS:…`). Several URIs, or quoted values (which Node writes when a name holds
 * characters that could forge an entry), give undefined.
 */
export function identityOfAltNames(altNames: string | undefined): PeerIdentity | undefined {
  if (altNames === undefined || altNames.includes('"')) return undefined;
  const uris = altNames.split(', ').filter((entry) => entry.startsWith('URI:'));
  const [uri] = uris;
  return uri === undefined || uris.length > 1 ? undefined : parseSpiffeId(uri.slice(4));
}

/** The identity of a call's peer. Throws PEER_UNIDENTIFIED. */
export function requirePeer(altNames: string | undefined, cluster: string): PeerIdentity {
  const peer = identityOfAltNames(altNames);
  if (peer === undefined)
    throw new TrefoilError('PEER_UNIDENTIFIED', 'the certificate has no SPIFFE id');
  if (peer.cluster !== cluster)
    throw new TrefoilError('PEER_UNIDENTIFIED', 'the certificate is of another cluster');
  return peer;
}
