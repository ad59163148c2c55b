/**
 * The signer's own judgement of a request: what it says, who stamped it, whether that client may,
 * and when. It trusts its configuration and its own key records and nothing else.
 * @module
 */
import { holds, type Item } from '../../core/index.ts';
import { TrefoilError } from '../../wire/status.ts';
import {
  decodeCreateWalletRequest,
  keyIdOf,
  request32Of,
  walletName,
  type CreateWalletRequest,
  type Purpose,
  type StampedRequest,
  type Validity,
} from '../../wire/request.ts';
import { decodeSignRequest } from '../../wire/sign-request.ts';
import { PAYLOAD_TYPES } from '../../wire/stamp.ts';
import type { Clock } from '../ports.ts';
import {
  requireCreateGrant,
  requireSignGrant,
  stampingClient,
  type Client,
  type WalletNames,
} from './clients.ts';
import { decodePayload, type DecodedPayload } from '../../wire/payload.ts';

/** Longest time between judging a request and its not_after. */
const MAX_VALIDITY_MS = 24 * 60 * 60 * 1000;
/** How far clocks may differ: a not_before this far ahead is judged as due. */
const SKEW_MS = 30_000;

/** What a wallet's own record says of it. */
export type WalletFacts = WalletNames & {
  readonly purposes: readonly Purpose[];
  readonly key: { readonly t: number; readonly committee: readonly unknown[] };
};

export type ApprovedCreate = {
  readonly request: CreateWalletRequest;
  readonly request32: Uint8Array;
  readonly keyId: Uint8Array;
  readonly clientId: string;
};

export type ApprovedSign = {
  readonly requestId: string;
  readonly request32: Uint8Array;
  readonly keyId: Uint8Array;
  readonly clientId: string;
  readonly notAfter: number;
  /** In the request's order. */
  readonly items: readonly (Item & Pick<DecodedPayload, 'assemble'>)[];
};

export type AuthorityOptions = {
  readonly clients: readonly Client[];
  /** Display names of wallets whose threshold may be at most half of the committee (C-61). */
  readonly allowLowThreshold: readonly string[];
};

export type AuthorityModules = {
  readonly clock: Clock;
  /** The own ACTIVE record of a key. */
  readonly walletOf: (keyId: Uint8Array) => WalletFacts | undefined;
};

export type Authority = {
  /** Throws InvalidInput or TrefoilError; says nothing about the ledger or key ids in use. */
  readonly judgeCreate: (stamped: StampedRequest) => ApprovedCreate;
  readonly judgeSign: (stamped: StampedRequest) => ApprovedSign;
};

/** not_before <= now < not_after, and not_after at most 24 hours ahead. */
function requireTimely({ notBefore, notAfter }: Validity, now: number): void {
  if (notBefore > now + SKEW_MS)
    throw new TrefoilError('REQUEST_NOT_YET_VALID', 'the request is not valid yet');
  if (!holds('C-16', notAfter > now))
    throw new TrefoilError('REQUEST_EXPIRED', 'the request has expired');
  if (notAfter > now + MAX_VALIDITY_MS + SKEW_MS)
    throw new TrefoilError('REQUEST_VALID_TOO_LONG', 'not_after lies more than 24 hours ahead', {
      fieldViolations: [{ field: 'not_after', description: 'at most 24 hours ahead' }],
    });
}

/**
 * C-61: t > n/2 keeps two disjoint quorums from existing. For keys that exist it is asked whenever
 * one is used, so that an override taken out of the configuration ends with the next start.
 */
function requireMajority(
  wallet: { readonly t: number; readonly n: number; readonly displayName: string },
  allowed: readonly string[],
  field: string,
): void {
  const majority = 2 * wallet.t > wallet.n;
  if (!holds('C-61', majority || allowed.includes(wallet.displayName)))
    throw new TrefoilError('THRESHOLD_TOO_LOW', 'the threshold must exceed half of the committee', {
      fieldViolations: [{ field, description: 'threshold must exceed half of the committee' }],
    });
}

function requirePurposes(wallet: WalletFacts, used: ReadonlySet<Purpose>): void {
  for (const purpose of used) {
    if (!holds('C-16', wallet.purposes.includes(purpose)))
      throw new TrefoilError('PURPOSE_FORBIDDEN', `the wallet was not made for ${purpose}`, {
        metadata: { purpose },
      });
  }
}

export function createAuthority(options: AuthorityOptions, modules: AuthorityModules): Authority {
  const { clients, allowLowThreshold } = options;
  return {
    judgeCreate: (stamped) => {
      const request = decodeCreateWalletRequest(stamped.request);
      const client = stampingClient(clients, PAYLOAD_TYPES.CreateWalletRequest, stamped);
      requireTimely(request, modules.clock.now());
      requireCreateGrant(client);
      const { displayName, threshold: t, committee } = request;
      requireMajority({ displayName, t, n: committee.length }, allowLowThreshold, 'threshold');
      const { request: bytes } = stamped;
      const [request32, keyId] = [request32Of(bytes), keyIdOf(bytes)];
      return { request, request32, keyId, clientId: client.id };
    },
    judgeSign: (stamped) => {
      const request = decodeSignRequest(stamped.request);
      const client = stampingClient(clients, PAYLOAD_TYPES.SignRequest, stamped);
      if (request.clientId !== undefined && request.clientId !== client.id)
        throw new TrefoilError('CLIENT_MISMATCH', 'the request names another client');
      requireTimely(request, modules.clock.now());
      const wallet = modules.walletOf(request.keyId);
      if (wallet === undefined)
        throw new TrefoilError('KEY_NOT_ACTIVE', 'this signer has no active key of this wallet', {
          metadata: { wallet: walletName(request.keyId) },
        });
      const { displayName, key } = wallet;
      requireMajority(
        { displayName, t: key.t, n: key.committee.length },
        allowLowThreshold,
        'wallet',
      );
      const decoded = request.items.map(({ path, payload }, m) => {
        const { digest, purpose, assemble } = decodePayload(payload, `items[${m}]`);
        return { item: { digest, path, assemble }, purpose };
      });
      const used = new Set(decoded.map(({ purpose }) => purpose));
      requirePurposes(wallet, used);
      requireSignGrant(client, wallet, used);
      const { requestId, keyId, notAfter } = request;
      const request32 = request32Of(stamped.request);
      const items = decoded.map(({ item }) => item);
      return { requestId, request32, keyId, clientId: client.id, notAfter, items };
    },
  };
}
