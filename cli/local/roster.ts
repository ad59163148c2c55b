/**
 * The roster of a local cluster: signed by its own operator key, a copy for each who reads it.
 * @module
 */
import { readFileSync } from 'node:fs';
import {
  type RosterDocument,
  encodeRosterFile,
  parseRosterFile,
  stampRoster,
  verifyRoster,
} from '../../wire/roster.ts';
import { parseStampPrivateKey, parseStampPublicKey } from '../../wire/stamp.ts';
import { signerIndices } from './credentials.ts';
import { type LocalLayout, readIfPresent, writePrivateFile } from './layout.ts';

/** More than half, so that two disjoint quorums cannot exist (C-61). */
export const majorityOf = (signerCount: number): number => Math.floor(signerCount / 2) + 1;

/** The roster of the folder, verified; undefined where there is none yet. */
export function readRoster(layout: LocalLayout): RosterDocument | undefined {
  const text = readIfPresent(layout.ca.roster);
  if (text === undefined) return undefined;
  const operator = parseStampPublicKey(readFileSync(layout.ca.operatorPublicKey, 'utf8'));
  return verifyRoster(parseRosterFile(text), [operator]);
}

/** Signs the roster and gives a copy to every process. */
export async function writeRoster(layout: LocalLayout, document: RosterDocument): Promise<void> {
  const operator = parseStampPrivateKey(readFileSync(layout.ca.operatorKey, 'utf8'));
  const file = encodeRosterFile(await stampRoster(document, operator));
  for (const index of signerIndices(document.signers.length)) {
    writePrivateFile(layout.signer(index).roster, file);
  }
  writePrivateFile(layout.coordinator.roster, file);
  // Last: where this one is there, all of them are.
  writePrivateFile(layout.ca.roster, file);
}
