/** N-73 to N-83: the session of `sign_2of3`, in which signer 1 or the coordinator misbehaves. */
import { concat, u8 } from '../../../core/codec/bytes.ts';
import { ensure } from '../../../core/errors.ts';
import { taggedHash } from '../../../core/hash/transcript.ts';
import { at, entryOf } from '../../../core/list.ts';
import type { RunMessage } from '../../../core/run/session-run.ts';
import { sessionId } from '../../../core/session/join.ts';
import { finishItem, verifySignature } from '../../../core/sign/finish.ts';
import { directionSid } from '../../../core/vole/rvole.ts';
import { sha256 } from '../../support/rng.ts';
import { arith, flipped, hex, ks } from '../labels.ts';
import { recordHashes } from '../recording.ts';
import { scalarHex, splitRv2 } from '../rvole.ts';
import { formAt } from '../session.ts';
import { replay, sign, type SigningRun } from '../sign.ts';
import { leaf, type Tree } from '../tree.ts';
import { cheatingRv2, incremented } from './multiplication.ts';
import type { Case } from './vector.ts';

const CHEATER = 1;
const VICTIM = 3;
const RV2_BYTES = 40_000;
const { scalar, point } = arith;

/** enc P + G. */
export function plusG(encoded: Uint8Array): Uint8Array {
  const P = point.decode(encoded);
  if (P === undefined) throw new Error('not a point');
  return point.encode(point.add(P, point.mulBase(scalar.fromUint(1))));
}

/** Replaces part of a byte string. */
export function spliced(bytes: Uint8Array, offset: number, part: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy.set(part, offset);
  return copy;
}

type Change = (message: RunMessage) => RunMessage;

/** What signer 3 says when one kind of message of signer 1 is changed on its way. */
function victimRejects(run: SigningRun, round: number, isDirect: boolean, change: Change): void {
  const { aborts } = sign(run.input, (message) => {
    const hit =
      message.from === CHEATER && message.round === round && (message.to !== 0) === isDirect;
    return [hit ? change(message) : message];
  }).outcome;
  const abort = aborts.get(VICTIM);
  if (abort !== undefined) throw abort;
}

function sentBy(run: SigningRun, from: number, round: number, isDirect: boolean): RunMessage {
  const found = run.outcome.sent.find(
    (each) => each.from === from && each.round === round && (each.to !== 0) === isDirect,
  );
  if (found === undefined) throw new Error('no such message');
  return found;
}

type Text = Pick<Case, 'check' | 'where' | 'op'>;
const caseOf = (text: Text, input: Tree, run: () => void): Case => ({
  ...text,
  where: `sign_2of3: ${text.where}`,
  target: 'sign_2of3',
  input,
  run,
});

/** The ties with other values, and the hash that covers them in the public part. */
const withTies =
  (change: (sealed: Uint8Array) => Uint8Array): Change =>
  (message) => {
    const sealed = change(message.sealed);
    return { ...message, sealed, open: sha256(sealed.slice(32 + RV2_BYTES)) };
  };

/** Offset of Gu in a direct R2: echo and RV2 come first. */
const GU = 32 + RV2_BYTES;
const GV = GU + 33;

function tieCase(run: SigningRun, name: 'Gu' | 'Gv', check: string, offset: number): Case {
  const { sealed } = sentBy(run, CHEATER, 2, true);
  const value = plusG(sealed.slice(offset, offset + 33));
  const text = { check, where: `signer 1 sends ${name}+G to signer 3`, op: `replace ${name}` };
  return caseOf(text, { [name]: hex(value) }, () => {
    victimRejects(
      run,
      2,
      true,
      withTies((sealed) => spliced(sealed, offset, value)),
    );
  });
}

function publicShareCase(run: SigningRun): Case {
  const { open } = sentBy(run, CHEATER, 2, false);
  const value = plusG(open.slice(-33));
  const text = { check: 'C-42', where: 'signer 1 publishes pk_1+G', op: 'replace pk_1' };
  return caseOf(text, { pk_1: hex(value) }, () => {
    victimRejects(run, 2, false, (message) => ({
      ...message,
      open: concat(message.open.slice(0, -33), value),
    }));
  });
}

/** Signer 1 multiplies another r_1 (lane 0) or sk_1 (lane 1). */
function inputCase(run: SigningRun, name: 'r_1' | 'sk_1', check: string): Case {
  const { input, session } = run;
  const { S } = input;
  const state = entryOf(entryOf(input.pairs, CHEATER), VICTIM).asSender;
  const { second } = replay(run, CHEATER, recordHashes());
  const one = scalar.fromUint(1);
  const [r, sk] = [at(second.own.r, 0), second.sk_i];
  const rv2 = cheatingRv2(
    {
      esid: directionSid(sha256, session.sid, state.otid, CHEATER, VICTIM),
      ot1: sentBy(run, VICTIM, 1, true).sealed,
      state,
      lanes: [
        name === 'r_1' ? scalar.add(r, one) : r,
        name === 'sk_1' ? scalar.add(sk, one) : sk,
        ks(arith, `${S}/${CHEATER}/${VICTIM}/ah/0`),
      ],
    },
    (At) => At,
  );
  const [At, eta, mu] = splitRv2(rv2, 1);
  const { sealed } = sentBy(run, CHEATER, 2, true);
  const where = `signer 1 uses ${name}+1 as multiplication input towards signer 3 (honest otherwise)`;
  const tree = {
    RV2: { At: leaf(At), eta: hex(eta), mu: hex(mu) },
    Gu: hex(sealed.slice(GU, GV)),
    Gv: hex(sealed.slice(GV, GV + 33)),
  };
  return caseOf({ check, where, op: 'cheating input' }, tree, () => {
    victimRejects(run, 2, true, (message) => ({
      ...message,
      sealed: spliced(message.sealed, 32, rv2),
    }));
  });
}

/** What signers 1 and 3 broadcast in R3: u', w. */
const partialsOf = (run: SigningRun, i: number): readonly [Uint8Array, Uint8Array] => {
  const { open } = sentBy(run, i, 3, false);
  return [open.slice(0, 32), open.slice(32)];
};
const valueOf = (bytes: Uint8Array): ReturnType<typeof scalar.fromUint> =>
  scalar.reveal(scalar.decode(bytes).value);

function shareCase(run: SigningRun): Case {
  const [u1, w1] = partialsOf(run, CHEATER);
  const [u3, w3] = partialsOf(run, VICTIM);
  const changed = incremented(w1, 0);
  const U = scalar.reveal(scalar.add(valueOf(u1), valueOf(u3)));
  const s = scalar.mul(scalar.add(valueOf(changed), valueOf(w3)), scalar.inversePublic(U));
  const text = { check: 'C-46', where: 'signer 1 sends w+1', op: 'replace w_1' };
  return caseOf(text, { w_1: hex(changed), s: scalarHex(s) }, () => {
    victimRejects(run, 3, false, (message) => ({ ...message, open: concat(u1, changed) }));
  });
}

function highCase(run: SigningRun): Case {
  const { input, session, items } = run;
  const signature = at(entryOf(run.outcome.results, VICTIM), 0);
  const high = scalar.encode(scalar.neg(valueOf(signature.s)));
  const env = { arith, sha256 };
  const R_m = at(replay(run, VICTIM, recordHashes()).R, 0);
  const key = entryOf(input.shares, VICTIM);
  const finished = finishItem(env, session.sid, key, at(items, 0), 0, R_m);
  const flippedSign = { ...signature, s: high, recid: signature.recid ^ 1 };
  const text = { check: 'C-46', where: 'high-s form of the signature', op: 'replace s' };
  return {
    ...caseOf(text, { s: hex(high) }, () => {
      ensure('SIGNATURE_INVALID', verifySignature(env, finished, flippedSign));
    }),
    note: 'low s is mandatory for released signatures',
    classless: true,
  };
}

function zeroSumCase(run: SigningRun): Case {
  const [, w1] = partialsOf(run, CHEATER);
  const [u3] = partialsOf(run, VICTIM);
  const u1 = scalar.encode(scalar.neg(valueOf(u3)));
  const text = { check: 'C-45', where: "signer 1 sends u' = -u'_3, so U = 0", op: "replace u'_1" };
  return caseOf(text, { "u'_1": hex(u1) }, () => {
    victimRejects(run, 3, false, (message) => ({ ...message, open: concat(u1, w1) }));
  });
}

function saltCase(run: SigningRun): Case {
  const { open } = sentBy(run, CHEATER, 2, false);
  const salt = flipped(open.slice(-65, -33), 0);
  const text = { check: 'C-40', where: 'signer 1 opens com_1 with salt[0]^=1', op: 'open' };
  return caseOf(text, { salt: hex(salt) }, () => {
    victimRejects(run, 2, false, (message) => ({
      ...message,
      open: spliced(message.open, message.open.length - 65, salt),
    }));
  });
}

function joinCase(run: SigningRun): Case {
  const { session } = run;
  const join = flipped(at(session.joins, 1), 60);
  const others = sessionId(sha256, session.ctx, [at(session.joins, 0), join]);
  const where = 'signer 3 is shown another join than it sent (byte 60 ^= 1)';
  const tree = { join: hex(join), 'sid of the others': hex(others) };
  return caseOf({ check: 'C-07', where, op: 'replace join' }, tree, () => {
    formAt(session, VICTIM, new Map([[VICTIM, join]]));
  });
}

function echoCase(run: SigningRun): Case {
  const com1 = flipped(sentBy(run, CHEATER, 1, false).open, 0);
  const com3 = sentBy(run, VICTIM, 1, false).open;
  const echo = taggedHash(sha256, 'echo', run.session.sid, u8(1), sha256(com1), sha256(com3));
  const where = 'echo_1 computed over com_1 with byte 0 ^= 1';
  return caseOf({ check: 'C-15', where, op: 'replace echo_1' }, { echo_1: hex(echo) }, () => {
    victimRejects(run, 2, false, (message) => ({
      ...message,
      open: spliced(message.open, 0, echo),
    }));
  });
}

export const signCases = (run: SigningRun): Case[] => [
  tieCase(run, 'Gu', 'C-41', GU),
  tieCase(run, 'Gv', 'C-42', GV),
  publicShareCase(run),
  inputCase(run, 'r_1', 'C-41'),
  inputCase(run, 'sk_1', 'C-42'),
  shareCase(run),
  highCase(run),
  zeroSumCase(run),
  saltCase(run),
  joinCase(run),
  echoCase(run),
];
