/**
 * What the coordinator must know of a payload: its digest, to combine and verify, and the signed
 * form, to hand out. The judgement is the signers'; this decodes no less strictly, so that a caller
 * hears of a bad field before any signer is asked.
 * @module
 */
import { computeAddress, hexlify, Signature as EthersSignature, Transaction } from 'ethers';
import { InvalidInput, type Signature } from '../../core/index.ts';
import type { PayloadItem } from '../../wire/sign-request.ts';
import { TrefoilError } from '../../wire/status.ts';

/** A payload that this version signs. */
export type Decoded = {
  /** 32 bytes. */
  readonly digest: Uint8Array;
  /** The signed payload; empty where the payload has no such form. */
  readonly assemble: (signature: Signature) => Uint8Array;
};

const SUPPORTED_TYPES: readonly (number | null)[] = [0, 1, 2];
const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.slice(2), 'hex'));

/**
 * `field` is the item's path, for example `items[0]`. Throws InvalidInput, or TrefoilError
 * PAYLOAD_UNSUPPORTED, naming the field.
 */
export function decodePayload({ payload }: PayloadItem, field: string): Decoded {
  switch (payload.kind) {
    case 'evm_transaction':
      return decodeTransaction(payload.unsigned, `${field}.evm_transaction.unsigned`);
    case 'raw_digest':
      return { digest: payload.digest, assemble: () => new Uint8Array() };
    case 'evm_message':
    case 'evm_typed_data':
    case 'evm_authorization':
    case 'bitcoin_psbt':
      throw unsupported(`${field}.${payload.kind}`, `${payload.kind} is not signed yet`);
  }
}

/** EIP-55 address of a public key (33 bytes SEC1). */
export const evmAddress = (publicKey: Uint8Array): string => computeAddress(hexlify(publicKey));

function decodeTransaction(unsigned: Uint8Array, field: string): Decoded {
  const transaction = parseTransaction(unsigned, field);
  if (!SUPPORTED_TYPES.includes(transaction.type)) {
    throw unsupported(field, `transaction type ${String(transaction.type)} is not signed`);
  }
  if (transaction.signature !== null) throw new InvalidInput(field, 'must not carry a signature');
  // ethers reads RLP with leading zeros and re-encodes it to other bytes, hence another digest.
  if (transaction.unsignedSerialized !== hexlify(unsigned)) {
    throw new InvalidInput(field, 'must be the canonical unsigned serialization');
  }
  return {
    digest: fromHex(transaction.unsignedHash),
    assemble: ({ r, s, recid }) => {
      const signed = transaction.clone();
      signed.signature = EthersSignature.from({
        r: hexlify(r),
        s: hexlify(s),
        yParity: recid & 1 ? 1 : 0,
      });
      return fromHex(signed.serialized);
    },
  };
}

function parseTransaction(unsigned: Uint8Array, field: string): Transaction {
  const [first = 0] = unsigned;
  // Below 0x80 the first byte is a type (EIP-2718).
  if (first > 0x04 && first < 0x80) {
    throw new InvalidInput(field, `has the unknown transaction type ${first}`);
  }
  try {
    return Transaction.from(hexlify(unsigned));
  } catch (cause) {
    const problem = new InvalidInput(field, 'is not an Ethereum transaction');
    problem.cause = cause;
    throw problem;
  }
}

function unsupported(field: string, description: string): TrefoilError {
  return new TrefoilError('PAYLOAD_UNSUPPORTED', `${field}: ${description}`, {
    fieldViolations: [{ field, description }],
  });
}
