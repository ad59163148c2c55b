/** Sections `endemic_ot` and `pprf`. */
import { bitAt, chunks, concat, u8 } from '../../core/codec/bytes.ts';
import { finish, receive, send } from '../../core/ot/base-ot.ts';
import { puncture, rebuild } from '../../core/ot/pprf.ts';
import { BASE_OT_DST } from '../../core/tags.ts';
import { arith, envOf, hex, kat } from './labels.ts';
import { leaf, type Tree } from './tree.ts';

export const psid = kat('psid', 32);
const env = envOf('');
export const RECEIVER = 1;
const SENDER = 3;

/** HP(i, c, X). */
export function hashPoint(i: number, c: number, X: Uint8Array): Uint8Array {
  const { point } = arith;
  return point.encode(point.hashToCurve(concat(psid, u8(i), u8(c), X), BASE_OT_DST));
}

/** The receiver's message and state; labels `ot/c`, `ot/a/i`, `ot/y/i`. */
export const receiver = receive(env, psid, 'ot/');
/** The pair R_{i,0}, R_{i,1}. */
export function pairOf(A1: Uint8Array, i: number): readonly [Uint8Array, Uint8Array] {
  return [A1.slice(66 * i, 66 * i + 33), A1.slice(66 * i + 33, 66 * (i + 1))];
}

function instance(keys: Uint8Array, i: number): Tree {
  const c = bitAt(receiver.choice, i);
  const pair = pairOf(receiver.A1, i);
  const [K0 = '', K1 = ''] = chunks(keys.slice(32 * i, 32 * (i + 1)), 16, 2).map(hex);
  return {
    i,
    c,
    'HP(i,c,R_other)': hex(hashPoint(i, c, pair[c === 0 ? 1 : 0])),
    R0: hex(pair[0]),
    R1: hex(pair[1]),
    K0,
    K1,
  };
}

export function endemicOtSection(): Tree {
  const { Bpt, keys } = send(env, psid, receiver.A1, RECEIVER, 'ot/');
  return {
    inputs:
      "psid=KAT('psid',32); choice bits c=KAT('ot/c',16) (LSB first); a_i=KS('ot/a/i'); y_i=KS('ot/y/i'); b=KS('ot/b')",
    choice: hex(receiver.choice),
    Bpt: hex(Bpt),
    A1: leaf(receiver.A1),
    'all K_0,K_1 (i-major)': leaf(keys),
    'receiver keys': leaf(finish(env, receiver, Bpt, SENDER)),
    instances: [0, 1, 2, 3, 64, 127].map((i) => instance(keys, i)),
  };
}

/** The PPRF's base keys of both sides are not those of the base OT vector. */
const baseKeys = kat('bk', 4096);
const choice = kat('bc', 16);
const chosenKeys = concat(
  ...Array.from({ length: 128 }, (_, i) => {
    const at = 16 * (2 * i + bitAt(choice, i));
    return baseKeys.slice(at, at + 16);
  }),
);
export const punctured = puncture(env, psid, baseKeys);

/** Alice's side on a message; throws what core throws. */
export const rebuilt = (message: Uint8Array): ReturnType<typeof rebuild> =>
  rebuild(env, psid, chosenKeys, choice, message, SENDER);

/** Nibbles, one hex digit each. */
export const nibbles = (delta: Uint8Array): string =>
  [...delta].map((nibble) => nibble.toString(16)).join('');

export function pprfSection(): Tree {
  const { message, leaves } = punctured;
  const alice = rebuilt(message);
  const leafAt = (i: number, x: number): string =>
    hex(leaves.slice(16 * (16 * i + x), 16 * (16 * i + x + 1)));
  return {
    inputs:
      "psid=KAT('psid',32); K_{i,b}=bytes [16(2i+b),+16) of KAT('bk',4096); choice bits KAT('bc',16)",
    message: leaf(message),
    'message group 0': hex(message.slice(0, 160)),
    'leaves all 512 (group-major)': leaf(leaves),
    'leaf[0][0]': leafAt(0, 0),
    'leaf[31][15]': leafAt(31, 15),
    'Delta nibbles': nibbles(alice.delta),
    'alice leaves (punctured slot zero)': leaf(alice.leaves),
  };
}
