/**
 * The answer to a request for signatures, checked item by item before anybody sees it: digest from
 * the own payload, key from the proven wallet and the own path, signature under that key.
 * @module
 */
import { type PublicEnv, deriveChild } from '../core/index.ts';
import { sameBytes } from '../wire/bytes.ts';
import type { PayloadItem } from '../wire/sign-request.ts';
import { TrefoilError } from '../wire/status.ts';
import type { ItemResult, SignResponse } from '../wire/wallet.ts';
import { decodePayload, evmAddress } from '../wire/payload.ts';
import { isSignedWith } from './evm.ts';
import { isSignatureBy } from '../wire/signature.ts';
import type { ProvenWallet } from './wallet.ts';

/** A signature of one item, verified. */
export type SignedItem = {
  /** 32 bytes, big-endian. */
  readonly r: Uint8Array;
  /** 32 bytes, big-endian, low. */
  readonly s: Uint8Array;
  /** 0..3. */
  readonly recid: number;
  /** What was signed, 32 bytes. */
  readonly digest: Uint8Array;
  readonly path: readonly number[];
  /** The child key at that path, 33 bytes SEC1 compressed. */
  readonly publicKey: Uint8Array;
  /** Its Ethereum address, EIP-55. */
  readonly address: string;
  /** The raw transaction, ready to be sent; absent for a bare digest. */
  readonly signedPayload?: Uint8Array;
};

export type Signatures = {
  readonly requestId: string;
  /** In the order of the request. */
  readonly results: readonly SignedItem[];
  /** Who took part: the coordinator's word. */
  readonly signers: readonly number[];
};

/** What the request asked for. */
export type Asked = {
  readonly requestId: string;
  /** Absent where only the request's id is known: digests and paths are then the answer's. */
  readonly items?: readonly PayloadItem[];
};

const reject = (what: string): TrefoilError => new TrefoilError('SIGNATURE_REJECTED', what);

const samePath = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((index, depth) => index === b[depth]);

/** The raw transaction, made from the own payload where it is known; else the one told, checked. */
function rawTransaction(item: PayloadItem | undefined, result: ItemResult): Uint8Array | undefined {
  const told = result.signedPayload;
  if (item?.payload.kind === 'evm_transaction') {
    const made = decodePayload(item.payload, 'payload').assemble(result);
    if (told !== undefined && !sameBytes(told, made)) throw reject('comes with another payload');
    return made;
  }
  if (told === undefined) return undefined;
  const isChecked = item === undefined && isSignedWith(told, result.digest, result);
  if (!isChecked) throw reject('comes with a payload of something else');
  return told;
}

function checkItem(
  env: PublicEnv,
  { root }: ProvenWallet,
  item: PayloadItem | undefined,
  result: ItemResult,
): SignedItem {
  const digest = item === undefined ? result.digest : decodePayload(item.payload, 'payload').digest;
  const path = item?.path ?? result.path;
  if (!sameBytes(result.digest, digest)) throw reject('is of another digest');
  if (!samePath(result.path, path)) throw reject('is of another path');
  const { publicKey } = deriveChild(env, root, path);
  if (!isSignatureBy(publicKey, digest, result)) throw reject('does not verify');
  const { r, s, recid } = result;
  const signedPayload = rawTransaction(item, result);
  return {
    ...{ r, s, recid, digest, path, publicKey, address: evmAddress(publicKey) },
    ...(signedPayload === undefined ? {} : { signedPayload }),
  };
}

/** Throws SIGNATURE_REJECTED naming the item; nothing of the answer is returned then. */
export function checkResults(
  env: PublicEnv,
  wallet: ProvenWallet,
  { requestId, items }: Asked,
  response: SignResponse,
): Signatures {
  if (response.requestId !== requestId) throw reject('the answer is to another request');
  if (items !== undefined && items.length !== response.results.length) {
    throw reject('the answer has another number of items');
  }
  const results = response.results.map((result, position) => {
    try {
      return checkItem(env, wallet, items?.[position], result);
    } catch (error) {
      const what = error instanceof Error ? error.message : 'cannot be checked';
      throw new TrefoilError('SIGNATURE_REJECTED', `results[${position}]: ${what}`, {
        cause: error,
      });
    }
  });
  return { requestId, results, signers: response.signers };
}
