/** Section `rvole`: extension and multiplication, both sides, with synthetic pair state. */
import type { Columns, Scalar } from '../../core/arith.ts';
import { extendSender, ot1Bytes, packDelta } from '../../core/ot/extension.ts';
import {
  multiplyFinish,
  multiplySend,
  multiplyStart,
  type Multiplication,
  type SenderState,
} from '../../core/vole/rvole.ts';
import { arith, envOf, hex, kat, ks } from './labels.ts';
import { nibbles } from './ot.ts';
import { recordHashes, type Recording } from './recording.ts';
import { sha256 } from '../support/rng.ts';
import { leaf, type Tree } from './tree.ts';

export type Shares = readonly (readonly [Scalar, Scalar])[];

/** One direction of one multiplication batch, seen from both sides. */
export type Direction = {
  readonly bob: Multiplication;
  readonly alice: SenderState;
  readonly rv2: Uint8Array;
  readonly c: Shares;
  readonly d: Shares;
  readonly hashes: Recording;
};

export const scalarHex = (value: Scalar): string => hex(arith.scalar.encode(value));
const pairHex = ([first, second]: Shares[number]): string[] => [first, second].map(scalarHex);

/** U, xhat, tau. */
export function splitOt1(ot1: Uint8Array): readonly [Uint8Array, Uint8Array, Uint8Array] {
  const end = ot1.length;
  return [ot1.slice(0, end - 64), ot1.slice(end - 64, end - 32), ot1.slice(end - 32)];
}

/** At, eta, mu. */
export function splitRv2(
  rv2: Uint8Array,
  B: number,
): readonly [Uint8Array, Uint8Array, Uint8Array] {
  const split = 39_936 * B;
  return [rv2.slice(0, split), rv2.slice(split, split + 32 * B), rv2.slice(split + 32 * B)];
}

const cornersOf = (columns: Columns): readonly [Uint8Array, Uint8Array] => {
  const bytes = arith.ot.columnBytes(columns);
  return [bytes.slice(0, 16), bytes.slice(-16)];
};

/** What the sections `rvole` and `sign_*` say of a direction. */
export function directionTree(direction: Direction): Readonly<Record<string, Tree>> {
  const { bob, alice, rv2, c, d, hashes } = direction;
  const { esid, B, ot1 } = bob;
  const w = extendSender({ arith, sha256 }, esid, alice, ot1, B, 1);
  const [U, xhat, tau] = splitOt1(ot1);
  const [At, eta, mu] = splitRv2(rv2, B);
  const [v0, vLast] = cornersOf(bob.columns);
  const [w0, wLast] = cornersOf(w);
  return {
    esid: hex(esid),
    B,
    b: bob.b.map(scalarHex),
    OT1: {
      U: leaf(U),
      xhat: hex(xhat),
      tau: hex(tau),
      'sha256(U||xhat||tau)': hex(sha256(ot1)),
    },
    chi_seed: hex(hashes.digestOf('ote/chi-seed', esid)),
    'Delta packed': hex(packDelta(alice.delta)),
    'v columns': leaf(arith.ot.columnBytes(bob.columns)),
    'w columns': leaf(arith.ot.columnBytes(w)),
    'v_0,w_0,v_last,w_last': [v0, w0, vLast, wLast].map(hex),
    RV2: { At: leaf(At), eta: leaf(eta), mu: hex(mu) },
    theta_seed: hex(hashes.digestOf('rvole/theta-seed', esid)),
    c: c.map(pairHex),
    d: d.map(pairHex),
  };
}

/** The synthetic pair state of a direction under a label prefix. */
export function syntheticDirection(prefix: string): {
  readonly delta: Uint8Array;
  readonly bobLeaves: Uint8Array;
  readonly aliceLeaves: Uint8Array;
} {
  const bobLeaves = kat(`${prefix}leaf`, 8192);
  const delta = kat(`${prefix}delta`, 32).map((byte) => byte & 15);
  const aliceLeaves = bobLeaves.slice();
  delta.forEach((x, i) => aliceLeaves.fill(0, 16 * (16 * i + x), 16 * (16 * i + x + 1)));
  return { delta, bobLeaves, aliceLeaves };
}

/** The inputs a_{m,0}, a_{m,1} of a batch. */
const inputsOf = (S: string, B: number): Shares =>
  Array.from({ length: B }, (_, m) => [ks(arith, `${S}/a/${m}/0`), ks(arith, `${S}/a/${m}/1`)]);

/** A whole multiplication batch of B under the prefix S. */
export function multiply(S: string, B: number): Direction {
  const hashes = recordHashes();
  const env = { ...envOf(`${S}/`), sha256: hashes.sha256 };
  const esid = kat(`${S}/esid`, 32);
  const otid = new Uint8Array(32);
  const { delta, bobLeaves, aliceLeaves } = syntheticDirection(`${S}/`);
  const bob = multiplyStart(env, esid, { otid, leaves: bobLeaves }, B, '');
  if (bob.ot1.length !== ot1Bytes(B)) throw new Error('OT1 has another length than computed');
  const alice = { otid, delta, leaves: aliceLeaves };
  const { rv2, c } = multiplySend(env, esid, alice, bob.ot1, inputsOf(S, B), 1, '');
  const d = multiplyFinish(env, bob, rv2, 1);
  return { bob, alice, rv2, c, d, hashes };
}

const INPUTS =
  "esid=KAT(S+'/esid',32); leaf[i][x]=bytes [16(16i+x),+16) of KAT(S+'/leaf',8192); Delta_i=KAT(S+'/delta',32)[i]&15; beta=KAT(S+'/beta',52B); mask=KAT(S+'/mask',32); a_{m,i}=KS(S+'/a/m/i'); ahat_m=KS(S+'/ah/m')";

export function rvoleSection(): Tree {
  return [
    ['rv1', 1],
    ['rv2', 2],
    ['rv64', 64],
  ].map(([S, B]) => {
    const direction = multiply(String(S), Number(B));
    const { delta } = direction.alice;
    return {
      S: String(S),
      inputs: INPUTS,
      'Delta nibbles': nibbles(delta),
      ...directionTree(direction),
    };
  });
}

/** The 416 beta bits of a multiplication. */
export const bitOf = (bits: Uint8Array, J: number): number => ((bits[J >> 3] ?? 0) >> (J & 7)) & 1;
