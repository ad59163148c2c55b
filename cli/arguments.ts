/**
 * Arguments of the `trefoil` command that are more than a word, decoded strictly.
 * @module
 */
import { readFileSync } from 'node:fs';
import { Transaction, type TransactionLike, getBytes, isHexString } from 'ethers';
import { InvalidArgumentError } from 'commander';

const DIGEST_BYTES = 32;
const LARGEST_INDEX = 0x7fff_ffff;
const LARGEST_ROSTER_INDEX = 255;
const LONGEST_FILE_BYTES = 1024 * 1024;

const isDecimal = (text: string): boolean => /^(0|[1-9][0-9]*)$/.test(text);

/** A whole number from `min` to `max`. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = isDecimal(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) {
      throw new InvalidArgumentError(`Must be a whole number from ${min} to ${max}.`);
    }
    return value;
  };

/** `1,2,3`: roster indices, ascending, distinct. */
export function parseCommittee(text: string): number[] {
  const indices = text.split(',').map(wholeNumber(1, LARGEST_ROSTER_INDEX));
  const ascending = indices.every((index, k) => k === 0 || index > (indices[k - 1] ?? 0));
  if (!ascending) throw new InvalidArgumentError('Must be ascending and distinct, like 1,2,3.');
  return indices;
}

/** `m/0/7`, `0/7` or `m`: a non-hardened BIP-32 path; empty for the root key. */
export function parsePath(text: string): number[] {
  if (text === 'm' || text === '') return [];
  const parts = text.replace(/^m\//, '').split('/');
  return parts.map((part) => {
    if (/['hH]$/.test(part)) {
      throw new InvalidArgumentError('A hardened index cannot be derived from shares.');
    }
    return wholeNumber(0, LARGEST_INDEX)(part);
  });
}

const PURPOSES = ['evm', 'bitcoin', 'raw'] as const;
export type PurposeName = (typeof PURPOSES)[number];

/** `evm,raw`, in any order. */
export function parsePurposes(text: string): PurposeName[] {
  const wanted = new Set(text.split(','));
  for (const name of wanted) {
    if (!PURPOSES.some((purpose) => purpose === name)) {
      throw new InvalidArgumentError(`Must be of ${PURPOSES.join(', ')}, separated by commas.`);
    }
  }
  return PURPOSES.filter((purpose) => wanted.has(purpose));
}

/** 0x and 64 hex digits. */
export function parseDigest(text: string): Uint8Array {
  if (!isHexString(text, DIGEST_BYTES)) {
    throw new InvalidArgumentError('Must be 0x and 64 hex digits.');
  }
  return getBytes(text);
}

function textOf(argument: string): string {
  if (!argument.startsWith('@')) return argument;
  const path = argument.slice(1);
  const content = readFileSync(path === '-' ? 0 : path);
  if (content.length > LONGEST_FILE_BYTES) {
    throw new InvalidArgumentError(`${path} is longer than ${LONGEST_FILE_BYTES} bytes.`);
  }
  return content.toString('utf8').trim();
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields that an unsigned transaction of type 0, 1 or 2 may have. */
const TRANSACTION_FIELDS = new Set([
  'type',
  'chainId',
  'nonce',
  'to',
  'value',
  'data',
  'gasLimit',
  'gasPrice',
  'maxFeePerGas',
  'maxPriorityFeePerGas',
  'accessList',
]);

function transactionFromJson(text: string): Transaction {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) throw new InvalidArgumentError('Must be a JSON object.');
  const unknown = Object.keys(value).find((key) => !TRANSACTION_FIELDS.has(key));
  if (unknown !== undefined) throw new InvalidArgumentError(`Unknown field ${unknown}.`);
  // ethers checks the value of every field itself.
  const fields: TransactionLike = value;
  return Transaction.from(fields);
}

/**
 * An unsigned transaction: JSON as ethers takes it, or its unsigned serialization as 0x-hex;
 * `@file` reads it from a file, `@-` from standard input. Returns the unsigned serialization.
 */
export function parseTransaction(argument: string): Uint8Array {
  const text = textOf(argument);
  try {
    const transaction = text.startsWith('0x') ? Transaction.from(text) : transactionFromJson(text);
    if (transaction.isSigned()) throw new InvalidArgumentError('Must not be signed already.');
    return getBytes(transaction.unsignedSerialized);
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidArgumentError(`Is not an unsigned transaction: ${reason}`);
  }
}

const NAME_FORM = /^(?:wallets\/)?([0-9a-f]{64})$/;

/** `wallets/` and 64 hex digits; the digits alone will do. */
export function parseWalletName(text: string): string {
  const digits = NAME_FORM.exec(text)?.[1];
  if (digits === undefined) {
    throw new InvalidArgumentError('Must be wallets/ and the 64 hex digits of the key id.');
  }
  return `wallets/${digits}`;
}
