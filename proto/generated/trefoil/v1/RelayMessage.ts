// Original file: proto/trefoil/v1/signer.proto

import type { Frame as _trefoil_v1_Frame, Frame__Output as _trefoil_v1_Frame__Output } from '../../trefoil/v1/Frame.ts';

/**
 * One message of the stream: whole frames only, at most 4 MiB serialized.
 */
export interface RelayMessage {
  /**
   * 1 to 4096 frames, in order. Set by the sending side.
   */
  'frames'?: (_trefoil_v1_Frame)[];
}

/**
 * One message of the stream: whole frames only, at most 4 MiB serialized.
 */
export interface RelayMessage__Output {
  /**
   * 1 to 4096 frames, in order. Set by the sending side.
   */
  'frames': (_trefoil_v1_Frame__Output)[];
}
