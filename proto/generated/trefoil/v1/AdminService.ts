// Original file: proto/trefoil/v1/admin.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Cluster as _trefoil_v1_Cluster, Cluster__Output as _trefoil_v1_Cluster__Output } from '../../trefoil/v1/Cluster.ts';
import type { GetClusterRequest as _trefoil_v1_GetClusterRequest, GetClusterRequest__Output as _trefoil_v1_GetClusterRequest__Output } from '../../trefoil/v1/GetClusterRequest.ts';

/**
 * The cluster as one coordinator sees it.
 */
export interface AdminServiceClient extends grpc.Client {
  /**
   * Reads the state of the cluster.
   */
  GetCluster(argument: _trefoil_v1_GetClusterRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_Cluster__Output>): grpc.ClientUnaryCall;
  GetCluster(argument: _trefoil_v1_GetClusterRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_Cluster__Output>): grpc.ClientUnaryCall;
  GetCluster(argument: _trefoil_v1_GetClusterRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_Cluster__Output>): grpc.ClientUnaryCall;
  GetCluster(argument: _trefoil_v1_GetClusterRequest, callback: grpc.requestCallback<_trefoil_v1_Cluster__Output>): grpc.ClientUnaryCall;
  /**
   * Reads the state of the cluster.
   */
  getCluster(argument: _trefoil_v1_GetClusterRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_Cluster__Output>): grpc.ClientUnaryCall;
  getCluster(argument: _trefoil_v1_GetClusterRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_trefoil_v1_Cluster__Output>): grpc.ClientUnaryCall;
  getCluster(argument: _trefoil_v1_GetClusterRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_trefoil_v1_Cluster__Output>): grpc.ClientUnaryCall;
  getCluster(argument: _trefoil_v1_GetClusterRequest, callback: grpc.requestCallback<_trefoil_v1_Cluster__Output>): grpc.ClientUnaryCall;
  
}

/**
 * The cluster as one coordinator sees it.
 */
export interface AdminServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Reads the state of the cluster.
   */
  GetCluster: grpc.handleUnaryCall<_trefoil_v1_GetClusterRequest__Output, _trefoil_v1_Cluster>;
  
}

export interface AdminServiceDefinition extends grpc.ServiceDefinition {
  GetCluster: MethodDefinition<_trefoil_v1_GetClusterRequest, _trefoil_v1_Cluster, _trefoil_v1_GetClusterRequest__Output, _trefoil_v1_Cluster__Output>
}
