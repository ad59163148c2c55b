// Original file: proto/trefoil/v1/signer.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetInfoRequest as _trefoil_v1_GetInfoRequest, GetInfoRequest__Output as _trefoil_v1_GetInfoRequest__Output } from '../../trefoil/v1/GetInfoRequest.ts';
import type { GetKeyRequest as _trefoil_v1_GetKeyRequest, GetKeyRequest__Output as _trefoil_v1_GetKeyRequest__Output } from '../../trefoil/v1/GetKeyRequest.ts';
import type { GetResultRequest as _trefoil_v1_GetResultRequest, GetResultRequest__Output as _trefoil_v1_GetResultRequest__Output } from '../../trefoil/v1/GetResultRequest.ts';
import type { GetResultResponse as _trefoil_v1_GetResultResponse, GetResultResponse__Output as _trefoil_v1_GetResultResponse__Output } from '../../trefoil/v1/GetResultResponse.ts';
import type { KeyRecord as _trefoil_v1_KeyRecord, KeyRecord__Output as _trefoil_v1_KeyRecord__Output } from '../../trefoil/v1/KeyRecord.ts';
import type { ListKeysRequest as _trefoil_v1_ListKeysRequest, ListKeysRequest__Output as _trefoil_v1_ListKeysRequest__Output } from '../../trefoil/v1/ListKeysRequest.ts';
import type { ListKeysResponse as _trefoil_v1_ListKeysResponse, ListKeysResponse__Output as _trefoil_v1_ListKeysResponse__Output } from '../../trefoil/v1/ListKeysResponse.ts';
import type { PutCertificateRequest as _trefoil_v1_PutCertificateRequest, PutCertificateRequest__Output as _trefoil_v1_PutCertificateRequest__Output } from '../../trefoil/v1/PutCertificateRequest.ts';
import type { PutCertificateResponse as _trefoil_v1_PutCertificateResponse, PutCertificateResponse__Output as _trefoil_v1_PutCertificateResponse__Output } from '../../trefoil/v1/PutCertificateResponse.ts';
import type { RelayMessage as _trefoil_v1_RelayMessage, RelayMessage__Output as _trefoil_v1_RelayMessage__Output } from '../../trefoil/v1/RelayMessage.ts';
import type { SignerInfo as _trefoil_v1_SignerInfo, SignerInfo__Output as _trefoil_v1_SignerInfo__Output } from '../../trefoil/v1/SignerInfo.ts';

/**
 * One signer.
 */
export interface SignerServiceClient extends grpc.Client {
  /**
   * Reads who this signer is and the state of its pairs.
   */
  GetInfo(argument: _trefoil_v1_GetInfoRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_SignerInfo__Output>): grpc.ClientUnaryCall;
  GetInfo(argument: _trefoil_v1_GetInfoRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_SignerInfo__Output>): grpc.ClientUnaryCall;
  GetInfo(argument: _trefoil_v1_GetInfoRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_SignerInfo__Output>): grpc.ClientUnaryCall;
  GetInfo(argument: _trefoil_v1_GetInfoRequest, callback: grpc.requestCallback<_trefoil_v1_SignerInfo__Output>): grpc.ClientUnaryCall;
  /**
   * Reads who this signer is and the state of its pairs.
   */
  getInfo(argument: _trefoil_v1_GetInfoRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_SignerInfo__Output>): grpc.ClientUnaryCall;
  getInfo(argument: _trefoil_v1_GetInfoRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_SignerInfo__Output>): grpc.ClientUnaryCall;
  getInfo(argument: _trefoil_v1_GetInfoRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_SignerInfo__Output>): grpc.ClientUnaryCall;
  getInfo(argument: _trefoil_v1_GetInfoRequest, callback: grpc.requestCallback<_trefoil_v1_SignerInfo__Output>): grpc.ClientUnaryCall;
  
  /**
   * Reads the public record of one key with its certificate.
   */
  GetKey(argument: _trefoil_v1_GetKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_KeyRecord__Output>): grpc.ClientUnaryCall;
  GetKey(argument: _trefoil_v1_GetKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_KeyRecord__Output>): grpc.ClientUnaryCall;
  GetKey(argument: _trefoil_v1_GetKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_KeyRecord__Output>): grpc.ClientUnaryCall;
  GetKey(argument: _trefoil_v1_GetKeyRequest, callback: grpc.requestCallback<_trefoil_v1_KeyRecord__Output>): grpc.ClientUnaryCall;
  /**
   * Reads the public record of one key with its certificate.
   */
  getKey(argument: _trefoil_v1_GetKeyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_KeyRecord__Output>): grpc.ClientUnaryCall;
  getKey(argument: _trefoil_v1_GetKeyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_KeyRecord__Output>): grpc.ClientUnaryCall;
  getKey(argument: _trefoil_v1_GetKeyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_KeyRecord__Output>): grpc.ClientUnaryCall;
  getKey(argument: _trefoil_v1_GetKeyRequest, callback: grpc.requestCallback<_trefoil_v1_KeyRecord__Output>): grpc.ClientUnaryCall;
  
  /**
   * Reads the stored signatures of an earlier request.
   */
  GetResult(argument: _trefoil_v1_GetResultRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_GetResultResponse__Output>): grpc.ClientUnaryCall;
  GetResult(argument: _trefoil_v1_GetResultRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_GetResultResponse__Output>): grpc.ClientUnaryCall;
  GetResult(argument: _trefoil_v1_GetResultRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_GetResultResponse__Output>): grpc.ClientUnaryCall;
  GetResult(argument: _trefoil_v1_GetResultRequest, callback: grpc.requestCallback<_trefoil_v1_GetResultResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Reads the stored signatures of an earlier request.
   */
  getResult(argument: _trefoil_v1_GetResultRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_GetResultResponse__Output>): grpc.ClientUnaryCall;
  getResult(argument: _trefoil_v1_GetResultRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_GetResultResponse__Output>): grpc.ClientUnaryCall;
  getResult(argument: _trefoil_v1_GetResultRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_GetResultResponse__Output>): grpc.ClientUnaryCall;
  getResult(argument: _trefoil_v1_GetResultRequest, callback: grpc.requestCallback<_trefoil_v1_GetResultResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Lists the public records of the keys held here.
   */
  ListKeys(argument: _trefoil_v1_ListKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  ListKeys(argument: _trefoil_v1_ListKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  ListKeys(argument: _trefoil_v1_ListKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  ListKeys(argument: _trefoil_v1_ListKeysRequest, callback: grpc.requestCallback<_trefoil_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Lists the public records of the keys held here.
   */
  listKeys(argument: _trefoil_v1_ListKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  listKeys(argument: _trefoil_v1_ListKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  listKeys(argument: _trefoil_v1_ListKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  listKeys(argument: _trefoil_v1_ListKeysRequest, callback: grpc.requestCallback<_trefoil_v1_ListKeysResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Delivers a complete certificate, which makes a PENDING key ACTIVE. Verified, idempotent.
   */
  PutCertificate(argument: _trefoil_v1_PutCertificateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_PutCertificateResponse__Output>): grpc.ClientUnaryCall;
  PutCertificate(argument: _trefoil_v1_PutCertificateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_PutCertificateResponse__Output>): grpc.ClientUnaryCall;
  PutCertificate(argument: _trefoil_v1_PutCertificateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_PutCertificateResponse__Output>): grpc.ClientUnaryCall;
  PutCertificate(argument: _trefoil_v1_PutCertificateRequest, callback: grpc.requestCallback<_trefoil_v1_PutCertificateResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Delivers a complete certificate, which makes a PENDING key ACTIVE. Verified, idempotent.
   */
  putCertificate(argument: _trefoil_v1_PutCertificateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_PutCertificateResponse__Output>): grpc.ClientUnaryCall;
  putCertificate(argument: _trefoil_v1_PutCertificateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_PutCertificateResponse__Output>): grpc.ClientUnaryCall;
  putCertificate(argument: _trefoil_v1_PutCertificateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_PutCertificateResponse__Output>): grpc.ClientUnaryCall;
  putCertificate(argument: _trefoil_v1_PutCertificateRequest, callback: grpc.requestCallback<_trefoil_v1_PutCertificateResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Carries all sessions between one coordinator replica and this signer. The coordinator dials; the
   * replica that opens a session owns it.
   */
  Relay(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_trefoil_v1_RelayMessage, _trefoil_v1_RelayMessage__Output>;
  Relay(options?: grpc.CallOptions): grpc.ClientDuplexStream<_trefoil_v1_RelayMessage, _trefoil_v1_RelayMessage__Output>;
  /**
   * Carries all sessions between one coordinator replica and this signer. The coordinator dials; the
   * replica that opens a session owns it.
   */
  relay(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_trefoil_v1_RelayMessage, _trefoil_v1_RelayMessage__Output>;
  relay(options?: grpc.CallOptions): grpc.ClientDuplexStream<_trefoil_v1_RelayMessage, _trefoil_v1_RelayMessage__Output>;
  
}

/**
 * One signer.
 */
export interface SignerServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Reads who this signer is and the state of its pairs.
   */
  GetInfo: grpc.handleUnaryCall<_trefoil_v1_GetInfoRequest__Output, _trefoil_v1_SignerInfo>;
  
  /**
   * Reads the public record of one key with its certificate.
   */
  GetKey: grpc.handleUnaryCall<_trefoil_v1_GetKeyRequest__Output, _trefoil_v1_KeyRecord>;
  
  /**
   * Reads the stored signatures of an earlier request.
   */
  GetResult: grpc.handleUnaryCall<_trefoil_v1_GetResultRequest__Output, _trefoil_v1_GetResultResponse>;
  
  /**
   * Lists the public records of the keys held here.
   */
  ListKeys: grpc.handleUnaryCall<_trefoil_v1_ListKeysRequest__Output, _trefoil_v1_ListKeysResponse>;
  
  /**
   * Delivers a complete certificate, which makes a PENDING key ACTIVE. Verified, idempotent.
   */
  PutCertificate: grpc.handleUnaryCall<_trefoil_v1_PutCertificateRequest__Output, _trefoil_v1_PutCertificateResponse>;
  
  /**
   * Carries all sessions between one coordinator replica and this signer. The coordinator dials; the
   * replica that opens a session owns it.
   */
  Relay: grpc.handleBidiStreamingCall<_trefoil_v1_RelayMessage__Output, _trefoil_v1_RelayMessage>;
  
}

export interface SignerServiceDefinition extends grpc.ServiceDefinition {
  GetInfo: MethodDefinition<_trefoil_v1_GetInfoRequest, _trefoil_v1_SignerInfo, _trefoil_v1_GetInfoRequest__Output, _trefoil_v1_SignerInfo__Output>
  GetKey: MethodDefinition<_trefoil_v1_GetKeyRequest, _trefoil_v1_KeyRecord, _trefoil_v1_GetKeyRequest__Output, _trefoil_v1_KeyRecord__Output>
  GetResult: MethodDefinition<_trefoil_v1_GetResultRequest, _trefoil_v1_GetResultResponse, _trefoil_v1_GetResultRequest__Output, _trefoil_v1_GetResultResponse__Output>
  ListKeys: MethodDefinition<_trefoil_v1_ListKeysRequest, _trefoil_v1_ListKeysResponse, _trefoil_v1_ListKeysRequest__Output, _trefoil_v1_ListKeysResponse__Output>
  PutCertificate: MethodDefinition<_trefoil_v1_PutCertificateRequest, _trefoil_v1_PutCertificateResponse, _trefoil_v1_PutCertificateRequest__Output, _trefoil_v1_PutCertificateResponse__Output>
  Relay: MethodDefinition<_trefoil_v1_RelayMessage, _trefoil_v1_RelayMessage, _trefoil_v1_RelayMessage__Output, _trefoil_v1_RelayMessage__Output>
}
