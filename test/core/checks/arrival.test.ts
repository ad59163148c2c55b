/** A real signing session under any order of arrival: repetition, strangers and silence (spec §2.5). */
import assert from 'node:assert/strict';
import t from 'tap';
import {
  SessionRun,
  signing,
  type Effects,
  type PartyIndex,
  type RunMessage,
  type SignHold,
  type Signature,
} from '../../../core/index.ts';
import { randomOf, sha256 } from '../../support/rng.ts';
import {
  arith,
  extend,
  flipByte,
  labelledDraw,
  runSigning,
  signSetup,
  signWorld,
  tamper,
  withPart,
} from '../../support/session.ts';

const world = signWorld({ seed: 'run', parties: [1, 2, 3] });
const honest = runSigning(world);
const forThird = honest.sent.filter((m) => m.from !== 3 && (m.to === 0 || m.to === 3));
const expected = honest.results.get(3);

type Run = SessionRun<readonly Signature[], SignHold>;

function runOf(self: PartyIndex): Run {
  const { sid, parties, seed } = world;
  return new SessionRun(
    { sid, self, parties, joins: [sid], protocol: signing(signSetup(world, self)) },
    { arith, sha256, draw: labelledDraw(`${seed}/${String(self)}`) },
  );
}

const isNothing = ({ checked, hold, send, ...rest }: Effects<unknown, unknown>): boolean =>
  checked.length + hold.length + send.length === 0 && !('done' in rest);

/** Feeds messages and returns what the last of them completed. */
function feed(run: Run, messages: readonly RunMessage[]): readonly Signature[] | undefined {
  let done: readonly Signature[] | undefined;
  for (const message of messages) done = run.receive(message).done ?? done;
  return done;
}

void t.test('messages in any order, early ones too, give the same result', async (t) => {
  const random = randomOf(t);
  for (let round = 0; round < 4; round++) {
    const shuffled = forThird
      .map((message) => ({ message, rank: random.below(2 ** 31) }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ message }) => message);
    const run = runOf(3);
    // Some arrive before the session has begun here.
    const before = random.below(shuffled.length);
    const early = shuffled.slice(0, before).map((message) => run.receive(message));
    t.ok(early.every(isNothing));
    const started = run.start();
    t.same(started.done ?? feed(run, shuffled.slice(before)), expected);
  }
});

void t.test('duplicates, past rounds and other versions of a slot change nothing', async (t) => {
  const run = runOf(3);
  run.start();
  let done: readonly Signature[] | undefined;
  for (const message of forThird) {
    done = run.receive(message).done ?? done;
    t.ok(isNothing(run.receive(message)));
    const other = withPart(message, 'open', (open) => flipByte(extend(open), 0));
    t.ok(isNothing(run.receive(other)));
  }
  t.same(done, expected);
  for (const message of forThird) t.ok(isNothing(run.receive(message)), 'after the end');
});

void t.test('strangers, wrong receivers and rounds that do not exist are dropped', async (t) => {
  const run = runOf(3);
  run.start();
  const [first] = forThird;
  if (first === undefined) throw new Error('no message');
  const garbage = Uint8Array.of(1);
  const foreign: RunMessage[] = [
    { ...first, from: 4 },
    { ...first, from: 3 }, // itself
    { ...first, from: 0 },
    { ...first, round: 0 },
    { ...first, round: 4 },
    { ...first, round: -1 },
    { ...first, round: 1.5 },
    { ...first, round: Number.NaN },
    { ...first, to: 2 },
    { ...first, to: 0, sealed: garbage }, // nobody can have decrypted it
    { round: 3, from: 1, to: 3, open: garbage, sealed: garbage }, // R3 has no direct message
  ];
  for (const message of foreign) t.ok(isNothing(run.receive(message)));
  t.same(feed(run, forThird), expected);
});

void t.test(
  'a round with broadcasts and direct messages waits for both of every peer',
  async (t) => {
    for (const missing of forThird.filter(({ round }) => round === 1)) {
      const run = runOf(3);
      run.start();
      const others = forThird.filter((message) => message !== missing);
      t.notOk(feed(run, others));
      t.same(feed(run, [missing]), expected);
    }
  },
);

void t.test('R2 does not leave before every R1 is here (P-13)', async (t) => {
  const run = runOf(3);
  run.start();
  const R1 = forThird.filter(({ round }) => round === 1);
  const early = forThird.filter(({ round }) => round > 1);
  for (const message of [...early, ...R1.slice(1)]) t.equal(run.receive(message).send.length, 0);
  const [last] = R1;
  if (last === undefined) throw new Error('no message');
  const effects = run.receive(last);
  t.same([...new Set(effects.send.map(({ round }) => round))], [2, 3]);
  t.same(effects.checked, [1, 2, 1, 2]);
  t.same(effects.hold, [{ kind: 'sign-commit' }]);
  t.same(effects.done, expected);
});

void t.test('a run starts once, and is over after an abort (§2.5, P-11)', async (t) => {
  const run = runOf(3);
  run.start();
  t.throws(() => run.start(), { name: 'InvariantViolation' });
  const relay = tamper({ from: 1, round: 1, to: 3 }, (m) =>
    withPart(m, 'sealed', (bytes) => flipByte(bytes, 0)),
  );
  const changed = forThird.flatMap((message) => relay(message, 3));
  let aborts = 0;
  for (const message of [...changed, ...forThird]) {
    try {
      t.ok(isNothing(run.receive(message)));
    } catch (error) {
      aborts += 1;
      t.match(error, { check: 'C-37' });
    }
  }
  t.equal(aborts, 1);
});

void t.test('the abort does not depend on the order of arrival', async (t) => {
  // Signers 1 and 2 both send a short R2; the lower index is named whoever came first.
  const cut = (message: RunMessage): RunMessage =>
    message.round === 2 && message.to === 3
      ? withPart(message, 'sealed', (bytes) => bytes.slice(0, 31))
      : message;
  for (const order of [forThird, forThird.toReversed()]) {
    const run = runOf(3);
    run.start();
    const aborting = (): void => {
      feed(run, order.map(cut));
    };
    t.throws(aborting, { name: 'ProtocolAbort', check: 'C-05', culprits: [1] });
  }
});

void t.test('a party keeps its own copy of what it received', async (t) => {
  const run = runOf(3);
  run.start();
  const copies = forThird.map((m) => ({ ...m, open: m.open.slice(), sealed: m.sealed.slice() }));
  let done: readonly Signature[] | undefined;
  for (const message of copies) {
    done = run.receive(message).done ?? done;
    message.open.fill(0);
    message.sealed.fill(0);
  }
  assert.deepEqual(done, expected);
  t.ok(done);
});
