/**
 * Words shared by every protocol of core.
 * @module
 */
import type { Arith } from './arith.ts';

/** Roster index 1..255 of a signer: its Shamir x-coordinate in every key (spec D7). */
export type PartyIndex = number;

/** SHA-256 of the concatenation of the chunks; 32 bytes. */
export type Sha256 = (...chunks: readonly Uint8Array[]) => Uint8Array;

/**
 * Fresh random bytes for one draw. The label names what is drawn ("r/1/0"), so that a hedged
 * generator separates draws (spec §1.7) and a scripted one can replay vectors.
 */
export type Rng = (label: string, length: number) => Uint8Array;

/** What a round function may use besides its state and its inbox. */
export type Env = { readonly arith: Arith; readonly sha256: Sha256; readonly rng: Rng };

/** {@link Env} of a computation that draws nothing. */
export type PublicEnv = Omit<Env, 'rng'>;

/** A member of a roster or committee with its pinned Ed25519 identity key (32 bytes). */
export type Identity = { readonly index: PartyIndex; readonly identityKey: Uint8Array };

/** The signers of a cluster (spec §2.1); entries ascend by index. */
export type Roster = {
  readonly cluster32: Uint8Array;
  readonly version: number;
  readonly signers: readonly Identity[];
};

/** One thing to sign: a 32-byte digest under the child key at a non-hardened path. */
export type Item = { readonly digest: Uint8Array; readonly path: readonly number[] };

/** Names one epoch of one key (spec §2.2); conf is the digest of that epoch's certificate. */
export type KeyRef = {
  readonly keyId: Uint8Array;
  readonly epoch: number;
  readonly keygenSid: Uint8Array;
  readonly conf: Uint8Array;
};

/**
 * One signer's share of one epoch of one key (spec §7). `s_i` is secret; everything else is
 * public. `S` is in committee order.
 */
export type KeyShare = KeyRef & {
  readonly t: number;
  readonly committee: readonly Identity[];
  readonly index: PartyIndex;
  readonly s_i: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly chainCode: Uint8Array;
  readonly F: readonly Uint8Array[];
  readonly S: readonly Uint8Array[];
};

/** An ECDSA signature: 32-byte big-endian r and low s, and the recovery id 0..3. */
export type Signature = { readonly r: Uint8Array; readonly s: Uint8Array; readonly recid: number };
