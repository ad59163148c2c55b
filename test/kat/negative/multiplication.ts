/** N-53 to N-72: RV2 of the multiplication with B = 1. */
import type { Scalar } from '../../../core/arith.ts';
import { concat } from '../../../core/codec/bytes.ts';
import { thetaWeights } from '../../../core/hash/expand.ts';
import { taggedHash } from '../../../core/hash/transcript.ts';
import { at } from '../../../core/list.ts';
import { extendSender, packDelta } from '../../../core/ot/extension.ts';
import { multiplyFinish, type SenderState } from '../../../core/vole/rvole.ts';
import { sha256 } from '../../support/rng.ts';
import { arith, flipped, hex, unhex } from '../labels.ts';
import { bitOf, splitOt1, splitRv2, type Direction } from '../rvole.ts';
import { leaf } from '../tree.ts';
import { ORDER } from './decoders.ts';
import type { Case } from './vector.ts';

const ALICE = 1;
const one = arith.scalar.fromUint(1);

function finish({ bob }: Direction, rv2: Uint8Array): void {
  multiplyFinish({ arith, sha256 }, bob, rv2, ALICE);
}

/** The 32-byte word at an index plus one mod q. */
export function incremented(bytes: Uint8Array, index: number): Uint8Array {
  const { scalar } = arith;
  const { value } = scalar.decode(bytes.slice(32 * index, 32 * (index + 1)));
  const changed = bytes.slice();
  changed.set(scalar.encode(scalar.add(value, one)), 32 * index);
  return changed;
}

export type AliceInput = {
  readonly esid: Uint8Array;
  readonly ot1: Uint8Array;
  readonly state: SenderState;
  /** a_0, a_1 and ah. */
  readonly lanes: readonly [Scalar, Scalar, Scalar];
};

/** RV2 of a sender that is honest but for what `change` does to At before theta is derived. */
export function cheatingRv2(
  { esid, ot1, state, lanes }: AliceInput,
  change: (At: Uint8Array) => Uint8Array,
): Uint8Array {
  const { ot, vole, scalar, blake3 } = arith;
  const w = extendSender({ arith, sha256 }, esid, state, ot1, 1, ALICE);
  const KO = blake3.deriveKey('ote/out', esid);
  const alpha0 = ot.hashColumns(KO, w);
  const alpha1 = ot.hashColumns(KO, w, packDelta(state.delta));
  const At = change(vole.correlate(alpha0, alpha1, [lanes]));
  const otMessage = taggedHash(sha256, 'ote/msg', esid, ...splitOt1(ot1));
  const seed = taggedHash(sha256, 'rvole/theta-seed', esid, otMessage, At);
  const weights = thetaWeights(arith, seed, 1);
  const [theta0, theta1] = at(weights, 0);
  const [a0, a1, ah] = lanes;
  const eta = scalar.add(ah, scalar.add(scalar.mul(theta0, a0), scalar.mul(theta1, a1)));
  const mu = taggedHash(sha256, 'rvole/mu', esid, vole.fold(alpha0, weights));
  return concat(At, scalar.encode(eta), mu);
}

function beforeTheta(honest: Direction, alice: AliceInput, J: number, c: number): Case {
  const beta_J = bitOf(honest.bob.beta, J);
  const rv2 = cheatingRv2(alice, (At) => incremented(At, 3 * J + c));
  const [At, eta, mu] = splitRv2(rv2, 1);
  return {
    check: 'C-39',
    where: 'rvole B=1 vector, cheating sender adds 1 to At[J][c] before deriving theta',
    ...(beta_J === 0 && { note: 'passes iff beta_J = 0' }),
    target: 'rvole/0',
    op: 'At[J][c]+1 before theta',
    input: { J, c, beta_J, At: leaf(At), eta: hex(eta), mu: hex(mu) },
    run: () => {
      finish(honest, rv2);
    },
  };
}

function afterTheta(honest: Direction, J: number): Case {
  return {
    check: 'C-39',
    where: 'rvole B=1 vector, At[J][0]+1 after theta was derived',
    note: 'theta changes, so it fails for both values of beta_J',
    target: 'rvole/0',
    op: 'At[J][0]+1 after theta',
    input: { J, beta_J: bitOf(honest.bob.beta, J) },
    run: () => {
      finish(honest, incremented(honest.rv2, 3 * J));
    },
  };
}

function nonCanonical(honest: Direction, J: number): Case {
  const rv2 = honest.rv2.slice();
  rv2.set(unhex(ORDER), 32 * 3 * J);
  return {
    check: 'C-38',
    where: 'rvole B=1 vector, At[J][0] replaced by the bytes of q',
    target: 'rvole/0',
    op: 'At[J][0] = q',
    input: { J, beta_J: bitOf(honest.bob.beta, J) },
    run: () => {
      finish(honest, rv2);
    },
  };
}

function replaced(
  honest: Direction,
  what: { readonly check: string; readonly field: 'eta' | 'mu'; readonly by: string },
  value: Uint8Array,
): Case {
  const [At, eta, mu] = splitRv2(honest.rv2, 1);
  const rv2 = what.field === 'eta' ? concat(At, value, mu) : concat(At, eta, value);
  return {
    check: what.check,
    where: `rvole B=1 vector, ${what.by}`,
    target: 'rvole/0',
    op: `replace ${what.field}`,
    input: { [what.field]: hex(value) },
    run: () => {
      finish(honest, rv2);
    },
  };
}

function truncated(honest: Direction): Case {
  const [At, eta, mu] = splitRv2(honest.rv2, 1);
  const shorter = At.slice(0, -32);
  return {
    check: 'C-38',
    where: 'rvole B=1 vector, At one scalar short',
    target: 'rvole/0',
    op: 'truncate At',
    input: { length: shorter.length },
    run: () => {
      finish(honest, concat(shorter, eta, mu));
    },
  };
}

export function multiplicationCases(honest: Direction, alice: AliceInput): Case[] {
  const [, eta, mu] = splitRv2(honest.rv2, 1);
  return [
    ...[0, 2, 415, 414].flatMap((J) => [0, 1, 2].map((c) => beforeTheta(honest, alice, J, c))),
    ...[0, 2].flatMap((J) => [afterTheta(honest, J), nonCanonical(honest, J)]),
    replaced(honest, { check: 'C-39', field: 'eta', by: 'eta+1' }, incremented(eta, 0)),
    replaced(honest, { check: 'C-38', field: 'eta', by: 'eta = q' }, unhex(ORDER)),
    replaced(honest, { check: 'C-39', field: 'mu', by: 'mu last byte ^= 1' }, flipped(mu, 31)),
    truncated(honest),
  ];
}
