/**
 * A negative vector: an input and what core says of it.
 */
import { ProtocolAbort, type AbortClass } from '../../../core/errors.ts';
import type { Tree } from '../tree.ts';

export type Case = {
  /** The check that decides; of a rejection it is read off the abort. */
  readonly check: string;
  readonly where: string;
  readonly target: string;
  readonly op: string;
  readonly input: Tree;
  readonly note?: string;
  /** The file gives no class. */
  readonly classless?: boolean;
  /** Throws the abort, if there is one. */
  readonly run: () => void;
};

const LETTERS: Readonly<Record<AbortClass, string>> = {
  drop: 'A',
  blame: 'B',
  burn: 'C',
  retry: 'D',
  fatal: 'F',
};

function abortOf(run: () => void): ProtocolAbort | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolAbort) return error;
    throw error;
  }
}

/** The vector as the file writes it. */
export function vectorOf(id: string, given: Case): Tree {
  const { where, target, op, input, note, classless } = given;
  const abort = abortOf(given.run);
  return {
    id,
    check: abort?.check ?? given.check,
    where,
    input,
    expect: abort === undefined ? 'accept' : 'reject',
    ...(abort !== undefined && classless !== true && { class: LETTERS[abort.abortClass] }),
    ...(note !== undefined && { note }),
    target,
    op,
  };
}
