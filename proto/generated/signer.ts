import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { Abort as _trefoil_v1_Abort, Abort__Output as _trefoil_v1_Abort__Output } from './trefoil/v1/Abort.ts';
import type { BitcoinPsbt as _trefoil_v1_BitcoinPsbt, BitcoinPsbt__Output as _trefoil_v1_BitcoinPsbt__Output } from './trefoil/v1/BitcoinPsbt.ts';
import type { CreateWalletRequest as _trefoil_v1_CreateWalletRequest, CreateWalletRequest__Output as _trefoil_v1_CreateWalletRequest__Output } from './trefoil/v1/CreateWalletRequest.ts';
import type { Envelope as _trefoil_v1_Envelope, Envelope__Output as _trefoil_v1_Envelope__Output } from './trefoil/v1/Envelope.ts';
import type { EvmAuthorization as _trefoil_v1_EvmAuthorization, EvmAuthorization__Output as _trefoil_v1_EvmAuthorization__Output } from './trefoil/v1/EvmAuthorization.ts';
import type { EvmMessage as _trefoil_v1_EvmMessage, EvmMessage__Output as _trefoil_v1_EvmMessage__Output } from './trefoil/v1/EvmMessage.ts';
import type { EvmTransaction as _trefoil_v1_EvmTransaction, EvmTransaction__Output as _trefoil_v1_EvmTransaction__Output } from './trefoil/v1/EvmTransaction.ts';
import type { EvmTypedData as _trefoil_v1_EvmTypedData, EvmTypedData__Output as _trefoil_v1_EvmTypedData__Output } from './trefoil/v1/EvmTypedData.ts';
import type { Frame as _trefoil_v1_Frame, Frame__Output as _trefoil_v1_Frame__Output } from './trefoil/v1/Frame.ts';
import type { GetInfoRequest as _trefoil_v1_GetInfoRequest, GetInfoRequest__Output as _trefoil_v1_GetInfoRequest__Output } from './trefoil/v1/GetInfoRequest.ts';
import type { GetKeyRequest as _trefoil_v1_GetKeyRequest, GetKeyRequest__Output as _trefoil_v1_GetKeyRequest__Output } from './trefoil/v1/GetKeyRequest.ts';
import type { GetResultRequest as _trefoil_v1_GetResultRequest, GetResultRequest__Output as _trefoil_v1_GetResultRequest__Output } from './trefoil/v1/GetResultRequest.ts';
import type { GetResultResponse as _trefoil_v1_GetResultResponse, GetResultResponse__Output as _trefoil_v1_GetResultResponse__Output } from './trefoil/v1/GetResultResponse.ts';
import type { GetSignatureRequest as _trefoil_v1_GetSignatureRequest, GetSignatureRequest__Output as _trefoil_v1_GetSignatureRequest__Output } from './trefoil/v1/GetSignatureRequest.ts';
import type { GetWalletRequest as _trefoil_v1_GetWalletRequest, GetWalletRequest__Output as _trefoil_v1_GetWalletRequest__Output } from './trefoil/v1/GetWalletRequest.ts';
import type { ItemResult as _trefoil_v1_ItemResult, ItemResult__Output as _trefoil_v1_ItemResult__Output } from './trefoil/v1/ItemResult.ts';
import type { KeyCertificate as _trefoil_v1_KeyCertificate, KeyCertificate__Output as _trefoil_v1_KeyCertificate__Output } from './trefoil/v1/KeyCertificate.ts';
import type { KeyRecord as _trefoil_v1_KeyRecord, KeyRecord__Output as _trefoil_v1_KeyRecord__Output } from './trefoil/v1/KeyRecord.ts';
import type { ListKeysRequest as _trefoil_v1_ListKeysRequest, ListKeysRequest__Output as _trefoil_v1_ListKeysRequest__Output } from './trefoil/v1/ListKeysRequest.ts';
import type { ListKeysResponse as _trefoil_v1_ListKeysResponse, ListKeysResponse__Output as _trefoil_v1_ListKeysResponse__Output } from './trefoil/v1/ListKeysResponse.ts';
import type { ListWalletsRequest as _trefoil_v1_ListWalletsRequest, ListWalletsRequest__Output as _trefoil_v1_ListWalletsRequest__Output } from './trefoil/v1/ListWalletsRequest.ts';
import type { ListWalletsResponse as _trefoil_v1_ListWalletsResponse, ListWalletsResponse__Output as _trefoil_v1_ListWalletsResponse__Output } from './trefoil/v1/ListWalletsResponse.ts';
import type { Open as _trefoil_v1_Open, Open__Output as _trefoil_v1_Open__Output } from './trefoil/v1/Open.ts';
import type { OpenAck as _trefoil_v1_OpenAck, OpenAck__Output as _trefoil_v1_OpenAck__Output } from './trefoil/v1/OpenAck.ts';
import type { OpenKeygen as _trefoil_v1_OpenKeygen, OpenKeygen__Output as _trefoil_v1_OpenKeygen__Output } from './trefoil/v1/OpenKeygen.ts';
import type { OpenPair as _trefoil_v1_OpenPair, OpenPair__Output as _trefoil_v1_OpenPair__Output } from './trefoil/v1/OpenPair.ts';
import type { OpenSign as _trefoil_v1_OpenSign, OpenSign__Output as _trefoil_v1_OpenSign__Output } from './trefoil/v1/OpenSign.ts';
import type { PairInfo as _trefoil_v1_PairInfo, PairInfo__Output as _trefoil_v1_PairInfo__Output } from './trefoil/v1/PairInfo.ts';
import type { PayloadItem as _trefoil_v1_PayloadItem, PayloadItem__Output as _trefoil_v1_PayloadItem__Output } from './trefoil/v1/PayloadItem.ts';
import type { Ping as _trefoil_v1_Ping, Ping__Output as _trefoil_v1_Ping__Output } from './trefoil/v1/Ping.ts';
import type { PutCertificateRequest as _trefoil_v1_PutCertificateRequest, PutCertificateRequest__Output as _trefoil_v1_PutCertificateRequest__Output } from './trefoil/v1/PutCertificateRequest.ts';
import type { PutCertificateResponse as _trefoil_v1_PutCertificateResponse, PutCertificateResponse__Output as _trefoil_v1_PutCertificateResponse__Output } from './trefoil/v1/PutCertificateResponse.ts';
import type { RawDigest as _trefoil_v1_RawDigest, RawDigest__Output as _trefoil_v1_RawDigest__Output } from './trefoil/v1/RawDigest.ts';
import type { Refusal as _trefoil_v1_Refusal, Refusal__Output as _trefoil_v1_Refusal__Output } from './trefoil/v1/Refusal.ts';
import type { RelayMessage as _trefoil_v1_RelayMessage, RelayMessage__Output as _trefoil_v1_RelayMessage__Output } from './trefoil/v1/RelayMessage.ts';
import type { SignRequest as _trefoil_v1_SignRequest, SignRequest__Output as _trefoil_v1_SignRequest__Output } from './trefoil/v1/SignRequest.ts';
import type { SignResponse as _trefoil_v1_SignResponse, SignResponse__Output as _trefoil_v1_SignResponse__Output } from './trefoil/v1/SignResponse.ts';
import type { SignedJoin as _trefoil_v1_SignedJoin, SignedJoin__Output as _trefoil_v1_SignedJoin__Output } from './trefoil/v1/SignedJoin.ts';
import type { SignedR4 as _trefoil_v1_SignedR4, SignedR4__Output as _trefoil_v1_SignedR4__Output } from './trefoil/v1/SignedR4.ts';
import type { SignedRoster as _trefoil_v1_SignedRoster, SignedRoster__Output as _trefoil_v1_SignedRoster__Output } from './trefoil/v1/SignedRoster.ts';
import type { SignerInfo as _trefoil_v1_SignerInfo, SignerInfo__Output as _trefoil_v1_SignerInfo__Output } from './trefoil/v1/SignerInfo.ts';
import type { SignerServiceClient as _trefoil_v1_SignerServiceClient, SignerServiceDefinition as _trefoil_v1_SignerServiceDefinition } from './trefoil/v1/SignerService.ts';
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
      Abort: MessageTypeDefinition<_trefoil_v1_Abort, _trefoil_v1_Abort__Output>
      BitcoinPsbt: MessageTypeDefinition<_trefoil_v1_BitcoinPsbt, _trefoil_v1_BitcoinPsbt__Output>
      CreateWalletRequest: MessageTypeDefinition<_trefoil_v1_CreateWalletRequest, _trefoil_v1_CreateWalletRequest__Output>
      Envelope: MessageTypeDefinition<_trefoil_v1_Envelope, _trefoil_v1_Envelope__Output>
      EvmAuthorization: MessageTypeDefinition<_trefoil_v1_EvmAuthorization, _trefoil_v1_EvmAuthorization__Output>
      EvmMessage: MessageTypeDefinition<_trefoil_v1_EvmMessage, _trefoil_v1_EvmMessage__Output>
      EvmTransaction: MessageTypeDefinition<_trefoil_v1_EvmTransaction, _trefoil_v1_EvmTransaction__Output>
      EvmTypedData: MessageTypeDefinition<_trefoil_v1_EvmTypedData, _trefoil_v1_EvmTypedData__Output>
      Frame: MessageTypeDefinition<_trefoil_v1_Frame, _trefoil_v1_Frame__Output>
      GetInfoRequest: MessageTypeDefinition<_trefoil_v1_GetInfoRequest, _trefoil_v1_GetInfoRequest__Output>
      GetKeyRequest: MessageTypeDefinition<_trefoil_v1_GetKeyRequest, _trefoil_v1_GetKeyRequest__Output>
      GetResultRequest: MessageTypeDefinition<_trefoil_v1_GetResultRequest, _trefoil_v1_GetResultRequest__Output>
      GetResultResponse: MessageTypeDefinition<_trefoil_v1_GetResultResponse, _trefoil_v1_GetResultResponse__Output>
      GetSignatureRequest: MessageTypeDefinition<_trefoil_v1_GetSignatureRequest, _trefoil_v1_GetSignatureRequest__Output>
      GetWalletRequest: MessageTypeDefinition<_trefoil_v1_GetWalletRequest, _trefoil_v1_GetWalletRequest__Output>
      ItemResult: MessageTypeDefinition<_trefoil_v1_ItemResult, _trefoil_v1_ItemResult__Output>
      KeyCertificate: MessageTypeDefinition<_trefoil_v1_KeyCertificate, _trefoil_v1_KeyCertificate__Output>
      KeyRecord: MessageTypeDefinition<_trefoil_v1_KeyRecord, _trefoil_v1_KeyRecord__Output>
      KeyState: EnumTypeDefinition
      ListKeysRequest: MessageTypeDefinition<_trefoil_v1_ListKeysRequest, _trefoil_v1_ListKeysRequest__Output>
      ListKeysResponse: MessageTypeDefinition<_trefoil_v1_ListKeysResponse, _trefoil_v1_ListKeysResponse__Output>
      ListWalletsRequest: MessageTypeDefinition<_trefoil_v1_ListWalletsRequest, _trefoil_v1_ListWalletsRequest__Output>
      ListWalletsResponse: MessageTypeDefinition<_trefoil_v1_ListWalletsResponse, _trefoil_v1_ListWalletsResponse__Output>
      Open: MessageTypeDefinition<_trefoil_v1_Open, _trefoil_v1_Open__Output>
      OpenAck: MessageTypeDefinition<_trefoil_v1_OpenAck, _trefoil_v1_OpenAck__Output>
      OpenKeygen: MessageTypeDefinition<_trefoil_v1_OpenKeygen, _trefoil_v1_OpenKeygen__Output>
      OpenPair: MessageTypeDefinition<_trefoil_v1_OpenPair, _trefoil_v1_OpenPair__Output>
      OpenSign: MessageTypeDefinition<_trefoil_v1_OpenSign, _trefoil_v1_OpenSign__Output>
      PairInfo: MessageTypeDefinition<_trefoil_v1_PairInfo, _trefoil_v1_PairInfo__Output>
      PairState: EnumTypeDefinition
      PayloadItem: MessageTypeDefinition<_trefoil_v1_PayloadItem, _trefoil_v1_PayloadItem__Output>
      Ping: MessageTypeDefinition<_trefoil_v1_Ping, _trefoil_v1_Ping__Output>
      Purpose: EnumTypeDefinition
      PutCertificateRequest: MessageTypeDefinition<_trefoil_v1_PutCertificateRequest, _trefoil_v1_PutCertificateRequest__Output>
      PutCertificateResponse: MessageTypeDefinition<_trefoil_v1_PutCertificateResponse, _trefoil_v1_PutCertificateResponse__Output>
      RawDigest: MessageTypeDefinition<_trefoil_v1_RawDigest, _trefoil_v1_RawDigest__Output>
      Refusal: MessageTypeDefinition<_trefoil_v1_Refusal, _trefoil_v1_Refusal__Output>
      RelayMessage: MessageTypeDefinition<_trefoil_v1_RelayMessage, _trefoil_v1_RelayMessage__Output>
      SignRequest: MessageTypeDefinition<_trefoil_v1_SignRequest, _trefoil_v1_SignRequest__Output>
      SignResponse: MessageTypeDefinition<_trefoil_v1_SignResponse, _trefoil_v1_SignResponse__Output>
      SignedJoin: MessageTypeDefinition<_trefoil_v1_SignedJoin, _trefoil_v1_SignedJoin__Output>
      SignedR4: MessageTypeDefinition<_trefoil_v1_SignedR4, _trefoil_v1_SignedR4__Output>
      SignedRoster: MessageTypeDefinition<_trefoil_v1_SignedRoster, _trefoil_v1_SignedRoster__Output>
      SignerInfo: MessageTypeDefinition<_trefoil_v1_SignerInfo, _trefoil_v1_SignerInfo__Output>
      /**
       * One signer.
       */
      SignerService: SubtypeConstructor<typeof grpc.Client, _trefoil_v1_SignerServiceClient> & { service: _trefoil_v1_SignerServiceDefinition }
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

