/**
 * All-but-one PPRF from 128 base OTs (Roy, https://eprint.iacr.org/2022/192) as in spec §4.3:
 * 32 groups of a depth-4 tree; Bob knows all 16 leaves of a group, Alice all but one.
 * @module
 */
import { bitAt, chunks, concat, u8 } from '../codec/bytes.ts';
import { ensure } from '../errors.ts';
import { expandNode, hashLeaf } from '../hash/expand.ts';
import { taggedHash } from '../hash/transcript.ts';
import { BLOCK_BYTES, GROUP_BITS, GROUPS } from '../params.ts';
import type { PartyIndex, PublicEnv } from '../types.ts';

/** t_{1..3,0..1} (16 bytes each) || tt (32) || dg (32). */
const GROUP_BYTES = 2 * (GROUP_BITS - 1) * BLOCK_BYTES + 64;
/** The whole message: 32 groups. */
export const PPRF_BYTES = GROUPS * GROUP_BYTES;

type Keys = { readonly KN: Uint8Array; readonly KL: Uint8Array; readonly psid: Uint8Array };

function keysOf(env: PublicEnv, psid: Uint8Array): Keys {
  const { deriveKey } = env.arith.blake3;
  return { KN: deriveKey('pprf/node', psid), KL: deriveKey('pprf/leaf', psid), psid };
}

function xor(...blocks: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(blocks[0]?.length ?? 0);
  for (const block of blocks) out.forEach((byte, i) => (out[i] = byte ^ (block[i] ?? 0)));
  return out;
}

/** `bytes` when the mask is 0xff, zeros when it is 0. */
function masked(bytes: Uint8Array, mask: number): Uint8Array {
  return bytes.map((byte) => byte & mask);
}

/** 0xff when a == b, else 0, without a branch; both below 16. */
function equalMask(a: number, b: number): number {
  return ((((a ^ b) - 1) >> 8) & 0xff) >>> 0;
}

/** The children of every node of level l - 1, in order. */
function expandLevel(
  env: PublicEnv,
  keys: Keys,
  nodes: readonly Uint8Array[],
  i: number,
  l: number,
): Uint8Array[] {
  return nodes.flatMap((node, y) => {
    const children = expandNode(env.arith, keys.KN, node, i, l, y);
    return [children.slice(0, BLOCK_BYTES), children.slice(BLOCK_BYTES)];
  });
}

const parity = (nodes: readonly Uint8Array[], side: number): Uint8Array =>
  xor(...nodes.filter((_, y) => y % 2 === side));

function leafHashes(
  env: PublicEnv,
  keys: Keys,
  leaves: readonly Uint8Array[],
  i: number,
): Uint8Array[] {
  return leaves.map((leaf, x) => hashLeaf(env.arith, keys.KL, leaf, i, x));
}

/** dg_i = TH("pprf/digest"; psid, u8 i, sh_0 || .. || sh_15). */
function digestOf(env: PublicEnv, psid: Uint8Array, i: number, hashes: readonly Uint8Array[]) {
  return taggedHash(env.sha256, 'pprf/digest', psid, u8(i), concat(...hashes));
}

/** Bob: from K_{i,0} || K_{i,1} (4 096 bytes) to the message and all 512 leaves, group-major. */
export function puncture(
  env: PublicEnv,
  psid: Uint8Array,
  baseKeys: Uint8Array,
): { readonly message: Uint8Array; readonly leaves: Uint8Array } {
  const keys = keysOf(env, psid);
  const message: Uint8Array[] = [];
  const allLeaves: Uint8Array[] = [];
  for (let i = 0; i < GROUPS; i++) {
    const group = baseKeys.subarray(i * 8 * BLOCK_BYTES, (i + 1) * 8 * BLOCK_BYTES);
    const K = chunks(group, BLOCK_BYTES, 2 * GROUP_BITS); // K_{4i+l, b} at 2l + b
    let nodes = K.slice(0, 2);
    for (let l = 1; l < GROUP_BITS; l++) {
      nodes = expandLevel(env, keys, nodes, i, l);
      const [K_0, K_1] = K.slice(2 * l, 2 * l + 2) as [Uint8Array, Uint8Array];
      message.push(xor(K_0, parity(nodes, 0)), xor(K_1, parity(nodes, 1)));
    }
    const hashes = leafHashes(env, keys, nodes, i);
    message.push(xor(...hashes), digestOf(env, psid, i, hashes));
    allLeaves.push(...nodes);
  }
  return { message: concat(...message), leaves: concat(...allLeaves) };
}

/** Alice's view of one group: leaves with a zero punctured slot, and that slot's index. */
type Group = { readonly leaves: Uint8Array[]; readonly punctured: number; readonly ok: boolean };

/**
 * Alice rebuilds group i. Every node is expanded, the unknown one as zeros, and masks select:
 * no index, branch or early exit depends on y* (spec §14).
 */
function rebuildGroup(
  env: PublicEnv,
  keys: Keys,
  i: number,
  received: Uint8Array,
  K: readonly Uint8Array[],
  choice: readonly number[],
): Group {
  const block = (index: number): Uint8Array =>
    received.slice(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES);
  const c_0 = choice[0] ?? 0;
  const K_0 = K[0] ?? new Uint8Array(BLOCK_BYTES);
  let punctured = 1 - c_0;
  let nodes = [0, 1].map((y) => masked(K_0, equalMask(y, c_0)));
  for (let l = 1; l < GROUP_BITS; l++) {
    const c = choice[l] ?? 0;
    const K_l = K[l] ?? new Uint8Array(BLOCK_BYTES);
    const unknown = punctured;
    const children = expandLevel(env, keys, nodes, i, l).map((child, y) =>
      masked(child, 0xff ^ equalMask(y >> 1, unknown)),
    );
    const t = xor(
      masked(block(2 * (l - 1)), equalMask(c, 0)),
      masked(block(2 * (l - 1) + 1), equalMask(c, 1)),
    );
    const sameSide = xor(...children.map((child, y) => masked(child, equalMask(y & 1, c))));
    const recovered = xor(t, K_l, sameSide);
    nodes = children.map((child, y) =>
      xor(child, masked(recovered, equalMask(y, 2 * unknown + c))),
    );
    punctured = 2 * unknown + (1 - c);
  }
  const tail = 2 * (GROUP_BITS - 1) * BLOCK_BYTES;
  const known = leafHashes(env, keys, nodes, i).map((hash, x) =>
    masked(hash, 0xff ^ equalMask(x, punctured)),
  );
  const missing = xor(received.slice(tail, tail + 32), ...known);
  const hashes = known.map((hash, x) => xor(hash, masked(missing, equalMask(x, punctured))));
  const ok = env.arith.equal(digestOf(env, keys.psid, i, hashes), received.slice(tail + 32));
  return { leaves: nodes, punctured, ok };
}

/**
 * Alice: from her 128 keys (2 048 bytes) and choice bits to Delta (32 nibbles, one a byte) and
 * the leaves. Checks all 32 digests before saying anything (C-23).
 */
export function rebuild(
  env: PublicEnv,
  psid: Uint8Array,
  baseKeys: Uint8Array,
  choice: Uint8Array,
  message: Uint8Array,
  from: PartyIndex,
): { readonly delta: Uint8Array; readonly leaves: Uint8Array } {
  ensure('PAYLOAD_LENGTH', message.length === PPRF_BYTES, [from]);
  const keys = keysOf(env, psid);
  const groups = Array.from({ length: GROUPS }, (_, i) => {
    const K = chunks(baseKeys, BLOCK_BYTES, GROUPS * GROUP_BITS).slice(4 * i, 4 * i + 4);
    const bits = [0, 1, 2, 3].map((l) => bitAt(choice, GROUP_BITS * i + l));
    const received = message.subarray(i * GROUP_BYTES, (i + 1) * GROUP_BYTES);
    return rebuildGroup(env, keys, i, received, K, bits);
  });
  const allOk = groups.reduce((ok, group) => ok && group.ok, true);
  ensure('PPRF_DIGEST_MISMATCH', allOk, [from]);
  return {
    delta: Uint8Array.from(groups, (group) => group.punctured),
    leaves: concat(...groups.flatMap((group) => group.leaves)),
  };
}
