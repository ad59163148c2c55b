/**
 * Making wallets: the n-party key generation, atomic by its certificate (security R4).
 * @module
 */
import { sameBytes, toHex } from '../../wire/bytes.ts';
import { encodeCertificate } from '../../wire/certificate.ts';
import {
  decodeCreateWalletRequest,
  keyIdOf,
  keyIdOfWallet,
  request32Of,
  walletName,
  type CreateWalletRequest,
  type StampedRequest,
} from '../../wire/request.ts';
import { TrefoilError } from '../../wire/status.ts';
import type { Clock, Logger, RandomBytes } from '../ports.ts';
import type { Relay } from '../relay/relay.ts';
import type { SessionOutcome } from '../relay/session.ts';
import { encodeStampedRequest } from '../store/columns.ts';
import type { CoordinatorStore } from '../store/open.ts';
import type { WalletRecord } from '../store/wallets.ts';
import type { Timing } from '../timing.ts';
import type { Certificates, Standing, Verified } from './certificates.ts';
import { evmAddress } from '../../wire/payload.ts';
import { allowsAnotherQuorum, refusalError, someRefusalIs, type Refusals } from './refusals.ts';
import type { RunLimits, SharedRuns } from './shared-runs.ts';
import { requireValidity } from './validity.ts';

export type Creation = {
  /** Makes the wallet, or gives the one that the same request made. */
  readonly createWallet: (stamped: StampedRequest, limits: RunLimits) => Promise<WalletRecord>;
  /** Completes or ends a creation that was cut off; gives the record as it is then. */
  readonly settle: (wallet: WalletRecord) => Promise<WalletRecord>;
  /** A run for this wallet is in progress here. */
  readonly isRunning: (wallet: WalletRecord) => boolean;
  /** Stores a wallet that signers hold and this store did not know. */
  readonly adopt: (key: Verified) => Promise<void>;
};

export type CreationModules = {
  readonly store: CoordinatorStore;
  readonly relay: Relay;
  readonly certificates: Certificates;
  readonly runs: SharedRuns<WalletRecord>;
  readonly roster: { readonly version: number; readonly signers: readonly number[] };
  readonly timing: Timing;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Logger;
};

type Job = {
  readonly stamped: StampedRequest;
  readonly request: CreateWalletRequest;
  readonly name: string;
};

const FINAL_ROUND = 4;

export function createCreation(modules: CreationModules): Creation {
  const { store, runs, clock, roster } = modules;
  return {
    createWallet: async (stamped, limits) => {
      const request = decodeCreateWalletRequest(stamped.request);
      requireMembers(request.committee, roster.signers);
      const request32 = request32Of(stamped.request);
      const job: Job = { stamped, request, name: walletName(keyIdOf(stamped.request)) };
      const known = await store.requests.get(request.requestId);
      if (!known) requireValidity(request, clock.now());
      const record = await store.requests.accept({
        requestId: request.requestId,
        kind: 'create-wallet',
        request32,
        wallet: job.name,
        stampedRequest: encodeStampedRequest(stamped),
        notAfter: request.notAfter,
      });
      if (record.kind !== 'create-wallet' || !sameBytes(record.request32, request32)) {
        throw new TrefoilError(
          'REQUEST_ID_REUSED',
          `request ${request.requestId} was made before with other content`,
        );
      }
      return runs.run(request.requestId, limits, (own) => makeWallet(modules, job, own));
    },
    settle: (wallet) => settle(modules, wallet),
    isRunning: ({ requestId }) => runs.has(requestId),
    adopt: (key) => adopt(modules, key),
  };
}

function requireMembers(committee: readonly number[], signers: readonly number[]): void {
  const at = committee.findIndex((index) => !signers.includes(index));
  if (at < 0) return;
  const violation = {
    field: `committee[${at}]`,
    description: `the roster has no signer ${committee[at] ?? 0}`,
  };
  throw new TrefoilError('COMMITTEE_INVALID', `${violation.field}: ${violation.description}`, {
    fieldViolations: [violation],
  });
}

/** Sessions until there is a certificate, a final refusal, or no time. */
async function makeWallet(
  modules: CreationModules,
  { stamped, request, name }: Job,
  { deadline, signal }: RunLimits,
): Promise<WalletRecord> {
  const { store, clock, timing, log } = modules;
  const known = await store.wallets.get(name);
  // Waiting is by the clock that never steps back.
  const deadlineMs = clock.monotonicMs() + deadline - clock.now();
  let wallet = await store.wallets.create({
    name,
    requestId: request.requestId,
    displayName: request.displayName,
    threshold: request.threshold,
    committee: request.committee,
    purposes: request.purposes,
    stampedRequest: encodeStampedRequest(stamped),
  });
  // Known, but perhaps only begun here: what the members hold decides.
  let standing = known?.state === 'creating' ? await lookAt(modules, wallet) : undefined;
  for (let failures = 0; ; failures += 1) {
    wallet = standing ? await conclude(modules, wallet, standing) : wallet;
    if (wallet.state === 'active') return wallet;
    if (wallet.state === 'failed') throw ceremonyFailed(wallet);
    const leftMs = deadlineMs - clock.monotonicMs() - timing.answerMarginMs;
    if (leftMs <= 0 || signal.aborted) throw cutOff(wallet);
    if (failures > 0) await pause(clock, Math.min(leftMs, timing.retryLastMs));
    if (!standing || standing.kind === 'absent') {
      await waitForMembers(modules, wallet.committee, Math.min(leftMs, timing.unavailableAfterMs));
      const outcome = await runSession(modules, wallet, stamped, deadlineMs);
      log.info({ wallet: name, outcome: outcome.kind }, 'key generation ended');
      if (outcome.kind === 'refused') await judgeRefusals(modules, wallet, outcome.refusals);
    }
    standing = await lookAt(modules, wallet);
  }
}

function runSession(
  { relay, random, roster, timing, clock, log }: CreationModules,
  { name, committee }: WalletRecord,
  request: StampedRequest,
  deadlineMs: number,
): Promise<SessionOutcome> {
  const session = random(16);
  log.info({ wallet: name, session: toHex(session), parties: committee }, 'key generation begins');
  // Leaves time to look at what the members hold afterwards.
  const leftMs = Math.floor(deadlineMs - clock.monotonicMs() - 2 * timing.answerMarginMs);
  return relay.run({
    kind: 'keygen',
    finalRound: FINAL_ROUND,
    open: {
      kind: 'open',
      session,
      parties: committee,
      rosterVersion: roster.version,
      timeoutMs: Math.max(1, Math.min(leftMs, timing.keygenTimeoutMs)),
      subject: { kind: 'keygen', request },
    },
  }).ended;
}

/** Throws unless the refusals are passing, or say that the key exists already. */
async function judgeRefusals(
  { store }: CreationModules,
  { name }: WalletRecord,
  refusals: Refusals,
): Promise<void> {
  if (someRefusalIs(refusals, 'KEY_EXISTS')) return;
  if ([...refusals.values()].every(allowsAnotherQuorum)) return;
  // Nothing of it exists: a join is not a record.
  await store.wallets.discard(name);
  throw refusalError(refusals);
}

async function waitForMembers(
  { relay, clock, timing }: CreationModules,
  committee: readonly number[],
  forMs: number,
): Promise<void> {
  const untilMs = clock.monotonicMs() + forMs;
  for (;;) {
    const missing = committee.filter((index) => !relay.standing(index).up);
    if (missing.length === 0) return;
    if (clock.monotonicMs() >= untilMs) {
      throw new TrefoilError(
        'SIGNERS_UNAVAILABLE',
        `a key generation needs all members; not connected: ${missing.join(', ')}`,
        { metadata: { missing: missing.join(',') } },
      );
    }
    await pause(clock, timing.lookAgainMs);
  }
}

const lookAt = ({ certificates }: CreationModules, { name, committee }: WalletRecord) =>
  certificates.collect(keyIdOfWallet(name, 'name'), committee);

async function settle(modules: CreationModules, wallet: WalletRecord): Promise<WalletRecord> {
  return conclude(modules, wallet, await lookAt(modules, wallet));
}

/** Writes down what the members' records say of a wallet. */
async function conclude(
  { store, certificates, clock, timing, log }: CreationModules,
  wallet: WalletRecord,
  standing: Standing,
): Promise<WalletRecord> {
  const { name } = wallet;
  const current = async (): Promise<WalletRecord> => (await store.wallets.get(name)) ?? wallet;
  switch (standing.kind) {
    case 'complete': {
      await store.wallets.activate(name, walletKeyOf(standing.key));
      await certificates.deliver(standing.key.certificate, standing.lacking);
      log.info({ wallet: name }, 'wallet is active');
      return current();
    }
    case 'dead': {
      await store.wallets.fail(name, 'a member gave its share up');
      return current();
    }
    case 'partial': {
      // Members that answer without a record now will not get one any more.
      const isOld = clock.now() - wallet.createdAt > timing.settleAfterMs;
      if (!standing.allAnswered || !isOld) return wallet;
      await store.wallets.fail(name, 'not every member confirmed its share');
      return current();
    }
    case 'absent':
      return wallet;
  }
}

async function adopt({ store, log }: CreationModules, key: Verified): Promise<void> {
  const { certificate, facts } = key;
  const { request, keyId } = facts;
  const name = walletName(keyId);
  await store.wallets.create({
    name,
    requestId: request.requestId,
    displayName: request.displayName,
    threshold: request.threshold,
    committee: request.committee,
    purposes: request.purposes,
    stampedRequest: encodeStampedRequest({
      request: certificate.createRequest,
      stamps: certificate.stamps,
    }),
  });
  await store.wallets.activate(name, walletKeyOf(key));
  log.info({ wallet: name }, 'wallet recovered from its signers');
}

const walletKeyOf = ({ certificate, facts }: Verified) => ({
  certificate: encodeCertificate(certificate),
  publicKey: facts.publicKey,
  chainCode: facts.chainCode,
  address: evmAddress(facts.publicKey),
});

function pause(clock: Clock, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  clock.after(ms, () => {
    resolve(undefined);
  });
  return promise;
}

const ceremonyFailed = ({ name, failure }: WalletRecord): TrefoilError =>
  new TrefoilError(
    'CEREMONY_FAILED',
    `${name} could not be made (${failure ?? 'unknown'}); make a new request`,
  );

const cutOff = ({ name }: WalletRecord): TrefoilError =>
  new TrefoilError(
    'SIGNERS_UNAVAILABLE',
    `the key generation of ${name} has not ended; the same request completes it`,
  );
