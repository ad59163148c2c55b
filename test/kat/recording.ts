/**
 * Watches what core computes inside: tagged hashes by tag, and the inboxes of a running protocol.
 */
import { ascii } from '../../core/codec/bytes.ts';
import type { Inbox, Protocol, Turn } from '../../core/run/protocol.ts';
import { TAG_PREFIX, TH_TAGS, type ThTag } from '../../core/tags.ts';
import type { Sha256 } from '../../core/types.ts';
import { sha256 as plainSha256 } from '../support/rng.ts';
import { hex } from './labels.ts';

/** Chunks of a tagged hash: PRE(tag), then length and value of each part. */
const FIRST_PART = 2;

export type Recording = {
  readonly sha256: Sha256;
  /** The value of TH(tag; first, ..) that was computed last. */
  readonly digestOf: (tag: ThTag, first: Uint8Array) => Uint8Array;
};

export function recordHashes(): Recording {
  const tags = new Map(
    TH_TAGS.map((tag) => [hex(plainSha256(ascii(TAG_PREFIX + tag))).repeat(2), tag]),
  );
  const digests = new Map<string, Uint8Array>();
  const keyOf = (tag: ThTag, first: Uint8Array): string => `${tag}/${hex(first)}`;
  return {
    sha256: (...chunks) => {
      const digest = plainSha256(...chunks);
      const tag = chunks[0]?.length === 64 ? tags.get(hex(chunks[0])) : undefined;
      const first = chunks[FIRST_PART];
      if (tag !== undefined && first !== undefined) digests.set(keyOf(tag, first), digest);
      return digest;
    },
    digestOf: (tag, first) => {
      const digest = digests.get(keyOf(tag, first));
      if (digest === undefined) throw new Error(`no ${tag} was computed`);
      return digest;
    },
  };
}

/** The protocol, noting the inbox of every round. */
export function observed<R, H>(protocol: Protocol<R, H>, inboxes: Inbox[]): Protocol<R, H> {
  const watch = (turn: Turn<R, H>): Turn<R, H> => {
    if (!('next' in turn)) return turn;
    const { next } = turn;
    return {
      ...turn,
      next: (env, inbox) => {
        inboxes.push(inbox);
        return watch(next(env, inbox));
      },
    };
  };
  return { ...protocol, begin: (env) => watch(protocol.begin(env)) };
}
