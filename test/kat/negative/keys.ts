/** N-84 to N-97: key generation, pair set-up, derivation, signer sets. */
import { concat } from '../../../core/codec/bytes.ts';
import { deriveChild, type ExtendedKey } from '../../../core/derive/bip32.ts';
import { entryOf } from '../../../core/list.ts';
import { checkPairDigest } from '../../../core/pair/rounds.ts';
import type { RunMessage } from '../../../core/run/session-run.ts';
import { checkSignerSet } from '../../../core/session/form.ts';
import type { PartyIndex } from '../../../core/types.ts';
import { sha256 } from '../../support/rng.ts';
import { generateKey, type Interference, type KeyGenerationRun } from '../dkg.ts';
import { arith, flipped, hex, ks } from '../labels.ts';
import type { PairRun } from '../pair-setup.ts';
import type { Tree } from '../tree.ts';
import { incremented } from './multiplication.ts';
import { plusG, spliced } from './sign.ts';
import type { Case } from './vector.ts';

const { scalar, point } = arith;

/** What a party says of a key generation with an interference. */
function rejects(run: KeyGenerationRun, party: PartyIndex, interference: Interference): void {
  const abort = generateKey(run, interference).outcome.aborts.get(party);
  if (abort !== undefined) throw abort;
}

type Hit = { readonly from: PartyIndex; readonly round: number; readonly to: PartyIndex };

const changing = (hit: Hit, change: (message: RunMessage) => RunMessage): Interference => ({
  relay: (message) => {
    const { from, round, to } = message;
    const isHit = from === hit.from && round === hit.round && to === hit.to;
    return [isHit ? change(message) : message];
  },
});

function sentIn(run: KeyGenerationRun, hit: Hit): RunMessage {
  const found = run.outcome.sent.find(
    ({ from, round, to }) => from === hit.from && round === hit.round && to === hit.to,
  );
  if (found === undefined) throw new Error('no such message');
  return found;
}

type Text = Pick<Case, 'check' | 'where' | 'op'>;
const caseOf = (text: Text, input: Tree, run: () => void): Case => ({
  ...text,
  where: `dkg_2of3: ${text.where}`,
  target: 'dkg_2of3',
  input,
  run,
});

function shareCase(run: KeyGenerationRun): Case {
  const hit = { from: 1, round: 3, to: 2 };
  const share = incremented(sentIn(run, hit).sealed.slice(32), 0);
  const text = { check: 'C-31', where: 'share f_1(2)+1', op: 'replace share' };
  return caseOf(text, { share: hex(share) }, () => {
    rejects(
      run,
      2,
      changing(hit, (message) => ({
        ...message,
        sealed: spliced(message.sealed, 32, share),
      })),
    );
  });
}

const REVEAL = { from: 1, round: 2, to: 0 };

function lengthCase(run: KeyGenerationRun, where: string, count: number): Case {
  const { open } = sentIn(run, REVEAL);
  const points = Array.from({ length: count }, () => open.slice(32, 65));
  const proofs = Array.from({ length: count }, () => open.slice(-65));
  const payload = concat(open.slice(0, 32), ...points, open.slice(98, 162), ...proofs);
  const text = { check: 'C-28', where, op: 'payload length' };
  return caseOf(text, { length: payload.length }, () => {
    rejects(
      run,
      2,
      changing(REVEAL, (message) => ({ ...message, open: payload })),
    );
  });
}

function commitmentCase(run: KeyGenerationRun): Case {
  const changed = plusG(sentIn(run, REVEAL).open.slice(32, 65));
  const text = { check: 'C-27', where: 'R2 of signer 1 reveals F_{1,0}+G', op: 'replace F_{1,0}' };
  return caseOf(text, { 'F_{1,0}': hex(changed) }, () => {
    rejects(
      run,
      2,
      changing(REVEAL, (message) => ({
        ...message,
        open: spliced(message.open, 32, changed),
      })),
    );
  });
}

function confirmationCase(run: KeyGenerationRun): Case {
  const hit = { from: 2, round: 4, to: 0 };
  const conf = flipped(sentIn(run, hit).open.slice(0, 32), 0);
  const where = 'R4 of signer 2 carries conf with byte 0 ^= 1';
  return caseOf({ check: 'C-33', where, op: 'replace conf' }, { conf: hex(conf) }, () => {
    rejects(
      run,
      1,
      changing(hit, (message) => ({
        ...message,
        open: spliced(message.open, 0, conf),
      })),
    );
  });
}

/** Signer 1 knows the constant terms of the others: the sum of all is zero. */
function degenerateCase(run: KeyGenerationRun): Case {
  const others = [2, 3].map((i) => ks(arith, `${run.S}/a/${i}/0`));
  const a = scalar.neg(others.reduce((sum, a_i) => scalar.add(sum, a_i)));
  const where = 'F_{1,0} = -(F_{2,0}+F_{3,0}), so pk = O (with matching commitment and proof)';
  const F = point.encode(point.mulBase(a));
  const text = { check: 'C-30', where, op: 'replace F_{1,0}' };
  return caseOf(text, { 'F_{1,0}': hex(F) }, () => {
    rejects(run, 2, {
      draws: (self, label) =>
        self === 1 && label === 'a/1/0' ? concat(new Uint8Array(16), scalar.encode(a)) : undefined,
    });
  });
}

function pairCase(run: PairRun): Case {
  const pair = entryOf(run.states, 1);
  const digest = flipped(pair.digest, 31);
  const { sid } = run.session;
  return {
    check: 'C-25',
    where: 'pair_setup: digest with last byte ^= 1',
    target: 'pair_setup',
    op: 'replace digest',
    input: { 'pair digest': hex(digest) },
    run: () => {
      const setup = { setupSid: sid, self: 1, peer: 3, generation: pair.generation };
      const broadcast = new Map([[3, digest]]);
      checkPairDigest({ arith, sha256 }, setup, pair, {
        broadcast,
        direct: new Map(),
        echo: new Uint8Array(),
      });
    },
  };
}

function derivationCase(key: ExtendedKey): Case {
  const path = [0x8000_0000];
  return {
    check: 'C-51',
    where: `derivation with index ${path.join('/')} (hardened)`,
    target: 'derivation',
    op: 'path',
    input: { path },
    run: () => deriveChild({ arith }, key, path),
  };
}

const SIGNER_SETS: readonly (readonly [note: string, P: readonly number[]])[] = [
  ['duplicate', [1, 1]],
  ['fewer than t', [1]],
  ['index 0', [0, 1]],
  ['not in the committee', [1, 5]],
  ['not ascending', [3, 1]],
];

const signerSets = (run: KeyGenerationRun): Case[] =>
  SIGNER_SETS.map(([note, P]) => ({
    check: 'C-09',
    where: 'dkg_2of3 key: signer set of a signing request',
    note,
    target: 'dkg_2of3',
    op: 'signer set',
    input: { P },
    run: () => {
      checkSignerSet(P, run.parties, 1, run.t);
    },
  }));

/** The last of N-84 .. N-90, and from N-92 on. */
export function keyCases(
  run: KeyGenerationRun,
  pair: PairRun,
  key: ExtendedKey,
): { readonly beforeReshare: readonly Case[]; readonly afterReshare: readonly Case[] } {
  const long = 'R2 payload of signer 1 with 3 points and 3 proofs (390 bytes instead of 292)';
  const short = 'R2 payload with 1 point and 1 proof (194 bytes)';
  return {
    beforeReshare: [
      shareCase(run),
      lengthCase(run, long, 3),
      lengthCase(run, short, 1),
      commitmentCase(run),
      confirmationCase(run),
      degenerateCase(run),
      pairCase(pair),
    ],
    afterReshare: [derivationCase(key), ...signerSets(run)],
  };
}
