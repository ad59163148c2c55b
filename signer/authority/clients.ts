/**
 * Who may ask for what: the clients of this signer's own configuration, their stamp keys and
 * grants. The coordinator has no say in it.
 * @module
 */
import { holds } from '../../core/index.ts';
import { TrefoilError } from '../../wire/status.ts';
import { validStampKeys, type PayloadType, type StampKey } from '../../wire/stamp.ts';
import type { Purpose, StampedRequest } from '../../wire/request.ts';

export type Grant =
  | { readonly action: 'create' }
  | {
      readonly action: 'sign';
      /** Wallet names, or display-name patterns in which `*` stands for any characters. */
      readonly wallets: readonly string[];
      readonly purposes: readonly Purpose[];
    };

export type Client = {
  readonly id: string;
  readonly keys: readonly StampKey[];
  readonly grants: readonly Grant[];
};

/** The wallet as its own record names it, never as the request does. */
export type WalletNames = { readonly name: string; readonly displayName: string };

/**
 * The one client whose key made a valid stamp over the request. Throws STAMP_UNKNOWN when no stamp
 * names a configured key, STAMP_INVALID when those that do are not valid, CLIENT_MISMATCH when two
 * clients stamped.
 */
export function stampingClient(
  clients: readonly Client[],
  payloadType: PayloadType,
  stamped: StampedRequest,
): Client {
  const { request, stamps } = stamped;
  const named = clients.filter(({ keys }) =>
    keys.some(({ keyId }) => stamps.some((stamp) => stamp.keyId === keyId)),
  );
  if (named.length === 0)
    throw new TrefoilError('STAMP_UNKNOWN', 'no stamp is by a key that this signer knows');
  const valid = named.filter(({ keys }) =>
    holds('C-16', validStampKeys(keys, payloadType, request, stamps).length > 0),
  );
  const [client, second] = valid;
  if (client === undefined)
    throw new TrefoilError('STAMP_INVALID', 'no stamp is a valid signature over the request');
  if (second !== undefined)
    throw new TrefoilError('CLIENT_MISMATCH', 'stamps of two clients over one request');
  return client;
}

/** Whether a display name matches a pattern in which `*` stands for any run of characters. */
export function matchesPattern(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === name;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let from = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return from + last.length <= name.length;
}

const covers = (pattern: string, wallet: WalletNames): boolean =>
  pattern.startsWith('wallets/')
    ? pattern === wallet.name
    : matchesPattern(pattern, wallet.displayName);

/** Throws GRANT_MISSING unless the client may create wallets. */
export function requireCreateGrant(client: Client): void {
  const granted = client.grants.some(({ action }) => action === 'create');
  if (holds('C-16', granted)) return;
  throw new TrefoilError('GRANT_MISSING', `client ${client.id} may not create wallets`);
}

/** Throws GRANT_MISSING unless the client may sign with this wallet for every purpose used. */
export function requireSignGrant(
  client: Client,
  wallet: WalletNames,
  purposes: ReadonlySet<Purpose>,
): void {
  for (const purpose of purposes) {
    const granted = client.grants.some(
      (grant) =>
        grant.action === 'sign' &&
        grant.purposes.includes(purpose) &&
        grant.wallets.some((pattern) => covers(pattern, wallet)),
    );
    if (!holds('C-16', granted))
      throw new TrefoilError(
        'GRANT_MISSING',
        `client ${client.id} may not sign with this wallet for ${purpose}`,
        { metadata: { purpose } },
      );
  }
}
