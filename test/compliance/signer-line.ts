/**
 * What a line to a signer owes its link, whatever it is made of.
 */
import type { Test } from 'tap';
import type { Connect } from '../../coordinator/relay/link.ts';
import type { Frame } from '../../wire/relay-frame.ts';
import { until } from '../support/until.ts';

/** A line with a hand on its other end. */
export type LineUnderTest = {
  readonly connect: Connect;
  /** Frames that arrived at the signer, pings left out. */
  readonly arrived: () => readonly Frame[];
  /** Sends from the signer, over the connection that stands. */
  readonly deliver: (frame: Frame) => void;
  /** Ends the connection at the signer's side. */
  readonly cut: () => void;
};

const abortNamed = (n: number): Frame => ({
  kind: 'abort',
  session: new Uint8Array(16).fill(n),
  endClass: 'retry',
  round: 0,
  reason: 'SESSION_TIMEOUT',
});
const numbers = (frames: readonly Frame[]): number[] =>
  frames.flatMap((frame) => (frame.kind === 'abort' ? [frame.session[0] ?? 0] : []));

/** Opens a connection and waits until the other end has answered a ping. */
async function openConnection({ connect }: LineUnderTest) {
  const frames: Frame[] = [];
  const closed: string[] = [];
  let returned = false;
  let early = 0;
  const connection = connect({
    frame: (frame) => {
      if (!returned) early += 1;
      frames.push(frame);
    },
    closed: (why) => {
      if (!returned) early += 1;
      closed.push(why);
    },
  });
  connection.send({ kind: 'ping', nonce: 1n, reply: false });
  returned = true;
  await until('the ping is answered', () => frames.some(({ kind }) => kind === 'ping'));
  return { connection, frames, closed, early: () => early };
}

export async function signerLineSuite(t: Test, open: (t: Test) => Promise<LineUnderTest>) {
  await t.test(
    'a ping comes back with its number, and no event before connect returns',
    async (t) => {
      const { connection, frames, early } = await openConnection(await open(t));
      t.same(frames, [{ kind: 'ping', nonce: 1n, reply: true }]);
      t.equal(early(), 0);
      connection.close();
    },
  );

  await t.test('frames arrive whole and in order, both ways', async (t) => {
    const line = await open(t);
    const { connection, frames } = await openConnection(line);
    const order = Array.from({ length: 50 }, (_, i) => i);

    for (const n of order) connection.send(abortNamed(n));
    await until('all arrived', () => numbers(line.arrived()).length === order.length);
    for (const n of order) line.deliver(abortNamed(n));
    await until('all came back', () => numbers(frames).length === order.length);

    t.same(numbers(line.arrived()), order);
    t.same(numbers(frames), order);
    connection.close();
  });

  await t.test('tells once when the other side ends it', async (t) => {
    const line = await open(t);
    const { closed, connection } = await openConnection(line);

    line.cut();
    await until('it is told', () => closed.length > 0);
    connection.close();
    connection.close();

    t.equal(closed.length, 1);
  });

  await t.test('can be connected again after its end', async (t) => {
    const line = await open(t);
    const first = await openConnection(line);
    first.connection.close();

    const second = await openConnection(line);
    second.connection.send(abortNamed(9));
    await until('it arrived', () => numbers(line.arrived()).includes(9));
    line.deliver(abortNamed(8));
    await until('it came back', () => numbers(second.frames).includes(8));

    t.notOk(numbers(first.frames).includes(8), 'nothing reaches the connection that ended');
    second.connection.close();
  });
}
