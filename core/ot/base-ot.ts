/**
 * Endemic base OT (Masny-Rindal, https://eprint.iacr.org/2019/706) as in spec §4.2, 128 instances
 * of one direction a > b: a receives with its secret choice string, b sends.
 *
 * Security rests on two rules of that section: R_other is a uniform group element, and the pads
 * come from a Diffie-Hellman point that is never sent.
 * @module
 */
import type { Bit, Point, Scalar } from '../arith.ts';
import { bitAt, chunks, concat, u8 } from '../codec/bytes.ts';
import { decodePoint } from '../codec/decode.ts';
import { at } from '../list.ts';
import { ensure, InvariantViolation } from '../errors.ts';
import { drawNonZero } from '../hash/draw.ts';
import { taggedHash } from '../hash/transcript.ts';
import { BLOCK_BYTES, LAMBDA_C, POINT_BYTES } from '../params.ts';
import { BASE_OT_DST } from '../tags.ts';
import type { Env, PartyIndex, PublicEnv } from '../types.ts';

/** R_{i,0} || R_{i,1} for i ascending. */
export const A1_BYTES = LAMBDA_C * 2 * POINT_BYTES;
/** Bpt. */
export const B1_BYTES = POINT_BYTES;

/** The receiver between A1 and B1: choice bits, scalars a_i and its message. All but A1 secret. */
export type ReceiverState = {
  readonly psid: Uint8Array;
  /** 16 bytes: c_i, LSB first. */
  readonly choice: Uint8Array;
  readonly a: readonly Scalar[];
  readonly A1: Uint8Array;
};

/** HP(i, c, X) = hash_to_curve(psid || u8 i || u8 c || enc X). */
function hashPoint(env: PublicEnv, psid: Uint8Array, i: number, c: Bit, X: Uint8Array): Point {
  return env.arith.point.hashToCurve(concat(psid, u8(i), u8(c), X), BASE_OT_DST);
}

/** A1: the receiver's message. Labels are prefixed, for example `ot/1/3/`. */
export function receive(env: Env, psid: Uint8Array, label: string): ReceiverState {
  const { point } = env.arith;
  const choice = env.rng(`${label}c`, LAMBDA_C / 8);
  const a: Scalar[] = [];
  const message: Uint8Array[] = [];
  for (let i = 0; i < LAMBDA_C; i++) {
    const a_i = drawNonZero(env, `${label}a/${String(i)}`);
    const R_other = point.mulBase(drawNonZero(env, `${label}y/${String(i)}`));
    const encoded = point.encode(R_other);
    const c_i = bitAt(choice, i);
    // Both candidates are evaluated: which of them is used is the secret (spec §4.2, §14).
    const HP = point.select(
      c_i,
      hashPoint(env, psid, i, 0, encoded),
      hashPoint(env, psid, i, 1, encoded),
    );
    const R_choice = point.add(point.mulBase(a_i), point.neg(HP));
    // Probability 2^-256, and a resample here would branch on a secret: our fault (class fatal).
    if (point.isIdentity(R_choice)) throw new InvariantViolation('base OT point at infinity');
    message.push(
      point.encode(point.select(c_i, R_choice, R_other)),
      point.encode(point.select(c_i, R_other, R_choice)),
    );
    a.push(a_i);
  }
  return { psid, choice, a, A1: concat(...message) };
}

/** K = TH("base-ot/key"; psid, u8 i, u8 c, enc R_0, enc R_1, enc Bpt, enc pad)[0..16]. */
function deriveKey(
  env: PublicEnv,
  psid: Uint8Array,
  i: number,
  c: Bit,
  pair: readonly Uint8Array[],
  Bpt: Uint8Array,
  pad: Point,
): Uint8Array {
  const encodedPad = env.arith.point.encode(pad);
  const key = taggedHash(env.sha256, 'base-ot/key', psid, u8(i), u8(c), ...pair, Bpt, encodedPad);
  encodedPad.fill(0);
  return key.slice(0, BLOCK_BYTES);
}

/** B1: the sender's point and its 128 pairs of keys, K_{i,0} || K_{i,1}, i-major (4 096 bytes). */
export function send(
  env: Env,
  psid: Uint8Array,
  A1: Uint8Array,
  from: PartyIndex,
  label: string,
): { readonly Bpt: Uint8Array; readonly keys: Uint8Array } {
  const { point } = env.arith;
  ensure('PAYLOAD_LENGTH', A1.length === A1_BYTES, [from]);
  const encodings = chunks(A1, POINT_BYTES, 2 * LAMBDA_C);
  const R = encodings.map((bytes) => decodePoint(env.arith, bytes, from, 'BASE_OT_POINT_INVALID'));
  const b = drawNonZero(env, `${label}b`);
  const Bpt = point.encode(point.mulBase(b));
  const keys: Uint8Array[] = [];
  for (let i = 0; i < LAMBDA_C; i++) {
    const pair = encodings.slice(2 * i, 2 * i + 2);
    for (const c of [0, 1] as const) {
      const other = pair[1 - c] ?? new Uint8Array();
      const M = point.add(at(R, 2 * i + c), hashPoint(env, psid, i, c, other));
      ensure('BASE_OT_POINT_IDENTITY', !point.isIdentity(M), [from]);
      keys.push(deriveKey(env, psid, i, c, pair, Bpt, point.mul(b, M)));
    }
  }
  return { Bpt, keys: concat(...keys) };
}

/** A2: the receiver's 128 keys K_i = K_{i,c_i} (2 048 bytes). */
export function finish(
  env: PublicEnv,
  state: ReceiverState,
  encodedB: Uint8Array,
  from: PartyIndex,
): Uint8Array {
  const { point } = env.arith;
  const Bpt = decodePoint(env.arith, encodedB, from, 'BASE_OT_SENDER_POINT_INVALID');
  const encodings = chunks(state.A1, POINT_BYTES, 2 * LAMBDA_C);
  const keys = state.a.map((a_i, i) => {
    const c_i = bitAt(state.choice, i);
    const pair = encodings.slice(2 * i, 2 * i + 2);
    return deriveKey(env, state.psid, i, c_i, pair, encodedB, point.mul(a_i, Bpt));
  });
  return concat(...keys);
}
