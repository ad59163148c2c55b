/** A session of several parties in this thread, messages handed over as they are. */
import {
  createReferenceArith,
  type PartyIndex,
  type Protocol,
  type RunMessage,
} from '../core/index.ts';
import { runAll } from '../test/support/runs.ts';
import { sha256 } from '../wire/bytes.ts';
import { drawFor } from './party.ts';
import { present } from './present.ts';

export type InProcess<R, H> = {
  readonly sid: Uint8Array;
  readonly parties: readonly PartyIndex[];
  readonly protocol: (self: PartyIndex) => Protocol<R, H>;
};

/** Runs to the end; throws what a party aborted with. */
export function runInProcess<R, H>(session: InProcess<R, H>): readonly RunMessage[] {
  const { sid, parties } = session;
  const outcome = runAll({
    ...session,
    joins: [sid],
    arith: () => createReferenceArith(),
    draw: () => drawFor(sid),
    sha256,
  });
  for (const abort of outcome.aborts.values()) throw abort;
  for (const party of parties) present(outcome.results.get(party));
  return outcome.sent;
}
