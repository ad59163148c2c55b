/**
 * Hash commitments (spec §3.1): com = TH(tag; sid, u16 i, values.., salt32). Opening = the values
 * and the salt.
 * @module
 */
import { u16 } from '../codec/bytes.ts';
import type { PartyIndex, PublicEnv, Sha256 } from '../types.ts';
import { taggedHash } from './transcript.ts';

/** The committed values in order, without the salt. */
export type Committed = {
  readonly tag: 'dkg/commit' | 'sign/commit' | 'reshare/commit';
  readonly sid: Uint8Array;
  readonly i: PartyIndex;
  readonly values: readonly Uint8Array[];
};

/** com_i, 32 bytes. */
export function commit(sha256: Sha256, what: Committed, salt: Uint8Array): Uint8Array {
  return taggedHash(sha256, what.tag, what.sid, u16(what.i), ...what.values, salt);
}

/** Whether the opening matches the commitment. */
export function opens(env: PublicEnv, com: Uint8Array, what: Committed, salt: Uint8Array): boolean {
  return env.arith.equal(commit(env.sha256, what, salt), com);
}
