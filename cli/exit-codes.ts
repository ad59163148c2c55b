/**
 * Exit codes of the `trefoil` command.
 * @module
 */
export const EXIT = {
  done: 0,
  /** Refused by a policy or a check, or failed. */
  failed: 1,
  usage: 2,
  /** Nothing answers at the address. */
  unreachable: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
