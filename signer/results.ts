/**
 * Stored signatures of earlier requests: public, and the same for whoever asks again (R2).
 * @module
 */
import {
  deriveChild,
  sessionContext,
  type ArithFactory,
  type PartyIndex,
  type Roster,
} from '../core/index.ts';
import { sameBytes, sha256 } from '../wire/bytes.ts';
import { evmAddress } from '../wire/payload.ts';
import type { StoredResult } from '../wire/signer-info.ts';
import { TrefoilError } from '../wire/status.ts';
import type { KeyVault } from './keys/key-vault.ts';
import type { KeyView } from './keys/key-view.ts';
import type { LedgerRecord, SignerStore } from './ports.ts';

export type ResultModules = {
  readonly vault: KeyVault;
  readonly store: Pick<SignerStore, 'ledger'>;
  readonly createArith: ArithFactory;
  /** Rosters under which sessions run or ran. */
  readonly rosters: readonly Roster[];
};

/** Bounds the search for a quorum; complete up to committees of twelve. */
const MAX_QUORUMS = 4096;

/** Subsets of a committee with at least t members, small ones first, at most {@link MAX_QUORUMS}. */
function quorumsOf(committee: readonly PartyIndex[], t: number): (readonly PartyIndex[])[] {
  let subsets: PartyIndex[][] = [[]];
  for (const index of committee) {
    subsets = [...subsets, ...subsets.map((subset) => [...subset, index])].slice(0, MAX_QUORUMS);
  }
  return subsets.filter(({ length }) => length >= t).sort((a, b) => a.length - b.length);
}

/**
 * Who took part: the ledger keeps the context of each attempt, which commits to its quorum. The
 * last attempt counts. The whole committee where no quorum is found, such as after two changes of
 * the roster.
 */
function signersOf(
  { request32, items, attempts }: LedgerRecord,
  { key }: KeyView,
  rosters: readonly Roster[],
): readonly PartyIndex[] {
  const committee = key.committee.map(({ index }) => index);
  const quorums = quorumsOf(committee, key.t);
  for (const { attempt, ctx } of attempts.toReversed()) {
    const subject = { kind: 'sign', key, request32, attempt, items } as const;
    const found = rosters.flatMap((roster) => {
      const known = new Set(roster.signers.map(({ index }) => index));
      const possible = quorums.filter((parties) => parties.every((index) => known.has(index)));
      const isOf = (parties: readonly PartyIndex[]): boolean =>
        sameBytes(sessionContext(sha256, { ...subject, roster, parties }), ctx);
      return possible.find(isOf) ?? [];
    });
    if (found.length > 0) return found;
  }
  return committee;
}

/** Throws REQUEST_NOT_FOUND, or RESULT_NOT_READY while there is no result. */
export function storedResultOf(requestId: string, modules: ResultModules): StoredResult {
  const record = modules.store.ledger.getByRequestId(requestId);
  if (record?.kind !== 'sign')
    throw new TrefoilError('REQUEST_NOT_FOUND', 'no request with this id here');
  const { request32, keyId, items, results } = record;
  if (results === undefined)
    throw new TrefoilError('RESULT_NOT_READY', 'the request has no result here');
  const view = modules.vault.view(keyId);
  if (view === undefined) throw new TrefoilError('KEY_NOT_FOUND', 'no record of this key here');
  const arith = modules.createArith();
  const withKeys = items.flatMap(({ digest, path }, m) => {
    const result = results[m];
    if (result === undefined) return [];
    const { publicKey } = deriveChild({ arith }, view.key, path);
    const { r, s, recid, signedPayload } = result;
    const payload = signedPayload.length > 0 ? { signedPayload } : {};
    const address = evmAddress(publicKey);
    return [{ r, s, recid, ...payload, digest, path, publicKey, address }];
  });
  const signers = signersOf(record, view, modules.rosters);
  return { request32, result: { requestId, results: withKeys, signers } };
}
