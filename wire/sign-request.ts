/**
 * SignRequest: strict decoding of the stamped bytes.
 * @module
 */
import { InvalidInput } from '../core/index.ts';
import type { PayloadItem__Output } from '../proto/generated/trefoil/v1/PayloadItem.ts';
import type { SignRequest__Output } from '../proto/generated/trefoil/v1/SignRequest.ts';
import { utf8 } from './bytes.ts';
import { bytesOf, element, integerOf, listOf, textOf, uuidOf } from './field.ts';
import { LIMITS } from './limits.ts';
import { decodeCanonical, encodeMessage, type MessageInput } from './proto.ts';
import {
  keyIdOfWallet,
  requireRequestSize,
  timestampOf,
  validityOf,
  walletName,
  type Validity,
} from './request.ts';

/** What is signed; the names are those of the proto's oneof. */
export type Payload =
  | { readonly kind: 'evm_transaction'; readonly unsigned: Uint8Array }
  | { readonly kind: 'evm_message'; readonly message: Uint8Array }
  | { readonly kind: 'evm_typed_data'; readonly json: Uint8Array }
  | { readonly kind: 'evm_authorization'; readonly unsigned: Uint8Array }
  | { readonly kind: 'bitcoin_psbt'; readonly psbt: Uint8Array }
  | { readonly kind: 'raw_digest'; readonly digest: Uint8Array };

/** One thing to sign with the key at a non-hardened path. */
export type PayloadItem = { readonly path: readonly number[]; readonly payload: Payload };

/** What a client asks for when it wants signatures. */
export type SignRequest = Validity & {
  readonly requestId: string;
  /** The wallet's key id, 32 bytes. */
  readonly keyId: Uint8Array;
  /** The client that must have stamped, by its configured name; absent: any. */
  readonly clientId?: string;
  readonly items: readonly PayloadItem[];
};

const PAYLOAD_SIZE = { min: 1, max: LIMITS.payloadBytes };

function payloadOf(item: PayloadItem__Output, at: string): Payload {
  switch (item.payload ?? null) {
    case 'evmTransaction': {
      const field = `${at}.evm_transaction.unsigned`;
      const unsigned = bytesOf(item.evmTransaction?.unsigned, PAYLOAD_SIZE, field);
      return { kind: 'evm_transaction', unsigned };
    }
    case 'evmMessage': {
      const size = { min: 0, max: LIMITS.payloadBytes };
      const message = bytesOf(item.evmMessage?.message, size, `${at}.evm_message.message`);
      return { kind: 'evm_message', message };
    }
    case 'evmTypedData': {
      const json = bytesOf(item.evmTypedData?.json, PAYLOAD_SIZE, `${at}.evm_typed_data.json`);
      return { kind: 'evm_typed_data', json };
    }
    case 'evmAuthorization': {
      const field = `${at}.evm_authorization.unsigned`;
      const unsigned = bytesOf(item.evmAuthorization?.unsigned, { min: 1, max: 128 }, field);
      return { kind: 'evm_authorization', unsigned };
    }
    case 'bitcoinPsbt': {
      const psbt = bytesOf(item.bitcoinPsbt?.psbt, PAYLOAD_SIZE, `${at}.bitcoin_psbt.psbt`);
      return { kind: 'bitcoin_psbt', psbt };
    }
    case 'rawDigest': {
      const digest = bytesOf(item.rawDigest?.digest, 32, `${at}.raw_digest.digest`);
      return { kind: 'raw_digest', digest };
    }
    case null:
      throw new InvalidInput(`${at}.payload`, 'is required');
  }
}

/** A non-hardened derivation path. */
export function pathOf(path: readonly number[], field: string): readonly number[] {
  return listOf(path, { min: 0, max: LIMITS.pathDepth }, field).map((index, i) =>
    integerOf(index, { min: 0, max: 2 ** 31 - 1 }, element(field, i)),
  );
}

function clientIdOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  return textOf(text, /^[a-z0-9._-]{1,64}$/, '1 to 64 bytes out of [a-z0-9._-]', 'client_id');
}

function signRequestFrom(message: SignRequest__Output): SignRequest {
  const requestId = uuidOf(message.requestId, 'request_id');
  const keyId = keyIdOfWallet(message.wallet, 'wallet');
  const client = message.clientId === undefined ? {} : { clientId: clientIdOf(message.clientId) };
  const items = listOf(message.items, { min: 1, max: LIMITS.items }, 'items').map((item, i) => {
    const at = element('items', i);
    return { path: pathOf(item.path, `${at}.path`), payload: payloadOf(item, at) };
  });
  return { requestId, keyId, ...client, items, ...validityOf(message) };
}

function payloadMessage(payload: Payload): MessageInput<'PayloadItem'> {
  switch (payload.kind) {
    case 'evm_transaction':
      return { evmTransaction: { unsigned: payload.unsigned } };
    case 'evm_message':
      return { evmMessage: { message: payload.message } };
    case 'evm_typed_data':
      return { evmTypedData: { json: payload.json } };
    case 'evm_authorization':
      return { evmAuthorization: { unsigned: payload.unsigned } };
    case 'bitcoin_psbt':
      return { bitcoinPsbt: { psbt: payload.psbt } };
    case 'raw_digest':
      return { rawDigest: { digest: payload.digest } };
  }
}

function signRequestMessage(request: SignRequest): MessageInput<'SignRequest'> {
  return {
    requestId: request.requestId,
    wallet: walletName(request.keyId),
    ...(request.clientId === undefined
      ? {}
      : { clientId: utf8(clientIdOf(utf8(request.clientId))) }),
    items: request.items.map(({ path, payload }) => ({
      path: [...path],
      ...payloadMessage(payload),
    })),
    notBefore: timestampOf(request.notBefore),
    notAfter: timestampOf(request.notAfter),
  };
}

/** Decodes a SignRequest; anything but its one canonical encoding is refused. */
export function decodeSignRequest(bytes: Uint8Array): SignRequest {
  requireRequestSize(bytes);
  return decodeCanonical('SignRequest', bytes, 'request', {
    toDomain: signRequestFrom,
    toProto: signRequestMessage,
  });
}

/** The bytes that a client stamps. Refuses what a signer would refuse. */
export function encodeSignRequest(request: SignRequest): Uint8Array {
  const bytes = encodeMessage('SignRequest', signRequestMessage(request));
  decodeSignRequest(bytes);
  return bytes;
}
