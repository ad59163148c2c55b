/**
 * All sections of the vectors, computed by core. What later sections and the negative vectors
 * build on is made once.
 */
import { entryOf } from '../../core/list.ts';
import type { KeyShare, PartyIndex } from '../../core/types.ts';
import { blake3Section } from './blake3.ts';
import { derivationSection } from './derivation.ts';
import { dkgSection, generateKey, type KeyGenerationRun } from './dkg.ts';
import { envelopeSection } from './envelope.ts';
import { hashSection } from './hash.ts';
import { arith, ks } from './labels.ts';
import { decoderCases } from './negative/decoders.ts';
import { extensionCases } from './negative/extension.ts';
import { keyCases } from './negative/keys.ts';
import { multiplicationCases } from './negative/multiplication.ts';
import { otCases } from './negative/ot.ts';
import { signCases } from './negative/sign.ts';
import { vectorOf, type Case } from './negative/vector.ts';
import { endemicOtSection, pprfSection } from './ot.ts';
import { pairsOf, setUpPair, type PairRun } from './pair-setup.ts';
import { multiply, rvoleSection, syntheticDirection } from './rvole.ts';
import { commitmentSection, schnorrSection } from './schnorr.ts';
import { contextSection } from './session.ts';
import { sign, signSection, syntheticPairs, SYNTHETIC_INPUTS, type SigningRun } from './sign.ts';
import type { Tree } from './tree.ts';

const sharesOf = ({ outcome }: KeyGenerationRun): ReadonlyMap<PartyIndex, KeyShare> =>
  new Map([...outcome.results].map(([i, { share }]) => [i, share]));

/** N-01 .. N-97 by id, without those of a section that is not built. */
function negativeVectors(
  key: KeyGenerationRun,
  pair: PairRun,
  signing: SigningRun,
): ReadonlyMap<string, Tree> {
  const honest = multiply('rv1', 1);
  const { esid, ot1 } = honest.bob;
  const lanes = [ks(arith, 'rv1/a/0/0'), ks(arith, 'rv1/a/0/1'), ks(arith, 'rv1/ah/0')] as const;
  const alice = { esid, ot1, state: honest.alice, lanes };
  const keys = keyCases(key, pair, entryOf(sharesOf(key), 1));
  const cases: readonly (Case | undefined)[] = [
    ...decoderCases(),
    ...otCases(),
    ...extensionCases(honest, syntheticDirection('rv1/').bobLeaves),
    ...multiplicationCases(honest, alice),
    ...signCases(signing),
    ...keys.beforeReshare,
    undefined, // N-91, resharing
    ...keys.afterReshare,
  ];
  return new Map(
    cases.flatMap((given, k) => {
      const id = `N-${String(k + 1).padStart(2, '0')}`;
      return given === undefined ? [] : [[id, vectorOf(id, given)] as const];
    }),
  );
}

/** What core computes: trees by section, and the negative vectors by id. */
export type Computed = {
  readonly sections: ReadonlyMap<string, Tree>;
  readonly negative: ReadonlyMap<string, Tree>;
};

export function computeAll(): Computed {
  const key3 = generateKey({ S: 'dkg', parties: [1, 2, 3], t: 2 });
  const key5 = generateKey({ S: 'dkg5', parties: [2, 3, 5, 7, 11], t: 3 });
  const pair = setUpPair();
  const shares3 = sharesOf(key3);
  const signing3 = { S: 'sign', parties: [1, 3], path: [], shares: shares3, pairs: pairsOf(pair) };
  const parties5 = [3, 5, 11];
  const signing5 = { S: 'sign35', parties: parties5, path: [1], shares: sharesOf(key5) };
  const run3 = sign(signing3);
  const run5 = sign({ ...signing5, pairs: syntheticPairs(parties5) });
  const sections: Readonly<Record<string, Tree>> = {
    hash: hashSection(),
    blake3: blake3Section(),
    schnorr: schnorrSection(),
    commitment: commitmentSection(),
    context: contextSection(),
    envelope: envelopeSection(),
    endemic_ot: endemicOtSection(),
    pprf: pprfSection(),
    rvole: rvoleSection(),
    dkg_2of3: dkgSection(key3),
    dkg_3of5: dkgSection(key5),
    pair_setup: pair.tree,
    sign_2of3: signSection(run3),
    sign_3of5: { ...signSection(run5), 'pair inputs': SYNTHETIC_INPUTS },
    derivation: derivationSection(entryOf(shares3, 1)),
  };
  return {
    sections: new Map(Object.entries(sections)),
    negative: negativeVectors(key3, pair, run3),
  };
}
