// Original file: proto/trefoil/v1/wallet.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetSignatureRequest as _trefoil_v1_GetSignatureRequest, GetSignatureRequest__Output as _trefoil_v1_GetSignatureRequest__Output } from '../../trefoil/v1/GetSignatureRequest.ts';
import type { GetWalletRequest as _trefoil_v1_GetWalletRequest, GetWalletRequest__Output as _trefoil_v1_GetWalletRequest__Output } from '../../trefoil/v1/GetWalletRequest.ts';
import type { ListWalletsRequest as _trefoil_v1_ListWalletsRequest, ListWalletsRequest__Output as _trefoil_v1_ListWalletsRequest__Output } from '../../trefoil/v1/ListWalletsRequest.ts';
import type { ListWalletsResponse as _trefoil_v1_ListWalletsResponse, ListWalletsResponse__Output as _trefoil_v1_ListWalletsResponse__Output } from '../../trefoil/v1/ListWalletsResponse.ts';
import type { SignResponse as _trefoil_v1_SignResponse, SignResponse__Output as _trefoil_v1_SignResponse__Output } from '../../trefoil/v1/SignResponse.ts';
import type { StampedRequest as _trefoil_v1_StampedRequest, StampedRequest__Output as _trefoil_v1_StampedRequest__Output } from '../../trefoil/v1/StampedRequest.ts';
import type { Wallet as _trefoil_v1_Wallet, Wallet__Output as _trefoil_v1_Wallet__Output } from '../../trefoil/v1/Wallet.ts';

/**
 * Wallets and their signatures.
 */
export interface WalletServiceClient extends grpc.Client {
  /**
   * Makes a wallet. `request` is a CreateWalletRequest, stamped as
   * `application/vnd.trefoil.create-wallet-request.v1`. Idempotent by request_id.
   */
  CreateWallet(argument: _trefoil_v1_StampedRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_Wallet__Output>): grpc.ClientUnaryCall;
  CreateWallet(argument: _trefoil_v1_StampedRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_Wallet__Output>): grpc.ClientUnaryCall;
  CreateWallet(argument: _trefoil_v1_StampedRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_Wallet__Output>): grpc.ClientUnaryCall;
  CreateWallet(argument: _trefoil_v1_StampedRequest, callback: grpc.requestCallback<_trefoil_v1_Wallet__Output>): grpc.ClientUnaryCall;
  /**
   * Makes a wallet. `request` is a CreateWalletRequest, stamped as
   * `application/vnd.trefoil.create-wallet-request.v1`. Idempotent by request_id.
   */
  createWallet(argument: _trefoil_v1_StampedRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_Wallet__Output>): grpc.ClientUnaryCall;
  createWallet(argument: _trefoil_v1_StampedRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_Wallet__Output>): grpc.ClientUnaryCall;
  createWallet(argument: _trefoil_v1_StampedRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_Wallet__Output>): grpc.ClientUnaryCall;
  createWallet(argument: _trefoil_v1_StampedRequest, callback: grpc.requestCallback<_trefoil_v1_Wallet__Output>): grpc.ClientUnaryCall;
  
  /**
   * Reads the result of an earlier Sign.
   */
  GetSignature(argument: _trefoil_v1_GetSignatureRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_SignResponse__Output>): grpc.ClientUnaryCall;
  GetSignature(argument: _trefoil_v1_GetSignatureRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_SignResponse__Output>): grpc.ClientUnaryCall;
  GetSignature(argument: _trefoil_v1_GetSignatureRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_SignResponse__Output>): grpc.ClientUnaryCall;
  GetSignature(argument: _trefoil_v1_GetSignatureRequest, callback: grpc.requestCallback<_trefoil_v1_SignResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Reads the result of an earlier Sign.
   */
  getSignature(argument: _trefoil_v1_GetSignatureRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_SignResponse__Output>): grpc.ClientUnaryCall;
  getSignature(argument: _trefoil_v1_GetSignatureRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_SignResponse__Output>): grpc.ClientUnaryCall;
  getSignature(argument: _trefoil_v1_GetSignatureRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_SignResponse__Output>): grpc.ClientUnaryCall;
  getSignature(argument: _trefoil_v1_GetSignatureRequest, callback: grpc.requestCallback<_trefoil_v1_SignResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Reads one wallet.
   */
  GetWallet(argument: _trefoil_v1_GetWalletRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_Wallet__Output>): grpc.ClientUnaryCall;
  GetWallet(argument: _trefoil_v1_GetWalletRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_Wallet__Output>): grpc.ClientUnaryCall;
  GetWallet(argument: _trefoil_v1_GetWalletRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_Wallet__Output>): grpc.ClientUnaryCall;
  GetWallet(argument: _trefoil_v1_GetWalletRequest, callback: grpc.requestCallback<_trefoil_v1_Wallet__Output>): grpc.ClientUnaryCall;
  /**
   * Reads one wallet.
   */
  getWallet(argument: _trefoil_v1_GetWalletRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_Wallet__Output>): grpc.ClientUnaryCall;
  getWallet(argument: _trefoil_v1_GetWalletRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_Wallet__Output>): grpc.ClientUnaryCall;
  getWallet(argument: _trefoil_v1_GetWalletRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_Wallet__Output>): grpc.ClientUnaryCall;
  getWallet(argument: _trefoil_v1_GetWalletRequest, callback: grpc.requestCallback<_trefoil_v1_Wallet__Output>): grpc.ClientUnaryCall;
  
  /**
   * Lists wallets in order of creation.
   */
  ListWallets(argument: _trefoil_v1_ListWalletsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_ListWalletsResponse__Output>): grpc.ClientUnaryCall;
  ListWallets(argument: _trefoil_v1_ListWalletsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_ListWalletsResponse__Output>): grpc.ClientUnaryCall;
  ListWallets(argument: _trefoil_v1_ListWalletsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_ListWalletsResponse__Output>): grpc.ClientUnaryCall;
  ListWallets(argument: _trefoil_v1_ListWalletsRequest, callback: grpc.requestCallback<_trefoil_v1_ListWalletsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Lists wallets in order of creation.
   */
  listWallets(argument: _trefoil_v1_ListWalletsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_ListWalletsResponse__Output>): grpc.ClientUnaryCall;
  listWallets(argument: _trefoil_v1_ListWalletsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_ListWalletsResponse__Output>): grpc.ClientUnaryCall;
  listWallets(argument: _trefoil_v1_ListWalletsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_ListWalletsResponse__Output>): grpc.ClientUnaryCall;
  listWallets(argument: _trefoil_v1_ListWalletsRequest, callback: grpc.requestCallback<_trefoil_v1_ListWalletsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Signs all items of a request, or none. `request` is a SignRequest, stamped as
   * `application/vnd.trefoil.sign-request.v1`. Idempotent by request_id.
   */
  Sign(argument: _trefoil_v1_StampedRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_SignResponse__Output>): grpc.ClientUnaryCall;
  Sign(argument: _trefoil_v1_StampedRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_SignResponse__Output>): grpc.ClientUnaryCall;
  Sign(argument: _trefoil_v1_StampedRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_SignResponse__Output>): grpc.ClientUnaryCall;
  Sign(argument: _trefoil_v1_StampedRequest, callback: grpc.requestCallback<_trefoil_v1_SignResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Signs all items of a request, or none. `request` is a SignRequest, stamped as
   * `application/vnd.trefoil.sign-request.v1`. Idempotent by request_id.
   */
  sign(argument: _trefoil_v1_StampedRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_SignResponse__Output>): grpc.ClientUnaryCall;
  sign(argument: _trefoil_v1_StampedRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_SignResponse__Output>): grpc.ClientUnaryCall;
  sign(argument: _trefoil_v1_StampedRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_SignResponse__Output>): grpc.ClientUnaryCall;
  sign(argument: _trefoil_v1_StampedRequest, callback: grpc.requestCallback<_trefoil_v1_SignResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Wallets and their signatures.
 */
export interface WalletServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Makes a wallet. `request` is a CreateWalletRequest, stamped as
   * `application/vnd.trefoil.create-wallet-request.v1`. Idempotent by request_id.
   */
  CreateWallet: grpc.handleUnaryCall<_trefoil_v1_StampedRequest__Output, _trefoil_v1_Wallet>;
  
  /**
   * Reads the result of an earlier Sign.
   */
  GetSignature: grpc.handleUnaryCall<_trefoil_v1_GetSignatureRequest__Output, _trefoil_v1_SignResponse>;
  
  /**
   * Reads one wallet.
   */
  GetWallet: grpc.handleUnaryCall<_trefoil_v1_GetWalletRequest__Output, _trefoil_v1_Wallet>;
  
  /**
   * Lists wallets in order of creation.
   */
  ListWallets: grpc.handleUnaryCall<_trefoil_v1_ListWalletsRequest__Output, _trefoil_v1_ListWalletsResponse>;
  
  /**
   * Signs all items of a request, or none. `request` is a SignRequest, stamped as
   * `application/vnd.trefoil.sign-request.v1`. Idempotent by request_id.
   */
  Sign: grpc.handleUnaryCall<_trefoil_v1_StampedRequest__Output, _trefoil_v1_SignResponse>;
  
}

export interface WalletServiceDefinition extends grpc.ServiceDefinition {
  CreateWallet: MethodDefinition<_trefoil_v1_StampedRequest, _trefoil_v1_Wallet, _trefoil_v1_StampedRequest__Output, _trefoil_v1_Wallet__Output>
  GetSignature: MethodDefinition<_trefoil_v1_GetSignatureRequest, _trefoil_v1_SignResponse, _trefoil_v1_GetSignatureRequest__Output, _trefoil_v1_SignResponse__Output>
  GetWallet: MethodDefinition<_trefoil_v1_GetWalletRequest, _trefoil_v1_Wallet, _trefoil_v1_GetWalletRequest__Output, _trefoil_v1_Wallet__Output>
  ListWallets: MethodDefinition<_trefoil_v1_ListWalletsRequest, _trefoil_v1_ListWalletsResponse, _trefoil_v1_ListWalletsRequest__Output, _trefoil_v1_ListWalletsResponse__Output>
  Sign: MethodDefinition<_trefoil_v1_StampedRequest, _trefoil_v1_SignResponse, _trefoil_v1_StampedRequest__Output, _trefoil_v1_SignResponse__Output>
}
