/**
 * Requests as a client makes them: complete, canonical, stamped.
 * @module
 */
import {
  type CreateWalletRequest,
  type Purpose,
  type StampedRequest,
  encodeCreateWalletRequest,
  keyIdOfWallet,
} from '../wire/request.ts';
import { type PayloadItem, encodeSignRequest } from '../wire/sign-request.ts';
import { PAYLOAD_TYPES, type Stamper } from '../wire/stamp.ts';

/** How long a request may be judged when the caller does not say. */
const VALIDITY_MS = 5 * 60_000;
/** Signers whose clocks run a little behind take the request all the same. */
const SKEW_MS = 10_000;

/** What a caller may fix; the same values twice make the same request, byte for byte. */
export type RequestOptions = {
  /** A UUID in lower case; drawn when absent. */
  readonly requestId?: string;
  /** Epoch milliseconds; 10 s ago when absent. */
  readonly notBefore?: number;
  /** Epoch milliseconds, at most 24 hours ahead; in 5 minutes when absent. */
  readonly notAfter?: number;
};

export type CreateWalletInput = RequestOptions & {
  readonly displayName: string;
  /** t: how many signers it takes. */
  readonly threshold: number;
  /** Roster indices, ascending. */
  readonly committee: readonly number[];
  readonly purposes: readonly Purpose[];
};

export type SignInput = RequestOptions & {
  /** `wallets/` and 64 hex digits. */
  readonly wallet: string;
  /** 1 to 64. */
  readonly items: readonly PayloadItem[];
};

export type RequestModules = {
  readonly stamper: Stamper;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly uuid: () => string;
};

/** A request ready to be sent, as often as need be. */
export type Prepared = { readonly requestId: string; readonly stamped: StampedRequest };

function complete(
  { requestId, notBefore, notAfter }: RequestOptions,
  { now, uuid }: RequestModules,
): Required<RequestOptions> {
  const time = now();
  return {
    requestId: requestId ?? uuid(),
    notBefore: notBefore ?? time - SKEW_MS,
    notAfter: notAfter ?? time + VALIDITY_MS,
  };
}

/** Throws InvalidInput naming a field that a signer would refuse. */
export async function prepareCreateWallet(
  input: CreateWalletInput,
  modules: RequestModules,
): Promise<Prepared> {
  const { displayName, threshold, committee, purposes } = input;
  const fixed = complete(input, modules);
  const content: CreateWalletRequest = { ...fixed, displayName, threshold, committee, purposes };
  const request = encodeCreateWalletRequest(content);
  const stamp = await modules.stamper.stamp(PAYLOAD_TYPES.CreateWalletRequest, request);
  return { requestId: fixed.requestId, stamped: { request, stamps: [stamp] } };
}

/** Throws InvalidInput naming a field that a signer would refuse. */
export async function prepareSign(input: SignInput, modules: RequestModules): Promise<Prepared> {
  const fixed = complete(input, modules);
  const keyId = keyIdOfWallet(input.wallet, 'wallet');
  const request = encodeSignRequest({ ...fixed, keyId, items: input.items });
  const stamp = await modules.stamper.stamp(PAYLOAD_TYPES.SignRequest, request);
  return { requestId: fixed.requestId, stamped: { request, stamps: [stamp] } };
}
