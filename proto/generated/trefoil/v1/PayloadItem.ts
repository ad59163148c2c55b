// Original file: proto/trefoil/v1/request.proto

import type { EvmTransaction as _trefoil_v1_EvmTransaction, EvmTransaction__Output as _trefoil_v1_EvmTransaction__Output } from '../../trefoil/v1/EvmTransaction.ts';
import type { EvmMessage as _trefoil_v1_EvmMessage, EvmMessage__Output as _trefoil_v1_EvmMessage__Output } from '../../trefoil/v1/EvmMessage.ts';
import type { EvmTypedData as _trefoil_v1_EvmTypedData, EvmTypedData__Output as _trefoil_v1_EvmTypedData__Output } from '../../trefoil/v1/EvmTypedData.ts';
import type { EvmAuthorization as _trefoil_v1_EvmAuthorization, EvmAuthorization__Output as _trefoil_v1_EvmAuthorization__Output } from '../../trefoil/v1/EvmAuthorization.ts';
import type { BitcoinPsbt as _trefoil_v1_BitcoinPsbt, BitcoinPsbt__Output as _trefoil_v1_BitcoinPsbt__Output } from '../../trefoil/v1/BitcoinPsbt.ts';
import type { RawDigest as _trefoil_v1_RawDigest, RawDigest__Output as _trefoil_v1_RawDigest__Output } from '../../trefoil/v1/RawDigest.ts';

/**
 * One thing to sign with one derived key. Set by the client.
 */
export interface PayloadItem {
  /**
   * BIP-32 path from the wallet's root key: 0 to 10 indices, non-hardened, each below 2^31.
   */
  'path'?: (number)[];
  /**
   * An unsigned Ethereum transaction.
   */
  'evmTransaction'?: (_trefoil_v1_EvmTransaction | null);
  /**
   * An EIP-191 message. Reserved: signers answer UNIMPLEMENTED.
   */
  'evmMessage'?: (_trefoil_v1_EvmMessage | null);
  /**
   * EIP-712 typed data. Reserved: signers answer UNIMPLEMENTED.
   */
  'evmTypedData'?: (_trefoil_v1_EvmTypedData | null);
  /**
   * An EIP-7702 authorization. Reserved: signers answer UNIMPLEMENTED.
   */
  'evmAuthorization'?: (_trefoil_v1_EvmAuthorization | null);
  /**
   * A partially signed Bitcoin transaction. Reserved: signers answer UNIMPLEMENTED.
   */
  'bitcoinPsbt'?: (_trefoil_v1_BitcoinPsbt | null);
  /**
   * A bare digest, for wallets made with PURPOSE_RAW only.
   */
  'rawDigest'?: (_trefoil_v1_RawDigest | null);
  /**
   * What is signed; required. The signer recomputes the digest from it.
   */
  'payload'?: "evmTransaction"|"evmMessage"|"evmTypedData"|"evmAuthorization"|"bitcoinPsbt"|"rawDigest";
}

/**
 * One thing to sign with one derived key. Set by the client.
 */
export interface PayloadItem__Output {
  /**
   * BIP-32 path from the wallet's root key: 0 to 10 indices, non-hardened, each below 2^31.
   */
  'path': (number)[];
  /**
   * An unsigned Ethereum transaction.
   */
  'evmTransaction'?: (_trefoil_v1_EvmTransaction__Output | null);
  /**
   * An EIP-191 message. Reserved: signers answer UNIMPLEMENTED.
   */
  'evmMessage'?: (_trefoil_v1_EvmMessage__Output | null);
  /**
   * EIP-712 typed data. Reserved: signers answer UNIMPLEMENTED.
   */
  'evmTypedData'?: (_trefoil_v1_EvmTypedData__Output | null);
  /**
   * An EIP-7702 authorization. Reserved: signers answer UNIMPLEMENTED.
   */
  'evmAuthorization'?: (_trefoil_v1_EvmAuthorization__Output | null);
  /**
   * A partially signed Bitcoin transaction. Reserved: signers answer UNIMPLEMENTED.
   */
  'bitcoinPsbt'?: (_trefoil_v1_BitcoinPsbt__Output | null);
  /**
   * A bare digest, for wallets made with PURPOSE_RAW only.
   */
  'rawDigest'?: (_trefoil_v1_RawDigest__Output | null);
  /**
   * What is signed; required. The signer recomputes the digest from it.
   */
  'payload'?: "evmTransaction"|"evmMessage"|"evmTypedData"|"evmAuthorization"|"bitcoinPsbt"|"rawDigest";
}
