/** Sections `schnorr` and `commitment`. */
import { concat, u16 } from '../../core/codec/bytes.ts';
import { commit, type Committed } from '../../core/hash/commitment.ts';
import { wideHash } from '../../core/hash/transcript.ts';
import { prove, type Statement } from '../../core/zkp/schnorr.ts';
import { sha256 } from '../support/rng.ts';
import { arith, envOf, hex, kat, ks } from './labels.ts';
import type { Tree } from './tree.ts';

const X = arith.point.encode(arith.point.mulBase(ks(arith, 'pok/x')));

export const statement: Statement = {
  tag: 'dkg/pok',
  ctx32: kat('pok/ctx', 32),
  i: 1,
  kidx: 0,
  X,
};
/** The proof, whose nonce a = KS('pok/a'). */
export const proof = prove(envOf('pok/'), statement, ks(arith, 'pok/x'), 'a');
const A = proof.slice(0, 33);

/** What the commitment vector commits to, and its salt. */
export const committed: Committed = {
  tag: 'dkg/commit',
  sid: kat('sid', 32),
  i: 1,
  values: [concat(X, A), kat('cc/1', 32)],
};
export const salt = kat('salt/1', 32);
export const commitment = commit(sha256, committed, salt);

export function schnorrSection(): Tree {
  const { tag, ctx32, i, kidx } = statement;
  const e = arith.scalar.reduceWide(wideHash(sha256, tag, ctx32, u16(i), u16(kidx), X, A));
  return {
    inputs: "x=KS('pok/x'), a=KS('pok/a'), ctx32=KAT('pok/ctx',32), i=1, kidx=0, tag 'dkg/pok'",
    X: hex(X),
    e: hex(arith.scalar.encode(e)),
    proof: hex(proof),
  };
}

export function commitmentSection(): Tree {
  return {
    inputs:
      "TH('dkg/commit'; KAT('sid',32), u16 1, X||A (66 B of the Schnorr vector), KAT('cc/1',32), KAT('salt/1',32))",
    com: hex(commitment),
  };
}
