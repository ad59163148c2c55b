/**
 * SoftSpoken OT extension (Roy, https://eprint.iacr.org/2022/192) as in spec §5: Bob has the
 * choices beta, Alice has Delta; w_J = v_J XOR beta_J * Delta.
 * @module
 */
import type { Columns } from '../arith.ts';
import { concat } from '../codec/bytes.ts';
import { ensure } from '../errors.ts';
import { challengeBlocks } from '../hash/expand.ts';
import { taggedHash } from '../hash/transcript.ts';
import {
  BLOCK_BYTES,
  extendedOts,
  GROUP_BITS,
  GROUPS,
  LAMBDA_C,
  MASK_BYTES,
  NU,
  rowBytes,
} from '../params.ts';
import type { Env, PartyIndex, PublicEnv } from '../types.ts';

const HASH_BYTES = NU * BLOCK_BYTES;

/** U || xhat || tau: 1 664 * B + 1 088 bytes. */
export function ot1Bytes(B: number): number {
  return GROUPS * rowBytes(B) + HASH_BYTES + 32;
}

/** Bob after OT1: his choice bits and columns, secret; his message. */
export type Extended = {
  readonly beta: Uint8Array;
  readonly columns: Columns;
  readonly ot1: Uint8Array;
};

const rowKey = (env: PublicEnv, esid: Uint8Array): Uint8Array =>
  env.arith.blake3.deriveKey('ote/prg', esid);

/** chi from the transcript of U. */
function challenges(env: PublicEnv, esid: Uint8Array, U: Uint8Array, L: number): Uint8Array {
  return challengeBlocks(env.arith, taggedHash(env.sha256, 'ote/chi-seed', esid, U), L);
}

/** Bob: draws beta and mask under the labels `<label>beta` and `<label>mask`. */
export function extendReceiver(
  env: Env,
  esid: Uint8Array,
  leaves: Uint8Array,
  B: number,
  label: string,
): Extended {
  const { ot } = env.arith;
  const L = extendedOts(B);
  const beta = env.rng(`${label}beta`, L / 8); // step 1
  const C = concat(beta, env.rng(`${label}mask`, MASK_BYTES));
  const { U, V } = ot.receiverRows(rowKey(env, esid), leaves, C); // step 2
  const chi = challenges(env, esid, U, L); // step 3
  const xhat = ot.hashRow(C, chi, L); // step 4
  const tau = taggedHash(env.sha256, 'ote/tau', esid, ot.hashRows(V, chi, L));
  C.fill(0);
  return { beta, columns: ot.transpose(V, L), ot1: concat(U, xhat, tau) };
}

/** g_{r,e} = h_e(W_r) XOR Delta_r * xhat_e for all 128 rows, in place. */
function foldDelta(hashes: Uint8Array, delta: Uint8Array, xhat: Uint8Array): Uint8Array {
  for (let r = 0; r < LAMBDA_C; r++) {
    const mask = -(((delta[r >> 2] ?? 0) >> (r & 3)) & 1);
    for (let k = 0; k < HASH_BYTES; k++) {
      const at = r * HASH_BYTES + k;
      hashes[at] = (hashes[at] ?? 0) ^ ((xhat[k] ?? 0) & mask);
    }
  }
  return hashes;
}

/** Delta as one 16-byte block: bit b of Delta_i at bit 4i + b, LSB first. */
export function packDelta(delta: Uint8Array): Uint8Array {
  return Uint8Array.from(
    { length: BLOCK_BYTES },
    (_, k) => (delta[2 * k] ?? 0) | ((delta[2 * k + 1] ?? 0) << GROUP_BITS),
  );
}

/** Alice: checks tau over all rows (C-36, C-37: class burn) and returns her columns w_J. */
export function extendSender(
  env: PublicEnv,
  esid: Uint8Array,
  state: { readonly delta: Uint8Array; readonly leaves: Uint8Array },
  ot1: Uint8Array,
  B: number,
  from: PartyIndex,
): Columns {
  const { ot } = env.arith;
  ensure('OT_MESSAGE_LENGTH', ot1.length === ot1Bytes(B), [from]);
  const L = extendedOts(B);
  const split = GROUPS * rowBytes(B);
  const U = ot1.subarray(0, split);
  const xhat = ot1.subarray(split, split + HASH_BYTES);
  const W = ot.senderRows(rowKey(env, esid), state.leaves, state.delta, U); // step 1
  const hashes = ot.hashRows(W, challenges(env, esid, U, L), L); // step 2
  const tau = taggedHash(env.sha256, 'ote/tau', esid, foldDelta(hashes, state.delta, xhat));
  ensure('OT_CHECK_FAILED', env.arith.equal(tau, ot1.subarray(split + HASH_BYTES)), [from]);
  return ot.transpose(W, L);
}
