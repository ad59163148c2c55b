/**
 * conf, the digest of a key's certificate (spec §7, R4).
 * @module
 */
import { concat, u16, u32 } from '../codec/bytes.ts';
import { taggedHash } from '../hash/transcript.ts';
import { encodeMembers } from '../session/context.ts';
import type { Identity, Sha256 } from '../types.ts';

/** What a certificate says of one epoch of a key. Points are 33-byte encodings. */
export type KeyFacts = {
  readonly sid: Uint8Array;
  readonly keyId: Uint8Array;
  readonly epoch: number;
  readonly cluster32: Uint8Array;
  readonly t: number;
  /** Ascending. */
  readonly committee: readonly Identity[];
  readonly publicKey: Uint8Array;
  readonly chainCode: Uint8Array;
  readonly F: readonly Uint8Array[];
  /** S_x in committee order. */
  readonly S: readonly Uint8Array[];
  readonly echo1: Uint8Array;
  readonly echo2: Uint8Array;
};

/** conf = TH("dkg/confirm"; sid, key_id, u32 epoch, committee_hash, pk, cc, F, S, echo_1, echo_2). */
export function confirmation(sha256: Sha256, facts: KeyFacts): Uint8Array {
  const { sid, keyId, epoch, cluster32, t, committee, publicKey, chainCode } = facts;
  const members = encodeMembers(committee);
  const committeeHash = taggedHash(sha256, 'committee', cluster32, u16(t), members);
  return taggedHash(
    sha256,
    'dkg/confirm',
    sid,
    keyId,
    u32(epoch),
    committeeHash,
    publicKey,
    chainCode,
    concat(...facts.F),
    concat(...facts.S),
    facts.echo1,
    facts.echo2,
  );
}
