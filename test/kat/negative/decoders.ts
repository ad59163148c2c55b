/** N-01 to N-26: decoders, commitment, Schnorr proof. */
import { concat } from '../../../core/codec/bytes.ts';
import { decodePoint, decodeScalar } from '../../../core/codec/decode.ts';
import { ensure } from '../../../core/errors.ts';
import { opens } from '../../../core/hash/commitment.ts';
import { verify, type Statement } from '../../../core/zkp/schnorr.ts';
import { arith, flipped, hex, kat, unhex } from '../labels.ts';
import { commitment, committed, proof, salt, statement } from '../schnorr.ts';
import { sha256 } from '../../support/rng.ts';
import type { Case } from './vector.ts';

const G_X = '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798';
const G_Y = '483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8';
/** First 28 bytes of the field prime, and of the group order. */
const P_HEAD = `${'ff'.repeat(27)}fe`;
const Q_HEAD = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd036';
export const ORDER = `${Q_HEAD}4141`;

const POINTS: readonly (readonly [where: string, bytes: string])[] = [
  ['32 bytes', G_X],
  ['65-byte uncompressed', `04${G_X}${G_Y}`],
  ['prefix 04', `04${G_X}`],
  ['prefix 00', `00${G_X}`],
  ['hybrid prefix 06', `06${G_X}`],
  ['x = p', `02${P_HEAD}fffffc2f`],
  ['x = p+1', `03${P_HEAD}fffffc30`],
  ['x not on the curve', `02${'00'.repeat(31)}05`],
  ['all zero', '00'.repeat(33)],
  ['one zero byte', '00'],
  ['empty', ''],
];

const SCALARS: readonly (readonly [where: string, bytes: string])[] = [
  ['q', ORDER],
  ['q+1', `${Q_HEAD}4142`],
  ['2^256-1', 'ff'.repeat(32)],
  ['31 bytes', '00'.repeat(31)],
  ['33 bytes', '00'.repeat(33)],
  ['q-1', `${Q_HEAD}4140`],
  ['zero, where zero is legal', '00'.repeat(32)],
];

const points = POINTS.map(([where, bytes]): Case => {
  return {
    check: 'C-17',
    where: `point decoder: ${where}`,
    target: 'decoder',
    op: 'point',
    input: { bytes },
    run: () => decodePoint(arith, unhex(bytes), 1),
  };
});

const scalars = SCALARS.map(([where, bytes]): Case => {
  return {
    check: 'C-18',
    where: `scalar decoder: ${where}`,
    target: 'decoder',
    op: 'scalar',
    input: { bytes },
    run: () => decodeScalar(arith, unhex(bytes), 1),
  };
});

const otherSalt = flipped(salt, 0);
const opening: Case = {
  check: 'C-27',
  where: 'commitment vector opened with salt[0]^=1',
  target: 'commitment',
  op: 'open',
  input: { salt: hex(otherSalt) },
  run: () => {
    const opened = opens({ arith, sha256 }, commitment, committed, otherSalt);
    ensure('COMMITMENT_NOT_OPENED', opened, [1]);
  },
};

function schnorr(where: string, changed: Partial<Statement>, changedProof = proof): Case {
  const shown = { ...statement, ...changed };
  const { tag, ctx32, i, kidx } = shown;
  return {
    check: 'C-29',
    where: `Schnorr vector: ${where}`,
    target: 'schnorr',
    op: 'verify',
    input: { tag, ctx32: hex(ctx32), i, kidx, proof: hex(changedProof) },
    run: () => {
      ensure('PROOF_INVALID', verify({ arith, sha256 }, shown, changedProof), [i]);
    },
  };
}

/** The proof's z plus one; no carry leaves the last byte. */
const zPlusOne = proof.map((byte, k) => (k === proof.length - 1 ? byte + 1 : byte));
const negatedA = flipped(proof, 0);

export const decoderCases = (): Case[] => [
  ...points,
  ...scalars,
  opening,
  schnorr('other party', { i: 2 }),
  schnorr('other slot', { kidx: 1 }),
  schnorr('other tag', { tag: 'dkg/pop' }),
  schnorr('other ctx32', { ctx32: kat('pok/ctx2', 32) }),
  schnorr('z = q', {}, concat(proof.slice(0, 33), unhex(ORDER))),
  schnorr('z+1', {}, zPlusOne),
  schnorr('A negated', {}, negatedA),
];
