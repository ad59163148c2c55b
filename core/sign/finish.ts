/**
 * From shares to a signature (spec §8.3): re-randomisation, combination, verification. All inputs
 * are public once R3 was broadcast, so signers and the coordinator run the same code.
 * @module
 */
import type { Point, PublicScalar, Scalar } from '../arith.ts';
import { u32 } from '../codec/bytes.ts';
import { deriveChild, type ExtendedKey } from '../derive/bip32.ts';
import { ensure, InvariantViolation } from '../errors.ts';
import { wideHash } from '../hash/transcript.ts';
import { at, entryOf } from '../list.ts';
import { SCALAR_BYTES } from '../params.ts';
import { checkItems } from '../session/context.ts';
import type { Item, PartyIndex, PublicEnv, Signature } from '../types.ts';
import { decodePartials, decodeReveal } from './messages.ts';

/** Everything public about one item once R_m is known. */
export type FinishedItem = {
  readonly childKey: Point;
  readonly Rf: Point;
  readonly rho: PublicScalar;
  readonly rx: PublicScalar;
  readonly h: PublicScalar;
  readonly delta: PublicScalar;
};

/** rho = HS("sign/rerand"; sid, u32 m, enc R_m, enc PK', digest); Rf = R_m + rho G (C-45). */
export function finishItem(
  env: PublicEnv,
  sid: Uint8Array,
  key: ExtendedKey,
  item: Item,
  m: number,
  R_m: Point,
): FinishedItem {
  const { scalar, point } = env.arith;
  const { publicKey, delta } = deriveChild(env, key, item.path);
  const childKey = point.decode(publicKey);
  if (childKey === undefined) throw new InvariantViolation('child public key');
  const parts = [sid, u32(m), point.encode(R_m), publicKey, item.digest] as const;
  const wide = wideHash(env.sha256, 'sign/rerand', ...parts);
  const rho = scalar.reveal(scalar.reduceWide(wide));
  const Rf = point.add(R_m, point.mulBase(rho));
  ensure('SIGNATURE_DEGENERATE', !point.isIdentity(Rf));
  const rx = scalar.reveal(scalar.decode(point.encode(Rf).slice(1)).value);
  ensure('SIGNATURE_DEGENERATE', !scalar.isZero(rx));
  const h = scalar.reveal(scalar.decode(item.digest).value);
  return { childKey, Rf, rho, rx, h, delta };
}

/** Whether s is at most (q - 1) / 2: then doubling it does not wrap. */
export function isLow(env: PublicEnv, s: Scalar): boolean {
  const { scalar, equal } = env.arith;
  const encoded = scalar.encode(s);
  const negated = scalar.encode(scalar.neg(s));
  const firstDifference = encoded.findIndex((byte, k) => byte !== negated[k]);
  return (
    !equal(encoded, negated) &&
    at([...encoded], firstDifference) < at([...negated], firstDifference)
  );
}

/** C-46 with an independent ECDSA verification: R = (h/s) G + (r/s) PK', and its recovery id. */
export function verifySignature(env: PublicEnv, item: FinishedItem, signature: Signature): boolean {
  const { scalar, point } = env.arith;
  const r = scalar.decode(signature.r);
  const s = scalar.decode(signature.s);
  if (!r.canonical || !s.canonical || scalar.isZero(r.value) || scalar.isZero(s.value))
    return false;
  if (!isLow(env, s.value)) return false;
  const inverse = scalar.inversePublic(scalar.reveal(s.value));
  const a = scalar.reveal(scalar.mul(item.h, inverse));
  const b = scalar.reveal(scalar.mul(r.value, inverse));
  const R = point.lincombPublic(a, b, item.childKey);
  if (point.isIdentity(R)) return false;
  const encoded = point.encode(R);
  const x = scalar.decode(encoded.slice(1));
  const recid = (at([...encoded], 0) & 1) | (x.canonical ? 0 : 2);
  const sameX = scalar.isZero(scalar.sub(x.value, r.value));
  return sameX && recid === signature.recid;
}

/** Combines all members' (u', w) of one item; C-45, C-46. */
export function combineItem(
  env: PublicEnv,
  item: FinishedItem,
  shares: readonly { readonly u: Scalar; readonly w: Scalar }[],
): Signature {
  const { scalar, point } = env.arith;
  const sum = (values: readonly Scalar[]): PublicScalar =>
    scalar.reveal(values.reduce((acc, value) => scalar.add(acc, value)));
  const U = sum(shares.map(({ u }) => u));
  ensure('SIGNATURE_DEGENERATE', !scalar.isZero(U));
  const W = sum(shares.map(({ w }) => w));
  ensure('SIGNATURE_DEGENERATE', !scalar.isZero(W));
  const s = scalar.mul(W, scalar.inversePublic(U));
  const encoded = point.encode(item.Rf);
  const parity = at([...encoded], 0) & 1;
  const overflow = scalar.decode(encoded.slice(1)).canonical ? 0 : 2;
  const low = isLow(env, s);
  const signature: Signature = {
    r: scalar.encode(item.rx),
    s: scalar.encode(low ? s : scalar.neg(s)),
    recid: (parity | overflow) ^ (low ? 0 : 1),
  };
  ensure('SIGNATURE_INVALID', verifySignature(env, item, signature));
  return signature;
}

export type CombineInput = {
  readonly sid: Uint8Array;
  /** P, ascending. */
  readonly parties: readonly PartyIndex[];
  readonly key: ExtendedKey;
  readonly items: readonly Item[];
  /** Broadcast payloads of R2 as received, echo_1 included. */
  readonly round2: ReadonlyMap<PartyIndex, Uint8Array>;
  /** Broadcast payloads of R3. */
  readonly round3: ReadonlyMap<PartyIndex, Uint8Array>;
};

const ECHO_BYTES = SCALAR_BYTES;

/** The signatures of a session from its public broadcasts alone, verified (C-45, C-46). */
export function combineSignatures(env: PublicEnv, input: CombineInput): Signature[] {
  const { arith } = env;
  const { sid, parties, key, items } = input;
  checkItems(items);
  const B = items.length;
  const reveals = parties.map((j) =>
    decodeReveal(arith, entryOf(input.round2, j).slice(ECHO_BYTES), B, j),
  );
  const partials = parties.map((j) => decodePartials(arith, entryOf(input.round3, j), B, j));
  return items.map((item, m) => {
    const R_m = reveals.map(({ R }) => at(R, m)).reduce((P, Q) => arith.point.add(P, Q));
    ensure('NONCE_POINT_IDENTITY', !arith.point.isIdentity(R_m));
    const finished = finishItem(env, sid, key, item, m, R_m);
    return combineItem(
      env,
      finished,
      partials.map((list) => at(list, m)),
    );
  });
}
