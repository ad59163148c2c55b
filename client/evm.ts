/**
 * Ethereum, as a client needs it: the digest of an unsigned transaction, the signed transaction,
 * the address of a key. Everything is computed here again, nothing is taken from an answer.
 * @module
 */
import { InvalidInput } from '../core/index.ts';
import {
  Signature,
  Transaction,
  type TransactionLike,
  computeAddress,
  getBytes,
  hexlify,
  keccak256,
} from 'ethers';

/** A transaction to be signed: fields as ethers takes them. `from` and `signature` are refused. */
export type EvmTransactionFields = Omit<TransactionLike, 'from' | 'signature' | 'hash'>;

/** r and s, 32 bytes big-endian; the recovery id 0..3. */
export type EcdsaSignature = {
  readonly r: Uint8Array;
  readonly s: Uint8Array;
  readonly recid: number;
};

/** The EIP-55 address of a public key (33 bytes, SEC1 compressed). */
export const addressOf = (publicKey: Uint8Array): string => computeAddress(hexlify(publicKey));

function parseUnsigned(unsigned: Uint8Array): Transaction {
  let transaction: Transaction;
  try {
    transaction = Transaction.from(hexlify(unsigned));
  } catch (error) {
    throw Object.assign(new InvalidInput('unsigned', 'is not an Ethereum transaction'), {
      cause: error,
    });
  }
  // ethers reads non-minimal RLP and writes minimal RLP: other bytes have another digest.
  if (transaction.isSigned() || transaction.unsignedSerialized !== hexlify(unsigned)) {
    throw new InvalidInput('unsigned', 'is not the canonical serialization without signature');
  }
  return transaction;
}

/** The unsigned serialization of a transaction. */
export function serializeUnsigned(fields: EvmTransactionFields): Uint8Array {
  return getBytes(Transaction.from({ ...fields, from: null, signature: null }).unsignedSerialized);
}

/** What is signed: keccak-256 of the unsigned serialization (EIP-155, EIP-2930, EIP-1559). */
export function transactionDigest(unsigned: Uint8Array): Uint8Array {
  parseUnsigned(unsigned);
  return getBytes(keccak256(unsigned));
}

/** The raw transaction: `unsigned` with its signature, ready to be sent. */
export function signedTransaction(
  unsigned: Uint8Array,
  { r, s, recid }: EcdsaSignature,
): Uint8Array {
  // Ethereum has one bit for the recovery id; 2 and 3 (r above the group order) cannot be sent.
  if (recid > 1) throw new InvalidInput('recid', 'must be 0 or 1 for Ethereum');
  const transaction = parseUnsigned(unsigned);
  transaction.signature = Signature.from({
    r: hexlify(r),
    s: hexlify(s),
    yParity: recid === 1 ? 1 : 0,
  });
  return getBytes(transaction.serialized);
}

/** True where `raw` is a transaction with exactly this digest and signature. */
export function isSignedWith(
  raw: Uint8Array,
  digest: Uint8Array,
  { r, s, recid }: EcdsaSignature,
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
