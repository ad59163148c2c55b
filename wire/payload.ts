/**
 * From a payload to the digest that is signed, and from a signature to the signed payload. Every
 * role computes both for itself: a signer to decide, a coordinator to combine, a client to verify.
 * @module
 */
import { computeAddress, getBytes, hexlify, Signature as EvmSignature, Transaction } from 'ethers';
import { InvalidInput, type Signature } from '../core/index.ts';
import type { Purpose } from './request.ts';
import type { Payload } from './sign-request.ts';
import { TrefoilError } from './status.ts';

export type DecodedPayload = {
  readonly purpose: Purpose;
  /** 32 bytes. */
  readonly digest: Uint8Array;
  /** The payload with its signature where the kind has such a form, else empty. Throws InvalidInput. */
  readonly assemble: (signature: Signature) => Uint8Array;
};

const none = (): Uint8Array => new Uint8Array();

/** EIP-2718 types that this version signs: legacy (EIP-155), EIP-2930, EIP-1559. */
const TYPES: readonly (number | null)[] = [0, 1, 2];

type Parsed = { readonly transaction: Transaction; readonly encoding: string };

/** ethers refuses some transactions only when it encodes them, such as a tip above the fee cap. */
function parseTransaction(unsigned: Uint8Array, field: string): Parsed {
  try {
    const transaction = Transaction.from(hexlify(unsigned));
    return { transaction, encoding: transaction.unsignedSerialized };
  } catch {
    throw new InvalidInput(field, 'is not an unsigned Ethereum transaction');
  }
}

/**
 * An unsigned transaction in its one canonical encoding. ethers decodes more encodings than it
 * writes, so the decoded transaction must re-encode to the bytes received.
 */
function decodeEvmTransaction(unsigned: Uint8Array, field: string): DecodedPayload {
  const { transaction, encoding } = parseTransaction(unsigned, field);
  if (!TYPES.includes(transaction.type))
    throw new TrefoilError('PAYLOAD_UNSUPPORTED', `${field}: only types 0, 1 and 2 are signed`, {
      fieldViolations: [{ field, description: 'unsupported transaction type' }],
    });
  if (transaction.signature !== null) throw new InvalidInput(field, 'is signed already');
  if (encoding !== hexlify(unsigned)) throw new InvalidInput(field, 'is not canonically encoded');
  if (transaction.chainId === 0n)
    throw new InvalidInput(field, 'has no chain id and could be replayed on any chain (EIP-155)');
  return {
    purpose: 'evm',
    digest: getBytes(transaction.unsignedHash),
    assemble: ({ r, s, recid }) => {
      // Ethereum has one bit for it; 2 and 3 (r above the group order, about 2^-127) cannot be sent.
      if (recid !== 0 && recid !== 1)
        throw new InvalidInput('recid', 'must be 0 or 1 for Ethereum');
      const signed = transaction.clone();
      signed.signature = EvmSignature.from({ r: hexlify(r), s: hexlify(s), yParity: recid });
      return getBytes(signed.serialized);
    },
  };
}

/** Decodes a payload; `field` is its path for errors. Throws InvalidInput or PAYLOAD_UNSUPPORTED. */
export function decodePayload(payload: Payload, field: string): DecodedPayload {
  switch (payload.kind) {
    case 'evm_transaction':
      return decodeEvmTransaction(payload.unsigned, `${field}.evm_transaction.unsigned`);
    case 'raw_digest':
      return { purpose: 'raw', digest: payload.digest, assemble: none };
    case 'evm_message':
    case 'evm_typed_data':
    case 'evm_authorization':
    case 'bitcoin_psbt':
      throw new TrefoilError('PAYLOAD_UNSUPPORTED', `${field}.${payload.kind} is not signed yet`, {
        fieldViolations: [{ field: `${field}.${payload.kind}`, description: 'not supported yet' }],
      });
  }
}

/** EIP-55 address of a public key (33 bytes SEC1 compressed). */
export const evmAddress = (publicKey: Uint8Array): string => computeAddress(hexlify(publicKey));
