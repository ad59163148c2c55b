/**
 * The frames of the relay: domain types and their one encoding.
 * @module
 */
import { InvalidInput, type PartyIndex } from '../core/index.ts';
import type { Frame__Output } from '../proto/generated/trefoil/v1/Frame.ts';
import type { Open__Output } from '../proto/generated/trefoil/v1/Open.ts';
import type { OpenAck__Output } from '../proto/generated/trefoil/v1/OpenAck.ts';
import {
  endClassNumber,
  endClassOf,
  envelopeOf,
  type EndClass,
  type Envelope,
} from './envelope.ts';
import {
  bytesOf,
  integerOf,
  metadataOf,
  partiesOf,
  presentOf,
  reasonTextOf,
  sentenceOf,
} from './field.ts';
import { LIMITS } from './limits.ts';
import { decodeCanonical, encodeMessage, type MessageInput } from './proto.ts';
import { stampedRequestMessage, stampedRequestOf, type StampedRequest } from './request.ts';
import type { Refusal } from './status.ts';

/** What a session is opened for. */
export type OpenSubject =
  | { readonly kind: 'pair'; readonly generation: number }
  | { readonly kind: 'keygen'; readonly request: StampedRequest }
  | { readonly kind: 'sign'; readonly request: StampedRequest; readonly attempt: number };

/** Asks a signer to take part in a session. */
export type OpenFrame = {
  readonly kind: 'open';
  /** The coordinator's name of the session, 16 bytes. */
  readonly session: Uint8Array;
  readonly parties: readonly PartyIndex[];
  readonly rosterVersion: number;
  readonly timeoutMs: number;
  readonly subject: OpenSubject;
};

/** A signer's answer to an {@link OpenFrame}. */
export type OpenAckFrame = {
  readonly kind: 'open_ack';
  readonly session: Uint8Array;
  readonly outcome:
    | { readonly kind: 'accepted'; readonly ctx: Uint8Array }
    | { readonly kind: 'refused'; readonly refusal: Refusal };
};

/** A session is over; unsigned, for people and for cleaning up. */
export type AbortFrame = {
  readonly kind: 'abort';
  readonly session: Uint8Array;
  /** Absent where no session id was formed. */
  readonly sid?: Uint8Array;
  readonly endClass: EndClass;
  readonly round: number;
  readonly reason: string;
};

export type PingFrame = { readonly kind: 'ping'; readonly nonce: bigint; readonly reply: boolean };
export type EnvelopeFrame = { readonly kind: 'envelope'; readonly envelope: Envelope };
export type Frame = OpenFrame | OpenAckFrame | AbortFrame | PingFrame | EnvelopeFrame;

const U32 = { min: 0, max: 0xffff_ffff };
const U32_POSITIVE = { min: 1, max: 0xffff_ffff };

function subjectOf(open: Open__Output): OpenSubject {
  const kind = open.kind ?? null;
  switch (kind) {
    case 'pair': {
      const generation = open.pair?.generation ?? 0;
      return { kind, generation: integerOf(generation, U32_POSITIVE, 'open.pair.generation') };
    }
    case 'keygen': {
      const request = presentOf(open.keygen?.request, 'open.keygen.request');
      return { kind, request: stampedRequestOf(request, 'open.keygen.request') };
    }
    case 'sign': {
      const request = presentOf(open.sign?.request, 'open.sign.request');
      const attempt = integerOf(open.sign?.attempt ?? 0, U32, 'open.sign.attempt');
      return { kind, request: stampedRequestOf(request, 'open.sign.request'), attempt };
    }
    case null:
      throw new InvalidInput('open.kind', 'is required');
  }
}

function openOf(open: Open__Output): OpenFrame {
  const timeout = { min: 1, max: LIMITS.sessionTimeoutMs };
  const subject = subjectOf(open);
  const size = { min: 2, max: subject.kind === 'pair' ? 2 : 255 };
  return {
    kind: 'open',
    session: bytesOf(open.session, 16, 'open.session'),
    parties: partiesOf(open.parties, size, 'open.parties'),
    rosterVersion: integerOf(open.rosterVersion, U32_POSITIVE, 'open.roster_version'),
    timeoutMs: integerOf(open.timeoutMs, timeout, 'open.timeout_ms'),
    subject,
  };
}

function openAckOf(ack: OpenAck__Output): OpenAckFrame {
  const session = bytesOf(ack.session, 16, 'open_ack.session');
  switch (ack.outcome ?? null) {
    case 'ctx': {
      const ctx = bytesOf(ack.ctx, 32, 'open_ack.ctx');
      return { kind: 'open_ack', session, outcome: { kind: 'accepted', ctx } };
    }
    case 'refusal': {
      const at = 'open_ack.refusal';
      const { reason, message, metadata } = presentOf(ack.refusal, at);
      const refusal = {
        reason: reasonTextOf(reason, `${at}.reason`),
        message: sentenceOf(message, LIMITS.messageChars, `${at}.message`),
        metadata: metadataOf(metadata, `${at}.metadata`),
      };
      return { kind: 'open_ack', session, outcome: { kind: 'refused', refusal } };
    }
    case null:
      throw new InvalidInput('open_ack.outcome', 'is required');
  }
}

function abortOf(abort: NonNullable<Frame__Output['abort']>): AbortFrame {
  const endClass = endClassOf(abort.abortClass);
  if (endClass === undefined) throw new InvalidInput('abort.abort_class', 'must be 0 to 5');
  const sid = abort.sid.length === 0 ? {} : { sid: bytesOf(abort.sid, 32, 'abort.sid') };
  return {
    kind: 'abort',
    session: bytesOf(abort.session, 16, 'abort.session'),
    ...sid,
    endClass,
    round: integerOf(abort.round, { min: 0, max: 255 }, 'abort.round'),
    reason: reasonTextOf(abort.reason, 'abort.reason'),
  };
}

function frameFrom(message: Frame__Output): Frame {
  switch (message.frame ?? null) {
    case 'open':
      return openOf(presentOf(message.open, 'open'));
    case 'openAck':
      return openAckOf(presentOf(message.openAck, 'open_ack'));
    case 'abort':
      return abortOf(presentOf(message.abort, 'abort'));
    case 'ping': {
      const { nonce, reply } = presentOf(message.ping, 'ping');
      return { kind: 'ping', nonce: BigInt(nonce), reply };
    }
    case 'envelope':
      return {
        kind: 'envelope',
        envelope: envelopeOf(presentOf(message.envelope, 'envelope'), 'envelope'),
      };
    case null:
      throw new InvalidInput('frame', 'is required');
  }
}

function openMessage(open: OpenFrame): MessageInput<'Open'> {
  const { session, parties, rosterVersion, timeoutMs, subject } = open;
  const common = { session, parties: [...parties], rosterVersion, timeoutMs };
  switch (subject.kind) {
    case 'pair':
      return { ...common, pair: { generation: subject.generation } };
    case 'keygen':
      return { ...common, keygen: { request: stampedRequestMessage(subject.request) } };
    case 'sign': {
      const request = stampedRequestMessage(subject.request);
      return { ...common, sign: { request, attempt: subject.attempt } };
    }
  }
}

/** A number where it is the default, so that the encoding leaves it out. */
function uint64(value: bigint): string | 0 {
  return value === 0n ? 0 : String(value);
}

function frameMessage(frame: Frame): MessageInput<'Frame'> {
  switch (frame.kind) {
    case 'open':
      return { open: openMessage(frame) };
    case 'open_ack': {
      const { session, outcome } = frame;
      if (outcome.kind === 'accepted') return { openAck: { session, ctx: outcome.ctx } };
      const { reason, message, metadata } = outcome.refusal;
      return { openAck: { session, refusal: { reason, message, metadata: { ...metadata } } } };
    }
    case 'abort': {
      const { session, sid, endClass, round, reason } = frame;
      const abort = { session, abortClass: endClassNumber(endClass), round, reason };
      return { abort: sid === undefined ? abort : { ...abort, sid } };
    }
    case 'ping':
      return { ping: { nonce: uint64(frame.nonce), reply: frame.reply } };
    case 'envelope':
      return { envelope: { ...frame.envelope } };
  }
}

/** One frame as bytes. */
export function encodeFrame(frame: Frame): Uint8Array {
  return encodeMessage('Frame', frameMessage(frame));
}

/** Decodes one frame; anything but its one canonical encoding is refused. */
export function decodeFrame(bytes: Uint8Array): Frame {
  return decodeCanonical('Frame', bytes, 'frame', { toDomain: frameFrom, toProto: frameMessage });
}
