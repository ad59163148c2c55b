import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { BitcoinPsbt as _trefoil_v1_BitcoinPsbt, BitcoinPsbt__Output as _trefoil_v1_BitcoinPsbt__Output } from './trefoil/v1/BitcoinPsbt.ts';
import type { CreateWalletRequest as _trefoil_v1_CreateWalletRequest, CreateWalletRequest__Output as _trefoil_v1_CreateWalletRequest__Output } from './trefoil/v1/CreateWalletRequest.ts';
import type { EvmAuthorization as _trefoil_v1_EvmAuthorization, EvmAuthorization__Output as _trefoil_v1_EvmAuthorization__Output } from './trefoil/v1/EvmAuthorization.ts';
import type { EvmMessage as _trefoil_v1_EvmMessage, EvmMessage__Output as _trefoil_v1_EvmMessage__Output } from './trefoil/v1/EvmMessage.ts';
import type { EvmTransaction as _trefoil_v1_EvmTransaction, EvmTransaction__Output as _trefoil_v1_EvmTransaction__Output } from './trefoil/v1/EvmTransaction.ts';
import type { EvmTypedData as _trefoil_v1_EvmTypedData, EvmTypedData__Output as _trefoil_v1_EvmTypedData__Output } from './trefoil/v1/EvmTypedData.ts';
import type { GetSignatureRequest as _trefoil_v1_GetSignatureRequest, GetSignatureRequest__Output as _trefoil_v1_GetSignatureRequest__Output } from './trefoil/v1/GetSignatureRequest.ts';
import type { GetWalletRequest as _trefoil_v1_GetWalletRequest, GetWalletRequest__Output as _trefoil_v1_GetWalletRequest__Output } from './trefoil/v1/GetWalletRequest.ts';
import type { ItemResult as _trefoil_v1_ItemResult, ItemResult__Output as _trefoil_v1_ItemResult__Output } from './trefoil/v1/ItemResult.ts';
import type { KeyCertificate as _trefoil_v1_KeyCertificate, KeyCertificate__Output as _trefoil_v1_KeyCertificate__Output } from './trefoil/v1/KeyCertificate.ts';
import type { ListWalletsRequest as _trefoil_v1_ListWalletsRequest, ListWalletsRequest__Output as _trefoil_v1_ListWalletsRequest__Output } from './trefoil/v1/ListWalletsRequest.ts';
import type { ListWalletsResponse as _trefoil_v1_ListWalletsResponse, ListWalletsResponse__Output as _trefoil_v1_ListWalletsResponse__Output } from './trefoil/v1/ListWalletsResponse.ts';
import type { PayloadItem as _trefoil_v1_PayloadItem, PayloadItem__Output as _trefoil_v1_PayloadItem__Output } from './trefoil/v1/PayloadItem.ts';
import type { RawDigest as _trefoil_v1_RawDigest, RawDigest__Output as _trefoil_v1_RawDigest__Output } from './trefoil/v1/RawDigest.ts';
import type { SignRequest as _trefoil_v1_SignRequest, SignRequest__Output as _trefoil_v1_SignRequest__Output } from './trefoil/v1/SignRequest.ts';
import type { SignResponse as _trefoil_v1_SignResponse, SignResponse__Output as _trefoil_v1_SignResponse__Output } from './trefoil/v1/SignResponse.ts';
import type { SignedJoin as _trefoil_v1_SignedJoin, SignedJoin__Output as _trefoil_v1_SignedJoin__Output } from './trefoil/v1/SignedJoin.ts';
import type { SignedR4 as _trefoil_v1_SignedR4, SignedR4__Output as _trefoil_v1_SignedR4__Output } from './trefoil/v1/SignedR4.ts';
import type { SignedRoster as _trefoil_v1_SignedRoster, SignedRoster__Output as _trefoil_v1_SignedRoster__Output } from './trefoil/v1/SignedRoster.ts';
import type { Stamp as _trefoil_v1_Stamp, Stamp__Output as _trefoil_v1_Stamp__Output } from './trefoil/v1/Stamp.ts';
import type { StampedRequest as _trefoil_v1_StampedRequest, StampedRequest__Output as _trefoil_v1_StampedRequest__Output } from './trefoil/v1/StampedRequest.ts';
import type { Wallet as _trefoil_v1_Wallet, Wallet__Output as _trefoil_v1_Wallet__Output } from './trefoil/v1/Wallet.ts';
import type { WalletServiceClient as _trefoil_v1_WalletServiceClient, WalletServiceDefinition as _trefoil_v1_WalletServiceDefinition } from './trefoil/v1/WalletService.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  google: {
    protobuf: {
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>
    }
  }
  trefoil: {
    v1: {
      BitcoinPsbt: MessageTypeDefinition<_trefoil_v1_BitcoinPsbt, _trefoil_v1_BitcoinPsbt__Output>
      CreateWalletRequest: MessageTypeDefinition<_trefoil_v1_CreateWalletRequest, _trefoil_v1_CreateWalletRequest__Output>
      EvmAuthorization: MessageTypeDefinition<_trefoil_v1_EvmAuthorization, _trefoil_v1_EvmAuthorization__Output>
      EvmMessage: MessageTypeDefinition<_trefoil_v1_EvmMessage, _trefoil_v1_EvmMessage__Output>
      EvmTransaction: MessageTypeDefinition<_trefoil_v1_EvmTransaction, _trefoil_v1_EvmTransaction__Output>
      EvmTypedData: MessageTypeDefinition<_trefoil_v1_EvmTypedData, _trefoil_v1_EvmTypedData__Output>
      GetSignatureRequest: MessageTypeDefinition<_trefoil_v1_GetSignatureRequest, _trefoil_v1_GetSignatureRequest__Output>
      GetWalletRequest: MessageTypeDefinition<_trefoil_v1_GetWalletRequest, _trefoil_v1_GetWalletRequest__Output>
      ItemResult: MessageTypeDefinition<_trefoil_v1_ItemResult, _trefoil_v1_ItemResult__Output>
      KeyCertificate: MessageTypeDefinition<_trefoil_v1_KeyCertificate, _trefoil_v1_KeyCertificate__Output>
      ListWalletsRequest: MessageTypeDefinition<_trefoil_v1_ListWalletsRequest, _trefoil_v1_ListWalletsRequest__Output>
      ListWalletsResponse: MessageTypeDefinition<_trefoil_v1_ListWalletsResponse, _trefoil_v1_ListWalletsResponse__Output>
      PayloadItem: MessageTypeDefinition<_trefoil_v1_PayloadItem, _trefoil_v1_PayloadItem__Output>
      Purpose: EnumTypeDefinition
      RawDigest: MessageTypeDefinition<_trefoil_v1_RawDigest, _trefoil_v1_RawDigest__Output>
      SignRequest: MessageTypeDefinition<_trefoil_v1_SignRequest, _trefoil_v1_SignRequest__Output>
      SignResponse: MessageTypeDefinition<_trefoil_v1_SignResponse, _trefoil_v1_SignResponse__Output>
      SignedJoin: MessageTypeDefinition<_trefoil_v1_SignedJoin, _trefoil_v1_SignedJoin__Output>
      SignedR4: MessageTypeDefinition<_trefoil_v1_SignedR4, _trefoil_v1_SignedR4__Output>
      SignedRoster: MessageTypeDefinition<_trefoil_v1_SignedRoster, _trefoil_v1_SignedRoster__Output>
      Stamp: MessageTypeDefinition<_trefoil_v1_Stamp, _trefoil_v1_Stamp__Output>
      StampedRequest: MessageTypeDefinition<_trefoil_v1_StampedRequest, _trefoil_v1_StampedRequest__Output>
      Wallet: MessageTypeDefinition<_trefoil_v1_Wallet, _trefoil_v1_Wallet__Output>
      /**
       * Wallets and their signatures.
       */
      WalletService: SubtypeConstructor<typeof grpc.Client, _trefoil_v1_WalletServiceClient> & { service: _trefoil_v1_WalletServiceDefinition }
      WalletState: EnumTypeDefinition
    }
  }
}

