/**
 * The messages of WalletService, validated in both directions: a client trusts no coordinator.
 * @module
 */
import { InvalidInput, type PartyIndex } from '../core/index.ts';
import type { ItemResult__Output } from '../proto/generated/trefoil/v1/ItemResult.ts';
import type { SignResponse__Output } from '../proto/generated/trefoil/v1/SignResponse.ts';
import type { Wallet__Output } from '../proto/generated/trefoil/v1/Wallet.ts';
import { sameBytes } from './bytes.ts';
import { certificateMessage, certificateOf, type KeyCertificate } from './certificate.ts';
import {
  bytesOf,
  element,
  integerOf,
  listOf,
  member,
  pageSizeOf,
  pageTokenOf,
  partiesOf,
  textOf,
  uuidOf,
} from './field.ts';
import { LIMITS } from './limits.ts';
import type { MessageInput, MessageOutput } from './proto.ts';
import {
  displayNameOf,
  keyIdOfWallet,
  purposeName,
  purposesOf,
  timeOf,
  timestampOf,
  walletName,
  type Purpose,
} from './request.ts';
import { pathOf } from './sign-request.ts';

/** A root key as everybody may know it. */
export type RootKey = {
  /** Ethereum address, EIP-55. */
  readonly address: string;
  /** 33 bytes SEC1 compressed. */
  readonly publicKey: Uint8Array;
  readonly chainCode: Uint8Array;
};

const STATE_NAMES = {
  creating: 'WALLET_STATE_CREATING',
  active: 'WALLET_STATE_ACTIVE',
  failed: 'WALLET_STATE_FAILED',
} as const;
export type WalletState = keyof typeof STATE_NAMES;

export type Wallet = {
  readonly keyId: Uint8Array;
  readonly displayName: string;
  readonly state: WalletState;
  /** Present if and only if the wallet is active. */
  readonly root?: RootKey;
  readonly threshold: number;
  readonly committee: readonly PartyIndex[];
  readonly purposes: readonly Purpose[];
  /** Absent in lists and unless active. */
  readonly certificate?: KeyCertificate;
  /** Epoch milliseconds. */
  readonly createTime: number;
  /** Whether every quorum has signed. */
  readonly ready: boolean;
};

/** The signature of one item with the key that made it. */
export type ItemResult = {
  readonly r: Uint8Array;
  readonly s: Uint8Array;
  readonly recid: number;
  /** The signed transaction; absent for payloads that have none. */
  readonly signedPayload?: Uint8Array;
  readonly digest: Uint8Array;
  readonly path: readonly number[];
  readonly publicKey: Uint8Array;
  readonly address: string;
};

export type SignResponse = {
  readonly requestId: string;
  readonly results: readonly ItemResult[];
  readonly signers: readonly PartyIndex[];
};

export type Page = { readonly pageSize: number; readonly pageToken: string };
export type WalletPage = { readonly wallets: readonly Wallet[]; readonly nextPageToken: string };

function addressOf(value: string, field: string): string {
  return textOf(value, /^0x[0-9a-fA-F]{40}$/, '0x and 40 hex digits', field);
}

function stateOf(value: string | number, field: string): WalletState {
  const states: readonly WalletState[] = ['creating', 'active', 'failed'];
  const state = states.find((each) => STATE_NAMES[each] === value);
  if (state === undefined) throw new InvalidInput(field, 'must be CREATING, ACTIVE or FAILED');
  return state;
}

function rootOf(wallet: Wallet__Output, at: string): RootKey {
  return {
    address: addressOf(wallet.address, member(at, 'address')),
    publicKey: bytesOf(wallet.publicKey, 33, member(at, 'public_key')),
    chainCode: bytesOf(wallet.chainCode, 32, member(at, 'chain_code')),
  };
}

/** Validates a Wallet. */
export function walletOf(wallet: Wallet__Output, at = ''): Wallet {
  const field = (name: string): string => member(at, name);
  const state = stateOf(wallet.state, field('state'));
  const committee = partiesOf(wallet.committee, { min: 2, max: 255 }, field('committee'));
  const threshold = { min: 2, max: committee.length };
  return {
    keyId: keyIdOfWallet(wallet.name, field('name')),
    displayName: displayNameOf(wallet.displayName, field('display_name')),
    state,
    ...(state === 'active' ? { root: rootOf(wallet, at) } : {}),
    threshold: integerOf(wallet.threshold, threshold, field('threshold')),
    committee,
    purposes: purposesOf(wallet.purposes, field('purposes')),
    ...(wallet.certificate === null
      ? {}
      : { certificate: certificateOf(wallet.certificate, field('certificate')) }),
    createTime: timeOf(wallet.createTime, field('create_time')),
    ready: wallet.ready,
  };
}

/** The proto form of a wallet. */
export function walletMessage(wallet: Wallet): MessageInput<'Wallet'> {
  const { displayName, threshold, ready, root, certificate } = wallet;
  return {
    name: walletName(wallet.keyId),
    displayName,
    state: STATE_NAMES[wallet.state],
    ...root,
    threshold,
    committee: [...wallet.committee],
    purposes: wallet.purposes.map(purposeName),
    ...(certificate === undefined ? {} : { certificate: certificateMessage(certificate) }),
    createTime: timestampOf(wallet.createTime),
    ready,
  };
}

function itemResultOf(result: ItemResult__Output, at: string): ItemResult {
  const { signedPayload } = result;
  const size = { min: 0, max: LIMITS.payloadBytes + 1024 };
  const signed = bytesOf(signedPayload, size, `${at}.signed_payload`);
  return {
    r: bytesOf(result.r, 32, `${at}.r`),
    s: bytesOf(result.s, 32, `${at}.s`),
    recid: integerOf(result.recid, { min: 0, max: 3 }, `${at}.recid`),
    ...(signed.length === 0 ? {} : { signedPayload: signed }),
    digest: bytesOf(result.digest, 32, `${at}.digest`),
    path: pathOf(result.path, `${at}.path`),
    publicKey: bytesOf(result.publicKey, 33, `${at}.public_key`),
    address: addressOf(result.address, `${at}.address`),
  };
}

/** Validates a SignResponse. */
export function signResponseOf(message: SignResponse__Output, at = ''): SignResponse {
  const field = (name: string): string => member(at, name);
  const results = listOf(message.results, { min: 1, max: LIMITS.items }, field('results'));
  return {
    requestId: uuidOf(message.requestId, field('request_id')),
    results: results.map((each, i) => itemResultOf(each, element(field('results'), i))),
    signers: partiesOf(message.signers, { min: 2, max: 255 }, field('signers')),
  };
}

/** The proto form of a SignResponse. */
export function signResponseMessage(response: SignResponse): MessageInput<'SignResponse'> {
  return {
    requestId: response.requestId,
    results: response.results.map((each) => ({ ...each, path: [...each.path] })),
    signers: [...response.signers],
  };
}

/** Whether two responses hold the same signatures of the same request. */
export function isSameResult(a: SignResponse, b: SignResponse): boolean {
  if (a.requestId !== b.requestId || a.results.length !== b.results.length) return false;
  return a.results.every((left, i) => {
    const right = b.results[i];
    return right !== undefined && sameBytes(left.r, right.r) && sameBytes(left.s, right.s);
  });
}

/** A page as a caller asks for it; size 0 becomes `standard`. */
export function pageOf(
  message: { readonly pageSize: number; readonly pageToken: string },
  standard: number,
): Page {
  return {
    pageSize: pageSizeOf(message.pageSize, standard),
    pageToken: pageTokenOf(message.pageToken),
  };
}

export function walletPageOf(message: MessageOutput<'ListWalletsResponse'>): WalletPage {
  const list = listOf(message.wallets, { min: 0, max: LIMITS.pageSize }, 'wallets');
  const wallets = list.map((wallet, i) => walletOf(wallet, element('wallets', i)));
  return { wallets, nextPageToken: pageTokenOf(message.nextPageToken) };
}

export function walletPageMessage(page: WalletPage): MessageInput<'ListWalletsResponse'> {
  return { wallets: page.wallets.map(walletMessage), nextPageToken: page.nextPageToken };
}
