/**
 * The requests that every signer judges by itself: strict decoding of the stamped bytes, and the
 * hashes that name them.
 * @module
 */
import { InvalidInput, type PartyIndex } from '../core/index.ts';
import type { CreateWalletRequest__Output } from '../proto/generated/trefoil/v1/CreateWalletRequest.ts';
import type { StampedRequest__Output } from '../proto/generated/trefoil/v1/StampedRequest.ts';
import type { Timestamp__Output } from '../proto/generated/google/protobuf/Timestamp.ts';
import { concat, fromHex, sha256, toHex, u8, utf8 } from './bytes.ts';
import {
  bytesOf,
  element,
  integerOf,
  listOf,
  partiesOf,
  presentOf,
  requireAscending,
  textOf,
  uuidOf,
} from './field.ts';
import { LIMITS } from './limits.ts';
import { decodeCanonical, encodeMessage, type MessageInput } from './proto.ts';
import { stampsOf, type Stamp } from './stamp.ts';

/** A serialized request and the stamps over it; `request` is kept as received. */
export type StampedRequest = { readonly request: Uint8Array; readonly stamps: readonly Stamp[] };

/** When a request may be judged, in epoch milliseconds: notBefore <= now < notAfter. */
export type Validity = { readonly notBefore: number; readonly notAfter: number };

export const PURPOSES = ['evm', 'bitcoin', 'raw'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What a client asks for when it wants a wallet. */
export type CreateWalletRequest = Validity & {
  readonly requestId: string;
  readonly displayName: string;
  readonly threshold: number;
  readonly committee: readonly PartyIndex[];
  /** In the order of {@link PURPOSES}. */
  readonly purposes: readonly Purpose[];
};

const PURPOSE_NAMES = {
  evm: 'PURPOSE_EVM',
  bitcoin: 'PURPOSE_BITCOIN',
  raw: 'PURPOSE_RAW',
} as const;

/** A purpose from its proto name; `PURPOSE_UNSPECIFIED` and unknown ones are refused. */
function purposeOf(value: string | number, field: string): Purpose {
  const purpose = PURPOSES.find((each) => PURPOSE_NAMES[each] === value);
  if (purpose === undefined) throw new InvalidInput(field, 'must be EVM, BITCOIN or RAW');
  return purpose;
}

/** The proto name of a purpose. */
export function purposeName(purpose: Purpose): (typeof PURPOSE_NAMES)[Purpose] {
  return PURPOSE_NAMES[purpose];
}

/** Purposes as they stand in messages: ascending, distinct, at least one. */
export function purposesOf(values: readonly (string | number)[], field: string): Purpose[] {
  const list = listOf(values, { min: 1, max: PURPOSES.length }, field);
  const purposes = list.map((value, i) => purposeOf(value, element(field, i)));
  requireAscending(
    purposes.map((each) => PURPOSES.indexOf(each)),
    field,
  );
  return purposes;
}

/** Whole milliseconds since 1970, up to the year 9999. */
function millisecondsOf(timestamp: Timestamp__Output | null, field: string): number {
  const { seconds, nanos } = presentOf(timestamp, field);
  const whole = integerOf(Number(seconds), { min: 0, max: 253_402_300_799 }, `${field}.seconds`);
  if (nanos < 0 || nanos > 999_999_999 || nanos % 1_000_000 !== 0)
    throw new InvalidInput(`${field}.nanos`, 'must be whole milliseconds');
  return whole * 1000 + nanos / 1_000_000;
}

/** The proto form of epoch milliseconds. */
export function timestampOf(ms: number): { seconds: number; nanos: number } {
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 };
}

/** Epoch milliseconds out of a message. */
export function timeOf(timestamp: Timestamp__Output | null, field: string): number {
  return millisecondsOf(timestamp, field);
}

/** `not_before` and `not_after` of a request, both required, in order. */
export function validityOf(message: {
  readonly notBefore: Timestamp__Output | null;
  readonly notAfter: Timestamp__Output | null;
}): Validity {
  const notBefore = millisecondsOf(message.notBefore, 'not_before');
  const notAfter = millisecondsOf(message.notAfter, 'not_after');
  if (notAfter <= notBefore) throw new InvalidInput('not_after', 'must be after not_before');
  return { notBefore, notAfter };
}

/** 1 to 64 printable ASCII characters without `*`, no space at either end. */
export function displayNameOf(value: string, field: string): string {
  const rule = '1 to 64 printable ASCII characters without *, no space at either end';
  return textOf(value, /^(?! )[ -)+-~]{1,64}(?<! )$/, rule, field);
}

function createWalletFrom(message: CreateWalletRequest__Output): CreateWalletRequest {
  const requestId = uuidOf(message.requestId, 'request_id');
  const displayName = displayNameOf(message.displayName, 'display_name');
  const committee = partiesOf(message.committee, { min: 2, max: 255 }, 'committee');
  const threshold = integerOf(message.threshold, { min: 2, max: committee.length }, 'threshold');
  const purposes = purposesOf(message.purposes, 'purposes');
  return { requestId, displayName, threshold, committee, purposes, ...validityOf(message) };
}

function createWalletMessage(request: CreateWalletRequest): MessageInput<'CreateWalletRequest'> {
  return {
    requestId: request.requestId,
    displayName: request.displayName,
    threshold: request.threshold,
    committee: [...request.committee],
    purposes: request.purposes.map(purposeName),
    notBefore: timestampOf(request.notBefore),
    notAfter: timestampOf(request.notAfter),
  };
}

/** Decodes a CreateWalletRequest; anything but its one canonical encoding is refused. */
export function decodeCreateWalletRequest(bytes: Uint8Array): CreateWalletRequest {
  requireRequestSize(bytes);
  return decodeCanonical('CreateWalletRequest', bytes, 'request', {
    toDomain: createWalletFrom,
    toProto: createWalletMessage,
  });
}

/** The bytes that a client stamps. Refuses what a signer would refuse. */
export function encodeCreateWalletRequest(request: CreateWalletRequest): Uint8Array {
  const bytes = encodeMessage('CreateWalletRequest', createWalletMessage(request));
  decodeCreateWalletRequest(bytes);
  return bytes;
}

/** Refuses serialized requests outside 1 byte to 1 MiB. */
export function requireRequestSize(bytes: Uint8Array): void {
  if (bytes.length < 1 || bytes.length > LIMITS.requestBytes)
    throw new InvalidInput('request', `must be 1 to ${LIMITS.requestBytes} bytes`);
}

const REQUEST_DOMAIN = concat(utf8('trefoil/request/v1'), u8(0));
const KEY_DOMAIN = concat(utf8('trefoil/key/v1'), u8(0));

/** request32: names the stamped bytes in every session context. */
export function request32Of(request: Uint8Array): Uint8Array {
  return sha256(REQUEST_DOMAIN, request);
}

/** key_id of the wallet that a CreateWalletRequest makes. */
export function keyIdOf(createRequest: Uint8Array): Uint8Array {
  return sha256(KEY_DOMAIN, createRequest);
}

/** `wallets/{64 hex digits}`. */
export function walletName(keyId: Uint8Array): string {
  return `wallets/${toHex(keyId)}`;
}

/** The key id in a wallet name. */
export function keyIdOfWallet(name: string, field: string): Uint8Array {
  const hex = name.startsWith('wallets/') ? name.slice('wallets/'.length) : '';
  const keyId = fromHex(hex, 32);
  if (keyId === undefined)
    throw new InvalidInput(field, 'must be wallets/ and 64 lower-case hex digits');
  return keyId;
}

/** Validates the outer message; the request itself is decoded by its own decoder. */
export function stampedRequestOf(message: StampedRequest__Output, prefix = ''): StampedRequest {
  const at = prefix === '' ? '' : `${prefix}.`;
  const size = { min: 1, max: LIMITS.requestBytes };
  const request = bytesOf(message.request, size, `${at}request`);
  return { request, stamps: stampsOf(message.stamps, `${at}stamps`) };
}

/** The proto form of a stamped request. */
export function stampedRequestMessage(stamped: StampedRequest): {
  request: Uint8Array;
  stamps: { keyId: string; signature: Uint8Array }[];
} {
  return { request: stamped.request, stamps: stamped.stamps.map((stamp) => ({ ...stamp })) };
}
