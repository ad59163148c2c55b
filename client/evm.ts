/**
 * Ethereum transactions as a client writes and checks them.
 * @module
 */
import { getBytes, hexlify, Transaction, type TransactionLike } from 'ethers';
import type { Signature } from '../core/index.ts';

/** A transaction to be signed: fields as ethers takes them. `from` and `signature` are refused. */
export type EvmTransactionFields = Omit<TransactionLike, 'from' | 'signature' | 'hash'>;

/** The unsigned serialization of a transaction. */
export function serializeUnsigned(fields: EvmTransactionFields): Uint8Array {
  return getBytes(Transaction.from({ ...fields, from: null, signature: null }).unsignedSerialized);
}

/** True where `raw` is a transaction with exactly this digest and signature. */
export function isSignedWith(
  raw: Uint8Array,
  digest: Uint8Array,
  { r, s, recid }: Signature,
): boolean {
  try {
    const { unsignedHash, signature, serialized } = Transaction.from(hexlify(raw));
    return (
      serialized === hexlify(raw) &&
      unsignedHash === hexlify(digest) &&
      signature?.r === hexlify(r) &&
      signature.s === hexlify(s) &&
      signature.yParity === recid
    );
  } catch {
    return false;
  }
}
