/**
 * RVOLE, random vector oblivious linear evaluation (DKLs23 protocol 5.2,
 * https://eprint.iacr.org/2023/765) as in spec §6, for a batch of B multiplications with two
 * inputs each: c_{m,i} + d_{m,i} = a_{m,i} * b_m.
 * @module
 */
import type { Columns, PublicScalar, Scalar } from '../arith.ts';
import { concat, u16 } from '../codec/bytes.ts';
import { scalarsOf } from '../codec/decode.ts';
import { ensure } from '../errors.ts';
import { drawScalar } from '../hash/draw.ts';
import { thetaWeights } from '../hash/expand.ts';
import { taggedHash } from '../hash/transcript.ts';
import { at } from '../list.ts';
import { extendReceiver, extendSender, packDelta } from '../ot/extension.ts';
import { ELL, extendedOts, LANES, SCALAR_BYTES } from '../params.ts';
import type { Env, PartyIndex, PublicEnv, Sha256 } from '../types.ts';

/** Bytes of At for a batch. */
const atBytes = (B: number): number => extendedOts(B) * LANES * SCALAR_BYTES;

/** At || eta || mu: 39 968 * B + 32 bytes. */
export function rv2Bytes(B: number): number {
  return atBytes(B) + SCALAR_BYTES * B + 32;
}

/** What the sender (Alice) of a direction keeps of a pair generation. Secret. */
export type SenderState = {
  readonly otid: Uint8Array;
  readonly delta: Uint8Array;
  readonly leaves: Uint8Array;
};

/** What the receiver (Bob) of a direction keeps of a pair generation. Secret. */
export type ReceiverState = { readonly otid: Uint8Array; readonly leaves: Uint8Array };

/** esid = TH("rvole/sid"; sid, otid, u16 a, u16 b): one direction of one session. */
export function directionSid(
  sha256: Sha256,
  sid: Uint8Array,
  otid: Uint8Array,
  a: PartyIndex,
  b: PartyIndex,
): Uint8Array {
  return taggedHash(sha256, 'rvole/sid', sid, otid, u16(a), u16(b));
}

/** Bob between OT1 and RV2. Secret but for ot1. */
export type Multiplication = {
  readonly esid: Uint8Array;
  readonly B: number;
  readonly beta: Uint8Array;
  readonly columns: Columns;
  readonly ot1: Uint8Array;
  readonly gadget: readonly PublicScalar[];
  /** b_m, Bob's random inputs. */
  readonly b: readonly Scalar[];
};

const gadgetOf = (env: PublicEnv, esid: Uint8Array): readonly PublicScalar[] =>
  env.arith.vole.gadget(env.arith.blake3.deriveKey('rvole/gadget', esid));

const columnKey = (env: PublicEnv, esid: Uint8Array): Uint8Array =>
  env.arith.blake3.deriveKey('ote/out', esid);

/** Bob 1 (spec §6.1). */
export function multiplyStart(
  env: Env,
  esid: Uint8Array,
  state: ReceiverState,
  B: number,
  label: string,
): Multiplication {
  const { beta, columns, ot1 } = extendReceiver(env, esid, state.leaves, B, label);
  const gadget = gadgetOf(env, esid);
  const b = batch(B, (m) => env.arith.vole.gadgetBits(gadget, beta, m));
  return { esid, B, beta, columns, ot1, gadget, b };
}

/** theta_m from the transcript of OT1 and At. */
function thetas(env: PublicEnv, esid: Uint8Array, ot1: Uint8Array, At: Uint8Array, B: number) {
  const split = ot1.length - 64;
  const parts = [ot1.subarray(0, split), ot1.subarray(split, split + 32), ot1.subarray(split + 32)];
  const otMessage = taggedHash(env.sha256, 'ote/msg', esid, ...parts);
  const seed = taggedHash(env.sha256, 'rvole/theta-seed', esid, otMessage, At);
  return thetaWeights(env.arith, seed, B);
}

/** Alice 2 (spec §6.2): checks OT1 (C-36, C-37), returns RV2 and her shares c_{m,i}. */
export function multiplySend(
  env: Env,
  esid: Uint8Array,
  state: SenderState,
  ot1: Uint8Array,
  inputs: readonly (readonly [Scalar, Scalar])[],
  from: PartyIndex,
  label: string,
): { readonly rv2: Uint8Array; readonly c: readonly (readonly [Scalar, Scalar])[] } {
  const { ot, vole, scalar } = env.arith;
  const B = inputs.length;
  const w = extendSender(env, esid, state, ot1, B, from);
  const KO = columnKey(env, esid);
  const alpha0 = ot.hashColumns(KO, w);
  const alpha1 = ot.hashColumns(KO, w, packDelta(state.delta));
  const lanes = inputs.map(
    ([a_0, a_1], m) => [a_0, a_1, drawScalar(env, `${label}ah/${String(m)}`)] as const,
  );
  const At = vole.correlate(alpha0, alpha1, lanes);
  const weights = thetas(env, esid, ot1, At, B);
  const eta = lanes.map(([a_0, a_1, ah], m) => {
    const [theta_0, theta_1] = at(weights, m);
    return scalar.add(ah, scalar.add(scalar.mul(theta_0, a_0), scalar.mul(theta_1, a_1)));
  });
  const mu = taggedHash(env.sha256, 'rvole/mu', esid, vole.fold(alpha0, weights));
  const gadget = gadgetOf(env, esid);
  const c = batch(B, (m) => bothInputs((i) => scalar.neg(vole.gadgetSum(gadget, alpha0, m, i))));
  return { rv2: concat(At, ...eta.map((eta_m) => scalar.encode(eta_m)), mu), c };
}

/** Bob 3 (spec §6.3): checks RV2 (C-38, C-39), returns his shares d_{m,i}. */
export function multiplyFinish(
  env: PublicEnv,
  state: Multiplication,
  rv2: Uint8Array,
  from: PartyIndex,
): (readonly [Scalar, Scalar])[] {
  const { ot, vole } = env.arith;
  const { esid, B, beta, gadget } = state;
  ensure('RVOLE_MALFORMED', rv2.length === rv2Bytes(B), [from]);
  const etaEnd = atBytes(B) + SCALAR_BYTES * B;
  // Every position is read before the verdict, and beta is not touched before it (C-38).
  ensure('RVOLE_MALFORMED', vole.allCanonical(rv2.subarray(0, etaEnd)), [from]);
  const At = rv2.subarray(0, atBytes(B));
  const eta = scalarsOf(env.arith, rv2.subarray(atBytes(B), etaEnd));
  const alpha = ot.hashColumns(columnKey(env, esid), state.columns);
  const dd = vole.receive(alpha, beta, At);
  const folded = vole.fold(dd, thetas(env, esid, state.ot1, At, B), { beta, eta });
  const mu = taggedHash(env.sha256, 'rvole/mu', esid, folded);
  ensure('RVOLE_CHECK_FAILED', env.arith.equal(mu, rv2.subarray(etaEnd)), [from]);
  return batch(B, (m) => bothInputs((i) => vole.gadgetSum(gadget, dd, m, i)));
}

function batch<T>(B: number, make: (m: number) => T): T[] {
  return Array.from({ length: B }, (_, m) => make(m));
}

function bothInputs<T>(make: (i: number) => T): readonly [T, T] {
  return [make(0), make(ELL - 1)];
}
