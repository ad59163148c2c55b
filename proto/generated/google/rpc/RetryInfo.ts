// Original file: proto/google/rpc/error_details.proto

import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.ts';

/**
 * When a retry makes sense.
 */
export interface RetryInfo {
  /**
   * The least time to wait before the same request is tried again.
   */
  'retryDelay'?: (_google_protobuf_Duration | null);
}

/**
 * When a retry makes sense.
 */
export interface RetryInfo__Output {
  /**
   * The least time to wait before the same request is tried again.
   */
  'retryDelay': (_google_protobuf_Duration__Output | null);
}
