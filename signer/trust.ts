/**
 * What a signer trusts, read from its own configuration at start: the operator-signed roster and
 * the clients' stamp keys.
 * @module
 */
import { readFileSync } from 'node:fs';
import { InvalidInput, type Roster } from '../core/index.ts';
import { ConfigError } from '../wire/process/config.ts';
import { sameBytes } from '../wire/bytes.ts';
import {
  coreRosterOf,
  parseRosterFile,
  verifyRoster,
  type RosterDocument,
  type SignedRoster,
} from '../wire/roster.ts';
import { parseStampPublicKey, type StampKey } from '../wire/stamp.ts';
import type { Client } from './authority/clients.ts';
import type { SignerConfig } from './config.ts';

export type Trust = {
  readonly document: RosterDocument;
  readonly roster: Roster;
  readonly previousRoster: Roster | undefined;
  /** By version. */
  readonly signedRosters: ReadonlyMap<number, SignedRoster>;
  readonly operatorKeys: readonly StampKey[];
  readonly clients: readonly Client[];
};

function readKey(path: string): StampKey {
  try {
    return parseStampPublicKey(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`${path}: not a public key (PEM, SPKI)`, { cause: error });
  }
}

function readRoster(
  path: string,
  cluster: string,
  operatorKeys: readonly StampKey[],
): { signed: SignedRoster; document: RosterDocument } {
  try {
    const signed = parseRosterFile(readFileSync(path, 'utf8'));
    const document = verifyRoster(signed, operatorKeys);
    if (document.cluster !== cluster)
      throw new InvalidInput('cluster', `is ${document.cluster}, not ${cluster}`);
    return { signed, document };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`${path}: ${reason}`, { cause: error });
  }
}

/** Reads and verifies everything; throws ConfigError naming the file. */
export function readTrust(config: SignerConfig, identityKey: Uint8Array): Trust {
  const operatorKeys = config.operatorKeys.map(readKey);
  const current = readRoster(config.roster, config.cluster, operatorKeys);
  const own = current.document.signers.find(({ index }) => index === config.index);
  if (own === undefined || !sameBytes(own.identityKey, identityKey))
    throw new ConfigError(`${config.roster}: entry ${config.index} is not this signer's identity`);
  const previous =
    config.previousRoster === undefined
      ? undefined
      : readRoster(config.previousRoster, config.cluster, operatorKeys);
  const all = previous === undefined ? [current] : [current, previous];
  return {
    document: current.document,
    roster: coreRosterOf(current.document),
    previousRoster: previous === undefined ? undefined : coreRosterOf(previous.document),
    signedRosters: new Map(all.map(({ document, signed }) => [document.version, signed])),
    operatorKeys,
    clients: config.clients.map(({ id, stampKeys, grants }) => ({
      id,
      grants,
      keys: stampKeys.map(readKey),
    })),
  };
}
