import t from 'tap';
import { concat, u8 } from '../../../core/codec/bytes.ts';
import { ensure, InvariantViolation } from '../../../core/errors.ts';
import { taggedHash } from '../../../core/hash/transcript.ts';
import { entryOf } from '../../../core/list.ts';
import { broadcast, type Outgoing, type Protocol } from '../../../core/run/protocol.ts';
import { SessionRun, type RunMessage } from '../../../core/run/session-run.ts';
import type { PartyIndex } from '../../../core/types.ts';
import { assertAborts } from '../../support/aborts.ts';
import { arith, hexOf } from '../../support/arith.ts';
import { randomOf, sha256 } from '../../support/rng.ts';
import { runAll } from '../../support/runs.ts';

const PARTIES = [1, 2, 3];
const sid = new Uint8Array(32).fill(9);
const joins = PARTIES.map((index) => Uint8Array.of(index));

const direct = (to: PartyIndex, ...bytes: number[]): Outgoing => ({
  to,
  open: Uint8Array.of(0xdd),
  sealed: Uint8Array.of(...bytes),
});

/** Two rounds: everybody shows a byte and whispers one; then everybody shows the sum. */
function summing(self: PartyIndex): Protocol<number, string> {
  const peers = PARTIES.filter((index) => index !== self);
  return {
    rounds: [
      { broadcast: true, direct: true, echo: false },
      { broadcast: true, direct: true, echo: true },
    ],
    begin: (env) => {
      const own = env.rng('own', 1)[0] ?? 0;
      return {
        send: [broadcast(u8(own)), ...peers.map((j) => direct(j, own))],
        next: (env, inbox) => {
          const shown = [...inbox.broadcast.values()].map(([byte = 0]) => byte);
          const whispered = [...inbox.direct.values()].map(({ sealed: [byte = 0] }) => byte);
          ensure('PAYLOAD_LENGTH', shown.join() === whispered.join(), [2]);
          const sum = shown.reduce((a, b) => a + b, own);
          env.rng('later', 1);
          return {
            send: [broadcast(u8(sum & 0xff)), ...peers.map((j) => direct(j, sum & 0xff))],
            hold: 'sum',
            checked: peers,
            next: (_, inbox) => ({ send: [], done: sum + inbox.broadcast.size }),
          };
        },
      };
    },
  };
}

function runOf(self: PartyIndex): SessionRun<number, string> {
  const draw = (_: string, length: number): Uint8Array => new Uint8Array(length).fill(10 + self);
  const options = { sid, self, parties: PARTIES, joins, protocol: summing(self) };
  return new SessionRun(options, { arith, sha256, draw });
}

/** What party `from` sends to 1 in round 1. */
function firstOf(from: PartyIndex): readonly [RunMessage, RunMessage] {
  const { send } = runOf(from).start();
  const [shown, whispered] = send.filter(({ to }) => to === 0 || to === 1);
  if (shown === undefined || whispered === undefined) throw new Error('no messages');
  return [shown, whispered];
}

t.test('all parties come to one result whatever the order of messages', (t) => {
  const random = randomOf(t);
  for (let k = 0; k < 10; k++) {
    const held: RunMessage[] = [];
    const { results, holds, checked, aborts } = runAll<number, string>({
      sid,
      parties: PARTIES,
      joins,
      protocol: summing,
      arith: () => arith,
      draw: () => random.draw,
      relay: (message) => {
        // Some messages wait and come after others, twice.
        if (random.below(3) > 0) return [message];
        held.push(message);
        return random.below(2) === 0 ? [message, message] : [message];
      },
    });
    t.equal(aborts.size, 0);
    t.equal(new Set(results.values()).size, 1);
    t.same(holds.get(1), ['sum']);
    t.same(checked.get(3), [1, 2]);
  }
  t.end();
});

t.test('a round waits for every message and each handler runs once', (t) => {
  const run = runOf(1);
  run.start();
  const [[shown2, whispered2], [shown3, whispered3]] = [firstOf(2), firstOf(3)];
  for (const early of [shown2, whispered2, shown3]) t.same(run.receive(early).send, []);
  const effects = run.receive(whispered3);
  t.equal(effects.send.length, 3);
  t.same(effects.hold, ['sum']);
  t.same(effects.checked, [2, 3]);
  for (const late of [shown2, whispered2, shown3, whispered3]) {
    t.same(run.receive(late), { checked: [], hold: [], send: [] });
  }
  t.end();
});

t.test('messages before the start wait for it', (t) => {
  const run = runOf(1);
  for (const message of [...firstOf(2), ...firstOf(3)]) t.same(run.receive(message).send, []);
  t.equal(run.start().send.length, 6);
  t.throws(() => run.start(), InvariantViolation);
  t.end();
});

t.test('messages of strangers, to others, or of another form are dropped', (t) => {
  const run = runOf(1);
  run.start();
  const [shown, whispered] = firstOf(2);
  for (const stray of [
    { ...shown, from: 1 },
    { ...shown, from: 4 },
    { ...shown, round: 0 },
    { ...shown, round: 3 },
    { ...shown, sealed: Uint8Array.of(1) },
    { ...whispered, to: 3 },
    { ...whispered, from: 9 },
  ]) {
    t.same(run.receive(stray), { checked: [], hold: [], send: [] });
  }
  // None of them took a slot.
  for (const message of [shown, whispered, firstOf(3)[0]]) t.same(run.receive(message).send, []);
  t.equal(run.receive(firstOf(3)[1]).send.length, 3);
  t.end();
});

t.test('the first message of a slot counts', (t) => {
  const run = runOf(1);
  run.start();
  const [shown, whispered] = firstOf(2);
  run.receive(shown);
  run.receive({ ...shown, open: Uint8Array.of(99) });
  run.receive(whispered);
  for (const message of firstOf(3)) run.receive(message);
  t.same(run.receive(shown).send, [], 'the round went on with the first');
  t.end();
});

t.test('a message is copied when it arrives', (t) => {
  const run = runOf(1);
  run.start();
  const [shown, whispered] = firstOf(2);
  run.receive(shown);
  shown.open.fill(0xff);
  run.receive(whispered);
  whispered.sealed.fill(0);
  const [shown3, whispered3] = firstOf(3);
  run.receive(shown3);
  t.equal(run.receive(whispered3).send.length, 3);
  t.end();
});

t.test('a second round starts with the hash of all first broadcasts', (t) => {
  const run = runOf(1);
  run.start();
  run.receive(firstOf(2)[0]);
  run.receive(firstOf(2)[1]);
  run.receive(firstOf(3)[0]);
  const { send } = run.receive(firstOf(3)[1]);
  const hashes = [11, 12, 13].map((byte) => sha256(u8(byte)));
  const echo = taggedHash(sha256, 'echo', sid, u8(1), ...hashes);
  for (const { to, open, sealed } of send) {
    t.same((to === 0 ? open : sealed).slice(0, 32), echo);
  }
  t.equal(entryOf(new Map(send.map(({ to, open }) => [to, open])), 0).length, 33);
  t.end();
});

t.test('another echo ends the session without culprit', (t) => {
  for (const part of ['open', 'sealed'] as const) {
    const { aborts } = runAll<number, string>({
      sid,
      parties: PARTIES,
      joins,
      protocol: summing,
      arith: () => arith,
      draw: (self) => (_, length) => new Uint8Array(length).fill(self),
      relay: (message, receiver) => {
        const isPart = (message.to === 0) === (part === 'open');
        const hit = isPart && message.round === 2 && message.from === 2 && receiver === 1;
        const changed = concat(new Uint8Array(32), message[part].slice(32));
        return [hit ? { ...message, [part]: changed } : message];
      },
    });
    t.same([...aborts.keys()], [1]);
    const { check, abortClass, culprits } = entryOf(aborts, 1);
    t.same({ check, abortClass, culprits }, { check: 'C-15', abortClass: 'retry', culprits: [] });
  }
  t.end();
});

t.test('a payload shorter than its echo blames the sender', (t) => {
  const run = runOf(1);
  run.start();
  for (const from of [2, 3]) for (const message of firstOf(from)) run.receive(message);
  const short = { round: 2, open: Uint8Array.of(1), sealed: new Uint8Array() };
  const whole = { round: 2, to: 1, open: new Uint8Array(), sealed: new Uint8Array(40) };
  run.receive({ ...short, from: 3, to: 0 });
  run.receive({ ...short, from: 2, to: 0 });
  run.receive({ ...whole, from: 3 });
  assertAborts(() => run.receive({ ...whole, from: 2 }), { check: 'C-05', culprits: [2] });
  t.end();
});

t.test('after an abort nothing more comes out of the run', (t) => {
  const run = runOf(1);
  run.start();
  const [shown, whispered] = firstOf(2);
  run.receive({ ...shown, open: Uint8Array.of(99) });
  run.receive(whispered);
  const [shown3, whispered3] = firstOf(3);
  run.receive(shown3);
  assertAborts(() => run.receive(whispered3), { check: 'C-05', culprits: [2] });
  for (const message of [shown, whispered, shown3, whispered3]) {
    t.same(run.receive(message), { checked: [], hold: [], send: [] });
  }
  t.end();
});

t.test('draws are bound to the joins and to every message so far', (t) => {
  const bindsOf = (join: number, part: number): string[] => {
    const binds: string[] = [];
    const draw = (_: string, length: number, bind: Uint8Array): Uint8Array => {
      binds.push(hexOf(bind));
      return new Uint8Array(length);
    };
    const changed = joins.with(1, Uint8Array.of(join));
    const options = { sid, self: 1, parties: PARTIES, joins: changed, protocol: summing(1) };
    const run = new SessionRun(options, { arith, sha256, draw });
    run.start();
    for (const from of [2, 3]) {
      const [shown, whispered] = firstOf(from);
      run.receive(shown);
      run.receive({ ...whispered, open: from === 3 ? Uint8Array.of(part) : whispered.open });
    }
    return binds;
  };
  const [first, later] = bindsOf(2, 1);
  const [otherJoin, otherJoinLater] = bindsOf(5, 1);
  const [same, otherMessage] = bindsOf(2, 2);
  t.not(first, later);
  t.not(first, otherJoin);
  t.not(later, otherJoinLater);
  t.equal(first, same);
  t.not(later, otherMessage);
  t.same(bindsOf(2, 1), [first, later], 'and to nothing else');
  t.end();
});
