/** Three signers, and what a signer process gives to its sessions (as signer/main.ts does). */
import { randomBytes } from 'node:crypto';
import { hedgedDraw, type Draw } from '../core/index.ts';
import { dealRoster } from '../test/support/dealer.ts';
import { seededRandom } from '../test/support/rng.ts';

/** What is dealt is the same in every run of the bench; what is drawn in a session is not. */
export const random = seededRandom('bench');
export const { roster, identitySeeds } = dealRoster(random, [1, 2, 3]);

const hedge = randomBytes(32);
const boot = randomBytes(32);
let drawn = 0n;

/** The hedged generator of a session with this context. */
export function drawFor(ctx: Uint8Array): Draw {
  const nextCounter = (): bigint => (drawn += 1n);
  return hedgedDraw({ hedge, boot, ctx }, { random: randomBytes, nextCounter });
}
