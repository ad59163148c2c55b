// Original file: proto/google/rpc/status.proto

import type { Any as _google_protobuf_Any, Any__Output as _google_protobuf_Any__Output } from '../../google/protobuf/Any.ts';

/**
 * The content of the trailer `grpc-status-details-bin`.
 */
export interface Status {
  /**
   * The canonical code, a value of google.rpc.Code (= the gRPC status code).
   */
  'code'?: (number);
  /**
   * A sentence for developers, in English.
   */
  'message'?: (string);
  /**
   * Typed details: ErrorInfo, BadRequest, RetryInfo.
   */
  'details'?: (_google_protobuf_Any)[];
}

/**
 * The content of the trailer `grpc-status-details-bin`.
 */
export interface Status__Output {
  /**
   * The canonical code, a value of google.rpc.Code (= the gRPC status code).
   */
  'code': (number);
  /**
   * A sentence for developers, in English.
   */
  'message': (string);
  /**
   * Typed details: ErrorInfo, BadRequest, RetryInfo.
   */
  'details': (_google_protobuf_Any__Output)[];
}
