/**
 * Stored signatures of earlier requests: public, and the same for whoever asks again (R2).
 * @module
 */
import { computeAddress, hexlify } from 'ethers';
import { deriveChild, type ArithFactory } from '../core/index.ts';
import type { StoredResult } from '../wire/signer-info.ts';
import { TrefoilError } from '../wire/status.ts';
import type { KeyVault } from './keys/key-vault.ts';
import type { SignerStore } from './ports.ts';

export type ResultModules = {
  readonly vault: KeyVault;
  readonly store: Pick<SignerStore, 'ledger'>;
  readonly createArith: ArithFactory;
};

/** Throws REQUEST_NOT_FOUND, or RESULT_NOT_READY while there is no result. */
export function storedResultOf(requestId: string, modules: ResultModules): StoredResult {
  const record = modules.store.ledger.getByRequestId(requestId);
  if (record?.kind !== 'sign')
    throw new TrefoilError('REQUEST_NOT_FOUND', 'no request with this id here');
  const { request32, keyId, items, results } = record;
  if (results === undefined)
    throw new TrefoilError('RESULT_NOT_READY', 'the request has no result here');
  const root = modules.vault.view(keyId)?.key;
  if (root === undefined) throw new TrefoilError('KEY_NOT_FOUND', 'no record of this key here');
  const arith = modules.createArith();
  const withKeys = items.flatMap(({ digest, path }, m) => {
    const result = results[m];
    if (result === undefined) return [];
    const { publicKey } = deriveChild({ arith }, root, path);
    const { r, s, recid, signedPayload } = result;
    const payload = signedPayload.length > 0 ? { signedPayload } : {};
    const address = computeAddress(hexlify(publicKey));
    return [{ r, s, recid, ...payload, digest, path, publicKey, address }];
  });
  return { request32, result: { requestId, results: withKeys, signers: [] } };
}
