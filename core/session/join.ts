/**
 * Joins and the session id (spec §2.2). Signing a join is the signer's approval of the request,
 * so policy and ledger come first (C-16); a join is used in one set only (C-07).
 * @module
 */
import { concat, u8, u16, u32, u64 } from '../codec/bytes.ts';
import { ensure, InvalidInput } from '../errors.ts';
import { taggedHash } from '../hash/transcript.ts';
import type { PartyIndex, Sha256 } from '../types.ts';

/** Bytes of a join without pair entries. */
const JOIN_BYTES = 139;
/** Bytes of one pair entry. */
const PAIR_ENTRY_BYTES = 38;

/** What a join says of the pair generation it will use with one peer. */
export type PairEntry = {
  readonly peer: PartyIndex;
  readonly generation: number;
  readonly digest: Uint8Array;
};

/** JP_i. `tick` = start << 32 | n; `eph` is an X25519 public key; `boot` is random per process. */
export type Join = {
  readonly ctx: Uint8Array;
  readonly from: PartyIndex;
  readonly nonce: Uint8Array;
  readonly eph: Uint8Array;
  readonly boot: Uint8Array;
  readonly tick: bigint;
  readonly pairs: readonly PairEntry[];
};

/** ctx32 || u16 i || nonce32 || eph32 || boot32 || u64 tick || u8 np || entries. */
export function encodeJoin(join: Join): Uint8Array {
  const entries = join.pairs.map((pair) =>
    concat(u16(pair.peer), u32(pair.generation), pair.digest),
  );
  return concat(
    join.ctx,
    u16(join.from),
    join.nonce,
    join.eph,
    join.boot,
    u64(join.tick),
    u8(join.pairs.length),
    ...entries,
  );
}

/** Bytes of a join with `np` pair entries. */
export function joinBytes(np: number): number {
  return JOIN_BYTES + PAIR_ENTRY_BYTES * np;
}

/** Decodes a join of a known number of pair entries; blames `from` for any other form (C-05). */
export function decodeJoin(bytes: Uint8Array, np: number, from: PartyIndex): Join {
  ensure('PAYLOAD_LENGTH', bytes.length === joinBytes(np) && bytes[JOIN_BYTES - 1] === np, [from]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const pairs = Array.from({ length: np }, (_, k) => {
    const at = JOIN_BYTES + PAIR_ENTRY_BYTES * k;
    const digest = bytes.slice(at + 6, at + PAIR_ENTRY_BYTES);
    return { peer: view.getUint16(at), generation: view.getUint32(at + 2), digest };
  });
  return {
    ctx: bytes.slice(0, 32),
    from: view.getUint16(32),
    nonce: bytes.slice(34, 66),
    eph: bytes.slice(66, 98),
    boot: bytes.slice(98, 130),
    tick: view.getBigUint64(130),
    pairs,
  };
}

/** sid = TH("sid"; ctx, u16 s, JP_i1, .., JP_is); joins ascend by signer. */
export function sessionId(
  sha256: Sha256,
  ctx: Uint8Array,
  joins: readonly Uint8Array[],
): Uint8Array {
  return taggedHash(sha256, 'sid', ctx, u16(joins.length), ...joins);
}

/** start and n of a tick. */
export function splitTick(tick: bigint): { readonly start: number; readonly n: number } {
  return { start: Number(tick >> 32n), n: Number(tick & 0xffff_ffffn) };
}

/** tick = start << 32 | n; both u32. */
export function makeTick(start: number, n: number): bigint {
  for (const [field, value] of Object.entries({ start, n })) {
    const valid = Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
    if (!valid) throw new InvalidInput(field, 'not a u32');
  }
  return (BigInt(start) << 32n) | BigInt(n);
}
