/**
 * The relay stream: frames in and out of one long-lived gRPC stream, batched per turn of the event
 * loop, with a bound on what waits for a slow receiver.
 * @module
 */
import { InvalidInput } from '../core/index.ts';
import { concat } from './bytes.ts';
import { LIMITS } from './limits.ts';
import { decodeFrame, encodeFrame, type Frame } from './relay-frame.ts';
import { TrefoilError } from './status.ts';

/** The tag of RelayMessage.frames (field 1, length-delimited). */
const FRAMES_TAG = 0x0a;

/** A shortest-form varint. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** A frame as it stands inside a RelayMessage: tag, length, bytes. */
function frameField(frame: Frame): Uint8Array {
  const bytes = encodeFrame(frame);
  return concat(Uint8Array.of(FRAMES_TAG), varint(bytes.length), bytes);
}

/** Packs encoded frame fields, in order, into as few messages within the limits as fit. */
function packFields(fields: readonly Uint8Array[]): Uint8Array[] {
  const messages: Uint8Array[] = [];
  let batch: Uint8Array[] = [];
  let batchBytes = 0;
  const flush = (): void => {
    if (batch.length > 0) messages.push(concat(...batch));
    batch = [];
    batchBytes = 0;
  };
  for (const field of fields) {
    const isFull = batch.length === LIMITS.framesPerMessage;
    if (isFull || batchBytes + field.length > LIMITS.messageBytes) flush();
    batch.push(field);
    batchBytes += field.length;
  }
  flush();
  return messages;
}

/** Serialized RelayMessages, each of whole frames and at most 4 MiB. */
export function encodeRelayMessages(frames: readonly Frame[]): Uint8Array[] {
  return packFields(frames.map(frameField));
}

/** A shortest-form varint of a length at an offset; undefined if there is none. */
function readLength(bytes: Uint8Array, at: number): { value: number; next: number } | undefined {
  let value = 0;
  for (let i = 0; i < 4; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return i > 0 && byte === 0 ? undefined : { value, next: at + i + 1 };
  }
  return undefined;
}

/** What a RelayMessage held: frames that decode, and why others do not. */
export type RelayBatch = {
  readonly frames: readonly Frame[];
  readonly refused: readonly InvalidInput[];
};

/**
 * Decodes a RelayMessage. A message that is no list of frames throws InvalidInput; a frame that
 * does not decode is refused by itself, so that it cannot take the frames beside it along.
 */
export function decodeRelayMessage(bytes: Uint8Array): RelayBatch {
  if (bytes.length > LIMITS.messageBytes) throw new InvalidInput('frames', 'is too large');
  const frames: Frame[] = [];
  const refused: InvalidInput[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = bytes[at] === FRAMES_TAG ? readLength(bytes, at + 1) : undefined;
    const end = (length?.next ?? 0) + (length?.value ?? 0);
    if (length === undefined || end > bytes.length)
      throw new InvalidInput('frames', 'not a RelayMessage');
    if (frames.length + refused.length === LIMITS.framesPerMessage)
      throw new InvalidInput('frames', `must be at most ${LIMITS.framesPerMessage}`);
    try {
      frames.push(decodeFrame(bytes.subarray(length.next, end)));
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      refused.push(error);
    }
    at = end;
  }
  return { frames, refused };
}

/** The part of a gRPC duplex stream that the relay needs. */
export type RelayTransport = {
  /** Hands one serialized message over; `done` when it has left the process or never will. */
  readonly write: (message: Uint8Array, done: () => void) => void;
  /** Ends the stream, with an error status where the side can send one. */
  readonly end: (error?: TrefoilError) => void;
};

/** What a user of the relay does with what arrives. Nothing is called after `onEnd`. */
export type RelayListener = {
  readonly onFrame: (frame: Frame) => void;
  /** A frame that did not decode was skipped. */
  readonly onRefused?: (error: InvalidInput) => void;
  /** The stream is over; `error` is absent when the other side ended it in good order. */
  readonly onEnd: (error: TrefoilError | undefined) => void;
};

/** One open relay stream. */
export type RelayStream = {
  /** Queues a frame; the frames of one turn of the event loop leave together, in order. */
  readonly send: (frame: Frame) => void;
  /** Ends the stream; `onEnd` follows. Idempotent. */
  readonly close: (error?: TrefoilError) => void;
  readonly isOpen: () => boolean;
};

/** The receiving half that a transport feeds. */
export type RelayEndpoint = RelayStream & {
  readonly receive: (message: Uint8Array) => void;
  readonly ended: (error?: TrefoilError) => void;
};

/** Joins a transport and a listener. */
export function createRelayEndpoint(
  transport: RelayTransport,
  listener: RelayListener,
): RelayEndpoint {
  let isOpen = true;
  let pending: Uint8Array[] = [];
  let backlogBytes = 0;

  const ended = (error?: TrefoilError): void => {
    if (!isOpen) return;
    isOpen = false;
    pending = [];
    listener.onEnd(error);
  };
  const close = (error?: TrefoilError): void => {
    if (!isOpen) return;
    flush();
    ended(error);
    transport.end(error);
  };
  const flush = (): void => {
    const messages = packFields(pending);
    pending = [];
    for (const message of messages) {
      transport.write(message, () => {
        backlogBytes -= message.length;
      });
    }
  };
  const send = (frame: Frame): void => {
    if (!isOpen) return;
    const field = frameField(frame);
    backlogBytes += field.length;
    if (backlogBytes > LIMITS.relayBacklogBytes) {
      const error = new TrefoilError('OVERLOADED', 'the receiver of the relay is too slow');
      ended(error);
      transport.end(error);
      return;
    }
    if (pending.length === 0) setImmediate(flush);
    pending.push(field);
  };
  const receive = (message: Uint8Array): void => {
    if (!isOpen) return;
    let batch: RelayBatch;
    try {
      batch = decodeRelayMessage(message);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      close(new TrefoilError('FIELD_INVALID', error.message, { cause: error }));
      return;
    }
    for (const error of batch.refused) listener.onRefused?.(error);
    for (const frame of batch.frames) deliver(frame);
  };
  const deliver = (frame: Frame): void => {
    if (isOpen) listener.onFrame(frame);
  };
  return { send, close, isOpen: () => isOpen, receive, ended };
}
