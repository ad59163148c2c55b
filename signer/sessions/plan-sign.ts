/**
 * Signing at this signer (spec §8): the request is judged and in the ledger before the join, the
 * attempt is COMMITTED before R3 leaves (C-49), the signatures are kept for later callers.
 * @module
 */
import {
  checkKeyRef,
  checkSignerSet,
  sessionContext,
  signing,
  type KeyShare,
  type PairState,
  type PartyIndex,
  type Roster,
  type Signature,
  type SignHold,
} from '../../core/index.ts';
import { sha256 } from '../../wire/bytes.ts';
import type { StampedRequest } from '../../wire/request.ts';
import { TrefoilError } from '../../wire/status.ts';
import type { ApprovedSign, Authority } from '../authority/authority.ts';
import type { KeyVault } from '../keys/key-vault.ts';
import type { PairTable } from '../pairs/pair-table.ts';
import type { Ledger, StoredSignature } from '../ports.ts';
import { wipe } from '../wipe.ts';
import type { Plan } from './plan.ts';

export type SignPlanInput = {
  readonly self: PartyIndex;
  readonly parties: readonly PartyIndex[];
  readonly roster: Roster;
  readonly stamped: StampedRequest;
  readonly attempt: number;
};

export type SignPlanModules = {
  readonly authority: Authority;
  readonly ledger: Ledger;
  readonly vault: KeyVault;
  readonly pairs: PairTable;
};

/** R2 to one peer, the largest message, has 96 + 40 066 B bytes and a tag. */
const maxPayloadBytes = (B: number): number => 8192 + 45_056 * B;

/** Takes the ACTIVE pair of every peer, or none. */
function takePairs(pairs: PairTable, peers: readonly PartyIndex[]): Map<PartyIndex, PairState> {
  const taken = new Map<PartyIndex, PairState>();
  try {
    for (const peer of peers) taken.set(peer, pairs.use(peer));
    return taken;
  } catch (error) {
    for (const pair of taken.values()) pairs.drop(pair);
    throw error;
  }
}

function storedOf(approved: ApprovedSign, signatures: readonly Signature[]): StoredSignature[] {
  return approved.items.flatMap(({ assemble }, m) => {
    const signature = signatures[m];
    return signature === undefined ? [] : [{ ...signature, signedPayload: assemble(signature) }];
  });
}

/** The judged and durably accepted request; throws what authority and ledger throw (C-16). */
async function accept(input: SignPlanInput, modules: SignPlanModules): Promise<ApprovedSign> {
  const { authority, ledger } = modules;
  const approved = authority.judgeSign(input.stamped);
  const { requestId, request32, keyId, clientId, notAfter } = approved;
  const items = approved.items.map(({ digest, path }) => ({ digest, path }));
  await ledger.accept({ request32, kind: 'sign', requestId, clientId, keyId, items, notAfter });
  ledger.requireNewAttempt(request32, input.attempt);
  return approved;
}

function requireCommittee(input: SignPlanInput, key: Pick<KeyShare, 'committee' | 't'>): void {
  const committee = key.committee.map(({ index }) => index);
  checkSignerSet(input.parties, committee, input.self, key.t);
}

/** A copy of the share and the pair of every peer, or nothing at all. */
async function takeSecrets(
  { self, parties }: SignPlanInput,
  keyId: Uint8Array,
  { vault, pairs }: SignPlanModules,
): Promise<{ readonly key: KeyShare; readonly taken: Map<PartyIndex, PairState> }> {
  const key = await vault.share(keyId);
  try {
    const peers = parties.filter((index) => index !== self);
    return { key, taken: takePairs(pairs, peers) };
  } catch (error) {
    wipe(key.s_i);
    throw error;
  }
}

export async function planSign(
  input: SignPlanInput,
  modules: SignPlanModules,
): Promise<Plan<readonly Signature[], SignHold>> {
  const { self, parties, roster, attempt } = input;
  const { ledger, vault, pairs } = modules;
  const approved = await accept(input, modules);
  const { request32, keyId } = approved;
  const found = vault.view(keyId);
  if (found === undefined) throw new TrefoilError('KEY_NOT_ACTIVE', 'no key of this wallet');
  requireCommittee(input, found.key);
  const items = approved.items.map(({ digest, path }) => ({ digest, path }));
  const subject = { kind: 'sign', key: found.key, request32, attempt, items } as const;
  const ctx = sessionContext(sha256, { ...subject, roster, parties });
  const { key, taken } = await takeSecrets(input, keyId, modules);
  return {
    kind: 'sign',
    ctx,
    parties,
    roster,
    pairs: taken,
    withPairs: true,
    maxPayloadBytes: maxPayloadBytes(items.length),
    confirm: () => {
      const now = vault.view(keyId);
      checkKeyRef(now?.state === 'active' ? now.key : undefined, key);
    },
    begin: ({ sid }) => signing({ sid, self, parties, key, pairs: taken, items }),
    persist: () => ledger.commit(request32, { attempt, ctx }),
    finish: async (signatures) => {
      await ledger.finish(request32, storedOf(approved, signatures));
    },
    release: () => {
      wipe(key.s_i);
      for (const pair of taken.values()) pairs.drop(pair);
    },
  };
}
