import assert from 'node:assert/strict';
import { ProtocolAbort, type AbortClass, type CheckId, type PartyIndex } from '../../core/index.ts';

export type Expected = {
  readonly check: CheckId;
  readonly abortClass?: AbortClass;
  readonly culprits?: readonly PartyIndex[];
};

/** Asserts that `run` aborts by this check, with this class and these culprits where given. */
export function assertAborts(run: () => unknown, expected: Expected): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof ProtocolAbort, String(error));
    const { check, abortClass, culprits } = error;
    assert.deepEqual({ check, abortClass, culprits }, { abortClass, culprits, ...expected });
    return true;
  });
}
