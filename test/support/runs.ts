/**
 * Runs one protocol at all of its parties in one process: every message passes a queue, where a
 * test may change, drop, repeat or hold it back.
 */
import {
  ProtocolAbort,
  SessionRun,
  type Arith,
  type Draw,
  type PartyIndex,
  type Protocol,
  type RunMessage,
  type Sha256,
} from '../../core/index.ts';
import { sha256 as plainSha256 } from './rng.ts';

/** What may happen to a message before it arrives; `to` is the one receiver of this copy. */
export type Relay = (message: RunMessage, receiver: PartyIndex) => readonly RunMessage[];

export type RunsInput<R, H> = {
  readonly sid: Uint8Array;
  readonly parties: readonly PartyIndex[];
  readonly joins: readonly Uint8Array[];
  readonly protocol: (self: PartyIndex) => Protocol<R, H>;
  readonly arith: (self: PartyIndex) => Arith;
  readonly draw: (self: PartyIndex) => Draw;
  readonly relay?: Relay;
  readonly sha256?: Sha256;
};

export type RunsOutcome<R, H> = {
  readonly results: ReadonlyMap<PartyIndex, R>;
  readonly aborts: ReadonlyMap<PartyIndex, ProtocolAbort>;
  readonly holds: ReadonlyMap<PartyIndex, readonly H[]>;
  readonly checked: ReadonlyMap<PartyIndex, readonly PartyIndex[]>;
  /** Every message as its sender made it, in order. */
  readonly sent: readonly RunMessage[];
};

/** Runs until nothing is under way. A party that aborts takes no further part. */
export function runAll<R, H>(input: RunsInput<R, H>): RunsOutcome<R, H> {
  const { sid, parties, joins, sha256 = plainSha256 } = input;
  const results = new Map<PartyIndex, R>();
  const aborts = new Map<PartyIndex, ProtocolAbort>();
  const holds = new Map<PartyIndex, H[]>(parties.map((i) => [i, []]));
  const checked = new Map<PartyIndex, PartyIndex[]>(parties.map((i) => [i, []]));
  const sent: RunMessage[] = [];
  const queue: { readonly receiver: PartyIndex; readonly message: RunMessage }[] = [];
  const relay: Relay = input.relay ?? ((message) => [message]);
  const runs = new Map(
    parties.map((self) => {
      const options = { sid, self, parties, joins, protocol: input.protocol(self) };
      const modules = { arith: input.arith(self), sha256, draw: input.draw(self) };
      return [self, new SessionRun(options, modules)] as const;
    }),
  );
  const step = (self: PartyIndex, act: (run: SessionRun<R, H>) => ReturnType<typeof run.start>) => {
    const run = runs.get(self);
    if (run === undefined || aborts.has(self)) return;
    try {
      const effects = act(run);
      holds.get(self)?.push(...effects.hold);
      checked.get(self)?.push(...effects.checked);
      if ('done' in effects) results.set(self, effects.done);
      for (const message of effects.send) {
        sent.push(message);
        const receivers = parties.filter(
          (j) => j !== self && (message.to === 0 || message.to === j),
        );
        for (const receiver of receivers) {
          for (const copy of relay(message, receiver)) queue.push({ receiver, message: copy });
        }
      }
    } catch (error) {
      if (!(error instanceof ProtocolAbort)) throw error;
      aborts.set(self, error);
    }
  };
  for (const self of parties) step(self, (run) => run.start());
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { receiver, message } = next;
    step(receiver, (run) => run.receive(message));
  }
  return { results, aborts, holds, checked, sent };
}
