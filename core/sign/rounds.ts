/**
 * The rounds of direct signing (spec §8.1).
 * @module
 */
import type { RoundShape } from '../run/protocol.ts';

export const SIGN_ROUNDS: readonly RoundShape[] = [
  { broadcast: true, direct: true, echo: false },
  { broadcast: true, direct: true, echo: true },
  // Direct signing carries no echo_2 (spec §2.4, exception).
  { broadcast: true, direct: false, echo: false },
];
