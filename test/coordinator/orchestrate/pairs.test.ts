import t, { type Test } from 'tap';
import { createMetrics } from '../../../coordinator/metrics.ts';
import { Fleet } from '../../../coordinator/orchestrate/fleet.ts';
import { PairKeeper } from '../../../coordinator/orchestrate/pairs.ts';
import type { SignerApi } from '../../../coordinator/ports.ts';
import { Relay } from '../../../coordinator/relay/relay.ts';
import { TIMING } from '../../../coordinator/timing.ts';
import type { OpenFrame } from '../../../wire/relay-frame.ts';
import type { PairInfo } from '../../../wire/signer-info.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { createQuietLog } from '../../support/quiet-log.ts';
import { randomOf } from '../../support/rng.ts';
import { createScriptedLine, type ScriptedLine } from '../../support/scripted-line.ts';

const CLUSTER = 'test';
const unreachable = () => Promise.reject(new Error('not used here'));
const absent = (peer: number, changes: Partial<PairInfo> = {}): PairInfo => ({
  ...{ peer, state: 'absent', generation: 0, largestGeneration: 0, needsApproval: false },
  ...changes,
});
const active = (peer: number, generation: number, digest = 1): PairInfo =>
  absent(peer, {
    ...{ state: 'active', generation, largestGeneration: generation },
    pairDigest: new Uint8Array(32).fill(digest),
  });

/** Signers 1 and 2 of whom only the word on their pair matters. */
async function open(t: Test, sides: Readonly<Record<1 | 2, PairInfo>>) {
  const said: Record<number, PairInfo> = { ...sides };
  const random = randomOf(t).bytes;
  const clock = createManualClock();
  const log = createQuietLog();
  const lines = new Map([1, 2].map((index) => [index, createScriptedLine()]));
  const cluster = { name: CLUSTER };
  const apis = new Map(
    [1, 2].map((index): [number, SignerApi] => [
      index,
      {
        getInfo: () => {
          const pair = said[index];
          return Promise.resolve({
            ...{ index, cluster: cluster.name, rosterVersion: 1, version: '0', keyCount: 0 },
            ...{ boot: new Uint8Array(32), identityKey: new Uint8Array(32), sealer: 'memory' },
            pairs: pair ? [pair] : [],
          });
        },
        listKeys: unreachable,
        getKey: unreachable,
        putCertificate: unreachable,
        getResult: unreachable,
      },
    ]),
  );
  const common = { clock, random, log, apis, metrics: createMetrics() };
  const look = (): void => {
    keeper.look();
  };
  const fleet = new Fleet(
    { cluster: CLUSTER, signers: [1, 2], timing: TIMING },
    { ...common, changed: look },
  );
  const relay = new Relay(
    {
      signers: new Map([...lines].map(([index, { connect }]) => [index, connect])),
      timing: TIMING,
    },
    {
      ...common,
      events: {
        signerUp: (index) => {
          fleet.signerUp(index);
          keeper.forgive(index);
        },
        signerDown: (index) => {
          fleet.signerDown(index);
        },
      },
    },
  );
  const keeper = new PairKeeper(
    { signers: [1, 2], rosterVersion: 3, timing: TIMING },
    { ...common, relay, fleet },
  );
  t.teardown(() => {
    keeper.close();
    fleet.close();
    relay.close();
  });
  await clock.advance(1);
  const line = (index: number): ScriptedLine => lines.get(index) ?? createScriptedLine();
  const opens = (): OpenFrame[] =>
    line(1).sent.flatMap((frame) => (frame.kind === 'open' ? [frame] : []));
  /** Both sides refuse the set-up that was opened last. */
  const refuseLast = (): void => {
    const { session } = opens().at(-1) ?? { session: new Uint8Array(16) };
    const refusal = { reason: 'PAIR_BUSY', message: 'busy', metadata: {} } as const;
    for (const index of [1, 2]) {
      line(index).deliver({ kind: 'open_ack', session, outcome: { kind: 'refused', refusal } });
    }
  };
  return { said, clock, fleet, keeper, line, opens, refuseLast, cluster, log };
}

t.test('sets a pair up with the generation after the largest of both sides', async (t) => {
  const { opens, line, fleet } = await open(t, {
    1: absent(2, { largestGeneration: 4 }),
    2: absent(1, { largestGeneration: 7 }),
  });

  t.match(opens(), [
    { parties: [1, 2], rosterVersion: 3, subject: { kind: 'pair', generation: 8 } },
  ]);
  t.match(line(2).sent, [{ kind: 'open' }]);
  t.notOk(fleet.pairUsable(1, 2));
});

t.test('leaves a pair alone that is equally active', async (t) => {
  const { opens, fleet, clock } = await open(t, { 1: active(2, 3), 2: active(1, 3) });
  await clock.advance(60_000);
  t.same(opens(), []);
  t.ok(fleet.pairUsable(1, 2));
});

t.test('active on both sides is not enough: generation and digest must agree', async (t) => {
  for (const other of [active(1, 4), active(1, 3, 2)]) {
    const { opens, fleet } = await open(t, { 1: active(2, 3), 2: other });
    t.notOk(fleet.pairUsable(1, 2));
    t.equal(opens().length, 1);
  }
});

t.test('waits while an operator is needed', async (t) => {
  for (const owed of [{ needsApproval: true }, { state: 'refused' }] as const) {
    const { opens, said, clock } = await open(t, { 1: absent(2), 2: absent(1, owed) });
    await clock.advance(60_000);
    t.same(opens(), []);

    said[2] = absent(1);
    await clock.advance(TIMING.infoIntervalMs + 10);
    t.equal(opens().length, 1, 'and begins when the approval is there');
  }
});

t.test('tries again after a failure, more and more slowly, one at a time', async (t) => {
  const { opens, refuseLast, clock } = await open(t, { 1: absent(2), 2: absent(1) });
  const times: number[] = [];
  for (let i = 1; i < 7; i += 1) {
    while (opens().length < i) await clock.advance(50);
    times.push(clock.monotonicMs());
    await clock.advance(1_000);
    t.equal(opens().length, i, 'one at a time');
    refuseLast();
  }
  const waits = times.slice(1).map((at, i) => at - (times[i] ?? 0) - 1_000);
  t.ok((waits[0] ?? 0) <= TIMING.pairBackoffFirstMs + 100);
  t.ok((waits.at(-1) ?? 0) >= (waits[0] ?? 0) * 4, waits.join());
});

t.test('a signer that came anew is tried at once', async (t) => {
  const { opens, refuseLast, clock, line } = await open(t, { 1: absent(2), 2: absent(1) });
  for (let i = 1; i < 6; i += 1) {
    while (opens().length < i) await clock.advance(50);
    refuseLast();
  }
  const before = opens().length;

  line(2).cut();
  await clock.advance(TIMING.backoffFirstMs + 10);

  t.equal(opens().length, before + 1);
});

t.test('an answer of another signer or another cluster is not believed', async (t) => {
  const { opens, cluster, fleet, clock, line, log } = await open(t, {
    1: active(2, 1),
    2: active(1, 1),
  });
  cluster.name = 'other';
  line(2).cut();
  await clock.advance(TIMING.backoffFirstMs + TIMING.infoIntervalMs);

  t.notOk(fleet.pairUsable(1, 2), 'what was said over an earlier connection is not used');
  t.same(opens(), []);
  t.ok(log.lines.some(({ message }) => message === 'not that signer'));
});
