/**
 * A signing request made ready: decoded, its digests and child keys computed, so that whatever comes
 * from signers can be combined or checked against it.
 * @module
 */
import {
  combineSignatures,
  deriveChild,
  ProtocolAbort,
  type ArithFactory,
  type PublicEnv,
  type Signature,
} from '../../core/index.ts';
import { sameBytes, sha256 } from '../../wire/bytes.ts';
import { request32Of, type StampedRequest } from '../../wire/request.ts';
import { decodeSignRequest, type SignRequest } from '../../wire/sign-request.ts';
import { isSignatureBy } from '../../wire/signature.ts';
import type { ItemResult, SignResponse } from '../../wire/wallet.ts';
import type { WalletKey } from '../store/wallets.ts';
import type { Completed, Signed } from './attempts.ts';
import { decodePayload, evmAddress, type DecodedPayload } from '../../wire/payload.ts';

/** A request as its caller sent it, decoded; the wallet is not looked up yet. */
export type DecodedRequest = {
  readonly stamped: StampedRequest;
  readonly request: SignRequest;
  readonly request32: Uint8Array;
  /** One per item. */
  readonly payloads: readonly DecodedPayload[];
};

type JobItem = {
  readonly digest: Uint8Array;
  readonly path: readonly number[];
  readonly payload: DecodedPayload;
  /** The child key at the path, 33 bytes. */
  readonly publicKey: Uint8Array;
};

export type SignJob = DecodedRequest & {
  readonly key: WalletKey;
  readonly items: readonly JobItem[];
};

/** Throws InvalidInput or PAYLOAD_UNSUPPORTED, naming the field. */
export function decodeRequest(stamped: StampedRequest): DecodedRequest {
  const request = decodeSignRequest(stamped.request);
  const payloads = request.items.map(({ payload }, i) => decodePayload(payload, `items[${i}]`));
  return { stamped, request, request32: request32Of(stamped.request), payloads };
}

const publicEnv = (arith: ArithFactory): PublicEnv => ({ arith: arith(), sha256 });

export function createJob(
  decoded: DecodedRequest,
  key: WalletKey,
  { arith }: { readonly arith: ArithFactory },
): SignJob {
  const env = publicEnv(arith);
  const items = decoded.payloads.map((payload, i) => {
    const path = decoded.request.items[i]?.path ?? [];
    const { publicKey } = deriveChild(env, key, path);
    return { digest: payload.digest, path, payload, publicKey };
  });
  return { ...decoded, key, items };
}

/** The signatures of a completed session, verified (C-45, C-46). Throws ProtocolAbort. */
export function combine(
  job: SignJob,
  { sid, broadcasts }: Completed,
  parties: readonly number[],
  { arith }: { readonly arith: ArithFactory },
): Signature[] {
  const payloadsOf = (round: number): Map<number, Uint8Array> => {
    const envelopes = broadcasts.get(round);
    // A member may send its last round without an earlier one: nothing comes out of that.
    if (envelopes?.size !== parties.length) throw new ProtocolAbort('SIGNATURE_INVALID');
    return new Map([...envelopes].map(([from, envelope]) => [from, envelope.public]));
  };
  const { key, items } = job;
  const [round2, round3] = [payloadsOf(2), payloadsOf(3)];
  return combineSignatures(publicEnv(arith), { sid, parties, key, items, round2, round3 });
}

/** The answer to the caller. */
export function responseOf(job: SignJob, { signers, signatures }: Signed): SignResponse {
  const results = job.items.map((item, i): ItemResult => {
    const signature = signatures[i];
    if (!signature) throw new TypeError(`no signature of item ${i}`);
    const { digest, path, publicKey } = item;
    const signedPayload = item.payload.assemble(signature);
    return {
      ...signature,
      ...(signedPayload.length === 0 ? {} : { signedPayload }),
      ...{ digest, path, publicKey, address: evmAddress(publicKey) },
    };
  });
  return { requestId: job.request.requestId, results, signers };
}

/** A signer's stored signatures, if they are valid ones of exactly this request. */
export function acceptStored(
  job: SignJob,
  stored: { readonly request32: Uint8Array; readonly result: SignResponse },
): Signed | undefined {
  const { results, signers } = stored.result;
  if (!sameBytes(stored.request32, job.request32) || results.length !== job.items.length) {
    return undefined;
  }
  const valid = job.items.every((item, i) => {
    const result = results[i];
    return result && isSignatureBy(item.publicKey, item.digest, result);
  });
  if (!valid) return undefined;
  return { signers, signatures: results.map(({ r, s, recid }) => ({ r, s, recid })) };
}
