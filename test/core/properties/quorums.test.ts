/**
 * Any t of n sign and t - 1 cannot. Every quorum of the small committees runs; of 4-of-7 every
 * quorum of four and a sample of the larger ones, all of them with TREFOIL_LONG=1.
 */
import assert from 'node:assert/strict';
import t from 'tap';
import { checkSignerSet, type PartyIndex } from '../../../core/index.ts';
import { withoutChecks } from '../../support/checks-off.ts';
import { randomOf, type SeededRandom } from '../../support/rng.ts';
import { runSigning, signSetup, signWorld, type SignWorld } from '../../support/session.ts';
import {
  anyVerifies,
  assertVerifies,
  childKeyByEthers,
  messageOf,
  type Message,
} from '../../support/verify-signature.ts';

const LONG = process.env['TREFOIL_LONG'] === '1';
const COMMITTEES = [
  [2, 2],
  [3, 2],
  [3, 3],
  [4, 3],
  [5, 3],
  [7, 4],
] as const;

/** All subsets of 1..n of one size, ascending. */
function subsets(n: number, size: number, from = 1): PartyIndex[][] {
  if (size === 0) return [[]];
  const starts = Array.from({ length: Math.max(0, n - from + 1) }, (_, k) => from + k);
  return starts.flatMap((i) => subsets(n, size - 1, i + 1).map((rest) => [i, ...rest]));
}

type Signing = { readonly world: SignWorld; readonly messages: readonly Message[] };

/** A world whose digests are hashes of known messages. */
function worldOf(
  random: SeededRandom,
  options: { n: number; t: number; parties: readonly PartyIndex[]; B: number },
): Signing {
  const depth = random.below(4);
  const world = signWorld({
    seed: Buffer.from(random.bytes(8)).toString('hex'),
    depth,
    ...options,
  });
  const messages = world.items.map(() => messageOf(random.bytes(1 + random.below(64))));
  const items = world.items.map(({ path }, m) => ({
    path,
    digest: messages[m]?.digest ?? new Uint8Array(32),
  }));
  return { world: { ...world, items }, messages };
}

function assertAllSign({ world, messages }: Signing): void {
  const { results, aborts } = runSigning(world);
  assert.deepEqual([...aborts.values()].map(String), []);
  const [first] = results.values();
  assert.equal(results.size, world.parties.length);
  for (const signatures of results.values()) assert.deepEqual(signatures, first);
  const { key } = signSetup(world, world.parties[0] ?? 0);
  world.items.forEach(({ path }, m) => {
    const [message, signature] = [messages[m], first?.[m]];
    assert.ok(message && signature);
    assertVerifies(childKeyByEthers(key, path), message, signature);
  });
}

for (const [n, threshold] of COMMITTEES) {
  void t.test(`any quorum of ${threshold}-of-${n} signs`, async (t) => {
    const random = randomOf(t);
    const sizes = Array.from({ length: n - threshold + 1 }, (_, k) => threshold + k);
    const quorums = sizes.flatMap((size) => {
      const all = subsets(n, size);
      return LONG || n < 7 || size === threshold ? all : [random.pick(all)];
    });
    for (const parties of quorums) {
      // Larger batches where they are cheap.
      const B = n < 5 ? 1 + random.below(3) : 1;
      assertAllSign(worldOf(random, { n, t: threshold, parties, B }));
    }
    t.pass(`${quorums.length} quorums`);
  });

  void t.test(`${threshold - 1} signers of ${threshold}-of-${n} cannot sign`, async (t) => {
    const random = randomOf(t);
    const all = subsets(n, threshold - 1);
    for (const parties of all) {
      const self = parties[0] ?? 0;
      const committee = Array.from({ length: n }, (_, k) => k + 1);
      t.throws(
        () => {
          checkSignerSet(parties, committee, self, threshold);
        },
        { name: 'ProtocolAbort', check: 'C-09' },
      );
    }
    // Forced through past C-09, they notice at C-43 that their shares do not make the key.
    const parties = random.pick(all);
    const { world, messages } = worldOf(random, { n, t: threshold, parties, B: 1 });
    const { results, aborts } = runSigning(world);
    t.equal(results.size, 0);
    t.same(
      [...aborts.values()].map(({ check }) => check),
      parties.map(() => 'C-43'),
    );
    // And an implementation without the checks would have a signature of some other key.
    const forced = withoutChecks(['C-43', 'C-46'], () => runSigning(world));
    const signature = forced.value.results.get(parties[0] ?? 0)?.[0];
    const [message] = messages;
    if (signature === undefined || message === undefined) throw new Error('not forced through');
    t.ok((forced.suppressed.get('C-43') ?? 0) > 0 && (forced.suppressed.get('C-46') ?? 0) > 0);
    const path = world.items[0]?.path ?? [];
    const { key } = signSetup({ ...world, parties }, parties[0] ?? 0);
    t.notOk(anyVerifies(childKeyByEthers(key, path), message, signature));
  });
}
