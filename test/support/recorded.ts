/**
 * One honest run of a protocol, recorded at all parties, and replays of single parties against
 * changed messages. A round whose inbox is the recorded one is not computed again, so thousands of
 * changes to expensive messages cost their own round only.
 */
import assert from 'node:assert/strict';
import {
  ProtocolAbort,
  SessionRun,
  type Draw,
  type PartyIndex,
  type Protocol,
  type RunMessage,
} from '../../core/index.ts';
import type { Inbox, Turn } from '../../core/run/protocol.ts';
import { sha256 } from './rng.ts';
import { runAll, type Relay, type RunsInput, type RunsOutcome } from './runs.ts';

/** What came of a replay; without result and abort the party still waits. */
export type Replayed<R> = {
  readonly result?: R;
  readonly abort?: ProtocolAbort;
  /** Messages the party made, in order. */
  readonly sent: readonly RunMessage[];
};

export type Recording<R, H> = RunsOutcome<R, H> & {
  /** The recorded messages for `self` in order, as `relay` changes them, to a new run of `self`. */
  readonly replay: (self: PartyIndex, relay: Relay) => Replayed<R>;
};

function fingerprint({ broadcast, direct }: Inbox): string {
  const parts = [
    ...[...broadcast].flatMap(([from, open]) => [Uint8Array.of(0, from), sha256(open)]),
    ...[...direct].flatMap(([from, { open, sealed }]) => [
      Uint8Array.of(1, from),
      sha256(open),
      sha256(sealed),
    ]),
  ];
  return Buffer.from(sha256(...parts)).toString('hex');
}

/** The turn whose continuation remembers its first, the recorded, inbox. */
function remembering<R, H>(turn: Turn<R, H>): Turn<R, H> {
  if ('done' in turn) return turn;
  let known: { readonly key: string; readonly turn: Turn<R, H> } | undefined;
  return {
    ...turn,
    next: (env, inbox) => {
      const key = fingerprint(inbox);
      if (known?.key === key) return known.turn;
      const next = remembering(turn.next(env, inbox));
      known ??= { key, turn: next };
      return next;
    },
  };
}

function rememberingProtocol<R, H>(protocol: Protocol<R, H>): Protocol<R, H> {
  let first: Turn<R, H> | undefined;
  return { ...protocol, begin: (env) => (first ??= remembering(protocol.begin(env))) };
}

/** Core overwrites some draws when it is done with them: a replay needs them as they were. */
function keepingDraws(draw: Draw): { readonly draw: Draw; readonly restore: () => void } {
  const kept: { readonly bytes: Uint8Array; readonly copy: Uint8Array }[] = [];
  return {
    draw: (label, length, bind) => {
      const bytes = draw(label, length, bind);
      kept.push({ bytes, copy: bytes.slice() });
      return bytes;
    },
    restore: () => {
      for (const { bytes, copy } of kept) bytes.set(copy);
    },
  };
}

/** Runs the protocol honestly and keeps everything. The draws must depend on their label only. */
export function record<R, H>(input: RunsInput<R, H>): Recording<R, H> {
  const { parties, sid, joins } = input;
  const protocols = new Map(parties.map((i) => [i, rememberingProtocol(input.protocol(i))]));
  const draws = new Map(parties.map((i) => [i, keepingDraws(input.draw(i))]));
  const protocolOf = (self: PartyIndex): Protocol<R, H> => {
    const protocol = protocols.get(self);
    assert.ok(protocol);
    return protocol;
  };
  const outcome = runAll({
    ...input,
    protocol: protocolOf,
    draw: (self) => draws.get(self)?.draw ?? input.draw(self),
  });
  assert.equal(outcome.results.size, parties.length, 'the recorded run is honest');

  const replay = (self: PartyIndex, relay: Relay): Replayed<R> => {
    draws.get(self)?.restore();
    const options = { sid, self, parties, joins, protocol: protocolOf(self) };
    const modules = { arith: input.arith(self), sha256, draw: input.draw(self) };
    const run = new SessionRun(options, modules);
    const sent: RunMessage[] = [...run.start().send];
    try {
      for (const message of outcome.sent) {
        if (message.from === self || (message.to !== 0 && message.to !== self)) continue;
        for (const changed of relay(message, self)) {
          const effects = run.receive(changed);
          sent.push(...effects.send);
          if ('done' in effects) return { result: effects.done, sent };
        }
      }
    } catch (error) {
      if (!(error instanceof ProtocolAbort)) throw error;
      return { abort: error, sent };
    }
    return { sent };
  };
  return { ...outcome, replay };
}
