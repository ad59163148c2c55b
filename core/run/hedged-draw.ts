/**
 * The session's random generator (spec §1.7): every draw mixes fresh OS randomness with a device
 * secret and the transcript, so that a cloned or repeating generator that meets another peer nonce
 * still draws other values (P-32).
 * @module
 */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { ascii, u64 } from '../codec/bytes.ts';
import { InvariantViolation } from '../errors.ts';
import { encodeParts } from '../hash/transcript.ts';
import type { Draw } from './session-run.ts';

/** Bytes of the OS generator that go into each draw. */
const FRESH_BYTES = 64;

export type HedgeOptions = {
  /** 32-byte device hedge secret, local, never exported. */
  readonly hedge: Uint8Array;
  /** 32 random bytes of this process start. */
  readonly boot: Uint8Array;
  readonly ctx: Uint8Array;
};

/** The OS generator; throws when it fails. */
export type RandomBytes = (length: number) => Uint8Array;

/**
 * r = HKDF-SHA256(ikm = 64 fresh bytes, salt = hedge, info = ENC(tag, boot, u64 counter, ctx,
 * bind)). `counter` is shared by all sessions of the process.
 */
export function hedgedDraw(
  options: HedgeOptions,
  modules: { readonly random: RandomBytes; readonly nextCounter: () => bigint },
): Draw {
  const { hedge, boot, ctx } = options;
  return (label, length, bind) => {
    const fresh = modules.random(FRESH_BYTES);
    if (fresh.length !== FRESH_BYTES) throw new InvariantViolation('random generator is short');
    const info = encodeParts(ascii(label), boot, u64(modules.nextCounter()), ctx, bind);
    const drawn = hkdf(sha256, fresh, hedge, info, length);
    fresh.fill(0);
    return drawn;
  };
}
