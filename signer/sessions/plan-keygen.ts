/**
 * Key generation at this signer (spec §7): approved by this signer, its share sealed and PENDING
 * before R4 leaves, ACTIVE once all n signed R4 are here or a certificate arrives later.
 * @module
 */
import {
  checkSignerSet,
  concat,
  InvariantViolation,
  keyGeneration,
  membersOf,
  sameBytes,
  sessionContext,
  type DkgHold,
  type PartyIndex,
  type Roster,
} from '../../core/index.ts';
import { sha256 } from '../../wire/bytes.ts';
import type { KeyCertificate } from '../../wire/certificate.ts';
import type { Envelope } from '../../wire/envelope.ts';
import type { StampedRequest } from '../../wire/request.ts';
import type { SignedRoster } from '../../wire/roster.ts';
import { TrefoilError } from '../../wire/status.ts';
import type { Authority } from '../authority/authority.ts';
import type { KeyVault } from '../keys/key-vault.ts';
import type { KeyStore, Ledger } from '../ports.ts';
import { wipe } from '../wipe.ts';
import type { Plan } from './plan.ts';

export type KeygenPlanInput = {
  readonly self: PartyIndex;
  readonly parties: readonly PartyIndex[];
  readonly roster: Roster;
  readonly signedRoster: SignedRoster;
  readonly stamped: StampedRequest;
};

export type KeygenPlanModules = {
  readonly authority: Authority;
  readonly ledger: Ledger;
  readonly keys: KeyStore;
  readonly vault: KeyVault;
};

const CONFIRM_ROUND = 4;
/** R2, the largest message, has 96 + 98 t bytes. */
const maxPayloadBytes = (t: number): number => 4096 + 128 * t;

/** The broadcasts a certificate is made of, by round and sender. */
class CertificateParts {
  readonly #joins = new Map<PartyIndex, Envelope>();
  readonly #r4 = new Map<PartyIndex, Envelope>();

  add(envelope: Envelope): void {
    const { round, from } = envelope;
    if (round === 0) this.#joins.set(from, envelope);
    if (round === CONFIRM_ROUND) this.#r4.set(from, envelope);
  }

  /** The certificate with the R4 messages of `members`. */
  certificate(
    input: KeygenPlanInput,
    { facts }: DkgHold,
    members: readonly PartyIndex[],
  ): KeyCertificate {
    const envelopeOf = (map: ReadonlyMap<PartyIndex, Envelope>, index: PartyIndex): Envelope => {
      const envelope = map.get(index);
      if (envelope === undefined) throw new InvariantViolation('a signed message is missing');
      return envelope;
    };
    const { chainCode, F, S, echo1, echo2 } = facts;
    return {
      createRequest: input.stamped.request,
      stamps: input.stamped.stamps,
      roster: input.signedRoster,
      joins: input.parties.map((index) => {
        const { public: join, signature } = envelopeOf(this.#joins, index);
        return { join, signature };
      }),
      r4: members.map((from) => {
        const { public: payload, signature } = envelopeOf(this.#r4, from);
        return { from, payload, signature };
      }),
      ...{ chainCode, F, S, echo1, echo2 },
    };
  }
}

/** Throws what the authority, the ledger, the key store and the signer-set check (C-09) throw. */
export async function planKeygen(
  input: KeygenPlanInput,
  modules: KeygenPlanModules,
): Promise<Plan<DkgHold, DkgHold>> {
  const { self, parties, roster, stamped } = input;
  const { authority, ledger, keys, vault } = modules;
  const { request, request32, keyId, clientId } = authority.judgeCreate(stamped);
  const { threshold: t, committee } = request;
  if (!sameBytes(Uint8Array.from(parties), Uint8Array.from(committee)))
    throw new TrefoilError('PARTIES_INVALID', 'the session is not one of the whole committee');
  checkSignerSet(
    parties,
    roster.signers.map(({ index }) => index),
    self,
    t,
  );
  keys.requireFree(keyId);
  const { requestId, notAfter } = request;
  await ledger.accept({
    request32,
    kind: 'create-wallet',
    requestId,
    clientId,
    keyId,
    items: [],
    notAfter,
  });
  const parts = new CertificateParts();
  const { cluster32 } = roster;
  return {
    kind: 'keygen',
    ctx: sessionContext(sha256, { kind: 'keygen', roster, parties, keyId, request32, t }),
    parties,
    roster,
    pairs: new Map(),
    withPairs: false,
    maxPayloadBytes: maxPayloadBytes(t),
    // The id may have been taken while the joins were gathered.
    confirm: () => {
      keys.requireFree(keyId);
    },
    begin: ({ sid }) =>
      keyGeneration({ sid, self, keyId, cluster32, t, committee: membersOf(roster, committee) }),
    persist: async (hold, outgoing) => {
      const own = outgoing.find(({ round }) => round === CONFIRM_ROUND);
      if (own === undefined) throw new InvariantViolation('no own confirmation');
      const certificate = parts.certificate(input, hold, [self]);
      try {
        await vault.addPending(hold.share, certificate, concat(own.public, own.signature));
      } finally {
        wipe(hold.share.s_i);
      }
    },
    finish: (hold) => {
      vault.putCertificate(parts.certificate(input, hold, parties));
      return Promise.resolve();
    },
    release: () => undefined,
    observe: (envelope) => {
      parts.add(envelope);
    },
  };
}
