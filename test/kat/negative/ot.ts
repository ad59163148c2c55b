/** N-27 to N-37: base OT and PPRF. */
import { chunks, concat } from '../../../core/codec/bytes.ts';
import { send } from '../../../core/ot/base-ot.ts';
import { arith, envOf, flipped, hex } from '../labels.ts';
import { hashPoint, pairOf, psid, punctured, rebuilt, RECEIVER, receiver } from '../ot.ts';
import { leaf } from '../tree.ts';
import type { Case } from './vector.ts';

const answer = (A1: Uint8Array): Uint8Array => send(envOf(''), psid, A1, RECEIVER, 'ot/').keys;

function identity(): Case {
  const { point } = arith;
  const HP = point.decode(hashPoint(0, 0, pairOf(receiver.A1, 0)[1]));
  if (HP === undefined) throw new Error('a hash to the curve is a point');
  const R0 = point.encode(point.neg(HP));
  return {
    check: 'C-21',
    where: 'endemic OT vector with R_0 of instance 0 = -HP(0,0,R_1)',
    note: 'M_{0,0} = O',
    target: 'endemic_ot',
    op: 'replace R0 of instance 0',
    input: { R0: hex(R0) },
    run: () => answer(concat(R0, receiver.A1.slice(33))),
  };
}

function repeated(): Case {
  const pair = concat(...pairOf(receiver.A1, 0));
  const keys = answer(concat(...Array.from({ length: 128 }, () => pair)));
  const distinct = new Set(chunks(keys, 16, 256).map(hex)).size;
  return {
    check: '-',
    where: 'endemic OT vector with the pair of instance 0 repeated 128 times',
    note: `all ${distinct} keys are distinct`,
    target: 'endemic_ot',
    op: 'repeat pair 0',
    input: { 'all K_0,K_1': leaf(keys) },
    run: () => undefined,
  };
}

const UNUSED = 'one-sided correction not used by this choice bit: selective failure';
const FLIPS: readonly (readonly [what: string, offset: number, note?: string])[] = [
  ['t_{1,0} of group 0', 0, UNUSED],
  ['t_{1,1} of group 0', 16],
  ['t_{3,0} of group 31', 5024, UNUSED],
  ['t_{3,1} of group 31', 5040],
  ['tt of group 0', 96],
  ['tt of group 31', 5087],
  ['dg of group 0', 128],
  ['dg of group 31', 5119],
];

const flips = FLIPS.map(([what, offset, note]): Case => {
  return {
    check: 'C-23',
    where: `PPRF vector, byte at offset ^= 1: ${what}`,
    ...(note !== undefined && { note }),
    target: 'pprf',
    op: 'flip',
    input: { offset },
    run: () => rebuilt(flipped(punctured.message, offset)),
  };
});

const truncated: Case = {
  check: 'C-05',
  where: 'PPRF vector truncated by one byte',
  target: 'pprf',
  op: 'truncate',
  input: { length: punctured.message.length - 1 },
  run: () => rebuilt(punctured.message.slice(0, -1)),
};

export const otCases = (): Case[] => [identity(), repeated(), ...flips, truncated];
