/**
 * How composite values stand in one column. What is read back passes the same strict decoders as
 * what comes over the network.
 * @module
 */
import { decodeMessage, encodeMessage } from '../../wire/proto.ts';
import {
  stampedRequestMessage,
  stampedRequestOf,
  type StampedRequest,
} from '../../wire/request.ts';
import { signResponseMessage, signResponseOf, type SignResponse } from '../../wire/wallet.ts';

/** Roster indices joined by commas: `1,3`. */
export const formatIndices = (indices: readonly number[]): string => indices.join(',');

export const parseIndices = (text: string): number[] => text.split(',').map(Number);

export const encodeStampedRequest = (stamped: StampedRequest): Uint8Array =>
  encodeMessage('StampedRequest', stampedRequestMessage(stamped));

export const decodeStampedRequest = (bytes: Uint8Array): StampedRequest =>
  stampedRequestOf(decodeMessage('StampedRequest', bytes, 'stamped_request'), 'stamped_request');

export const encodeSignResponse = (response: SignResponse): Uint8Array =>
  encodeMessage('SignResponse', signResponseMessage(response));

export const decodeSignResponse = (bytes: Uint8Array): SignResponse =>
  signResponseOf(decodeMessage('SignResponse', bytes, 'result'), 'result');
