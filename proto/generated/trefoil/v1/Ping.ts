// Original file: proto/trefoil/v1/signer.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Asks for, or gives, a sign of life.
 */
export interface Ping {
  /**
   * Chosen by the asking side, echoed in the reply.
   */
  'nonce'?: (number | string | Long);
  /**
   * False when asking, true when replying.
   */
  'reply'?: (boolean);
}

/**
 * Asks for, or gives, a sign of life.
 */
export interface Ping__Output {
  /**
   * Chosen by the asking side, echoed in the reply.
   */
  'nonce': (string);
  /**
   * False when asking, true when replying.
   */
  'reply': (boolean);
}
