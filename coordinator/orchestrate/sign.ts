/**
 * Signing requests: idempotent by request_id, recovered from signers where the store knows less.
 * @module
 */
import type { ArithFactory } from '../../core/index.ts';
import { sameBytes, toHex } from '../../wire/bytes.ts';
import { LIMITS } from '../../wire/limits.ts';
import type { StampedRequest } from '../../wire/request.ts';
import { walletName } from '../../wire/request.ts';
import { isSignatureBy } from '../../wire/signature.ts';
import { TrefoilError } from '../../wire/status.ts';
import { isSameResult, type SignResponse } from '../../wire/wallet.ts';
import type { Clock, Logger, RandomBytes, SignerApi } from '../ports.ts';
import type { RunningSession } from '../relay/board.ts';
import type { Relay } from '../relay/relay.ts';
import type { SessionOutcome } from '../relay/session.ts';
import { decodeStampedRequest, encodeStampedRequest, formatIndices } from '../store/columns.ts';
import type { CoordinatorStore } from '../store/open.ts';
import type { RequestRecord } from '../store/requests.ts';
import type { WalletRecord } from '../store/wallets.ts';
import { runAttempts, type AttemptModules, type Signed } from './attempts.ts';
import type { SharedRuns } from './shared-runs.ts';
import {
  acceptStored,
  combine,
  createJob,
  decodeRequest,
  responseOf,
  type DecodedRequest,
  type SignJob,
} from './sign-job.ts';
import { requireValidity } from './validity.ts';

/** How long a call may take, and whether anybody still listens. */
export type CallLimits = {
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly signal: AbortSignal;
};

export type Signing = {
  /** Signs, or gives the stored or running result of the same request. */
  readonly sign: (stamped: StampedRequest, limits: CallLimits) => Promise<SignResponse>;
  readonly getSignature: (requestId: string) => Promise<SignResponse>;
};

export type SigningModules = {
  readonly store: CoordinatorStore;
  readonly relay: Relay;
  readonly apis: ReadonlyMap<number, SignerApi>;
  readonly attempts: AttemptModules;
  readonly runs: SharedRuns<SignResponse>;
  readonly arith: ArithFactory;
  readonly rosterVersion: number;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Logger;
  /** An attempt failed: its signers' pairs or keys may have to be looked after. */
  readonly failed: (
    wallet: WalletRecord,
    outcome: SessionOutcome,
    parties: readonly number[],
  ) => void;
};

const FINAL_ROUND = 3;
// More than a request usually takes; where it is not enough, it is done again.
const SKIPPED_ATTEMPTS = 32;

export function createSigning(modules: SigningModules): Signing {
  const { store, runs, clock } = modules;

  const stored = async ({ request, request32 }: DecodedRequest) => {
    const record = await store.requests.get(request.requestId);
    if (record) requireSame(record, request32);
    return record;
  };

  return {
    sign: async (stamped, { deadline, signal }) => {
      const decoded = decodeRequest(stamped);
      const { requestId, keyId } = decoded.request;
      const known = await stored(decoded);
      if (known?.result) return known.result;
      const wallet = await requireWallet(modules, walletName(keyId));
      const job = createJob(decoded, wallet.key, modules);
      if (!known) requireValidity(decoded.request, clock.now());
      const record = await store.requests.accept({
        requestId,
        kind: 'sign',
        request32: decoded.request32,
        wallet: wallet.name,
        stampedRequest: encodeStampedRequest(stamped),
        notAfter: decoded.request.notAfter,
      });
      requireSame(record, decoded.request32);
      if (record.result) return record.result;
      return runs.run(requestId, { deadline, signal }, (limits) =>
        runJob(modules, job, wallet, limits),
      );
    },
    getSignature: async (requestId) => {
      const record = await store.requests.get(requestId);
      if (record?.result) return record.result;
      if (runs.has(requestId)) throw notReady(requestId);
      if (record) return recoverKnown(modules, record);
      return recoverUnknown(modules, requestId);
    },
  };
}

function requireSame(record: RequestRecord, request32: Uint8Array): void {
  if (record.kind === 'sign' && sameBytes(record.request32, request32)) return;
  throw new TrefoilError(
    'REQUEST_ID_REUSED',
    `request ${record.requestId} was made before with other content`,
  );
}

type ActiveWallet = WalletRecord & { readonly key: NonNullable<WalletRecord['key']> };

async function requireWallet({ store }: SigningModules, name: string): Promise<ActiveWallet> {
  const wallet = await store.wallets.get(name);
  if (!wallet) throw new TrefoilError('WALLET_NOT_FOUND', `there is no ${name}`);
  const { key } = wallet;
  if (!key) throw new TrefoilError('WALLET_NOT_ACTIVE', `${name} is ${wallet.state}`);
  return { ...wallet, key };
}

/** Runs the attempts of one request and stores what comes out. */
async function runJob(
  modules: SigningModules,
  job: SignJob,
  wallet: ActiveWallet,
  { deadline, signal }: CallLimits,
): Promise<SignResponse> {
  const { store, clock, attempts } = modules;
  const { requestId } = job.request;
  const log = modules.log.child({ requestId });
  const startedMs = clock.monotonicMs();
  const deadlineMs = startedMs + deadline - clock.now();
  const proven = await store.wallets.quorumsOf(wallet.name);
  const signed = await runAttempts(
    {
      committee: wallet.committee,
      threshold: wallet.threshold,
      proven,
      deadlineMs,
      signal,
      open: (parties) => openAttempt(modules, { job, parties, deadlineMs, log }),
      combine: (outcome, parties) => combine(job, outcome, parties, modules),
      attemptReused: () => learnFromSigners(modules, job, wallet.committee),
      failed: (outcome, parties) => {
        modules.failed(wallet, outcome, parties);
      },
    },
    { ...attempts, log },
  );
  const response = await finish(modules, job, signed);
  const isNew = !proven.has(formatIndices(response.signers));
  if (isNew) await store.wallets.noteQuorum(wallet.name, response.signers);
  const tookMs = Math.round(clock.monotonicMs() - startedMs);
  log.info({ wallet: wallet.name, signers: signed.signers, tookMs }, 'signed');
  return response;
}

async function openAttempt(
  { store, relay, random, rosterVersion, clock }: SigningModules,
  {
    job,
    parties,
    deadlineMs,
    log,
  }: {
    readonly job: SignJob;
    readonly parties: readonly number[];
    readonly deadlineMs: number;
    readonly log: Logger;
  },
): Promise<RunningSession> {
  // Stored before anything leaves: a signer refuses a number it has seen (C-16), for ever.
  const attempt = await store.requests.takeAttempt(job.request.requestId);
  const leftMs = Math.ceil(deadlineMs - clock.monotonicMs());
  const session = random(16);
  log.debug({ session: toHex(session), attempt, parties }, 'attempt begins');
  return relay.run({
    kind: 'sign',
    finalRound: FINAL_ROUND,
    open: {
      kind: 'open',
      session,
      parties,
      rosterVersion,
      timeoutMs: Math.min(Math.max(leftMs, 1), LIMITS.sessionTimeoutMs),
      subject: { kind: 'sign', request: job.stamped, attempt },
    },
  });
}

/** Stores the signatures; those that were stored first count. */
const finish = ({ store }: SigningModules, job: SignJob, signed: Signed): Promise<SignResponse> =>
  store.requests.finish(job.request.requestId, responseOf(job, signed));

/**
 * Signers know attempts that this store does not: it was lost, or another replica made them. Their
 * result counts; without one, numbering goes on far above what they have seen.
 */
async function learnFromSigners(
  modules: SigningModules,
  job: SignJob,
  committee: readonly number[],
): Promise<Signed | undefined> {
  const found = await askSigners(modules, job.request.requestId, committee);
  for (const answer of found) {
    const signed = acceptStored(job, answer);
    if (signed) return signed;
  }
  const { requests } = modules.store;
  const { nextAttempt = 0 } = (await requests.get(job.request.requestId)) ?? {};
  await requests.skipAttempts(job.request.requestId, nextAttempt + SKIPPED_ATTEMPTS);
  return undefined;
}

async function askSigners(
  { apis, relay }: SigningModules,
  requestId: string,
  signers: Iterable<number>,
) {
  const reachable = [...signers].filter((index) => relay.standing(index).up);
  const answers = await Promise.allSettled(
    reachable.map((index) => {
      const api = apis.get(index);
      return api ? api.getResult(requestId) : Promise.reject(new TypeError('no such signer'));
    }),
  );
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
}

/** The request is known and has no result here: signers may have finished it. */
async function recoverKnown(modules: SigningModules, record: RequestRecord): Promise<SignResponse> {
  if (record.kind !== 'sign') throw unknownRequest(record.requestId);
  const wallet = await requireWallet(modules, record.wallet);
  const decoded = decodeRequest(decodeStampedRequest(record.stampedRequest));
  const job = createJob(decoded, wallet.key, modules);
  for (const answer of await askSigners(modules, record.requestId, wallet.committee)) {
    const signed = acceptStored(job, answer);
    if (signed) return finish(modules, job, signed);
  }
  throw notReady(record.requestId);
}

/**
 * The request is not known here: the store was lost. Without its bytes nothing ties a signature to
 * it, so one signer's word is not enough; a whole quorum has stored the result.
 */
async function recoverUnknown(modules: SigningModules, requestId: string): Promise<SignResponse> {
  const answers = await askSigners(modules, requestId, modules.apis.keys());
  for (const [i, answer] of answers.entries()) {
    const { result } = answer;
    const valid = result.results.every((item) => isSignatureBy(item.publicKey, item.digest, item));
    const confirmed = answers
      .slice(i + 1)
      .some(
        (other) =>
          sameBytes(other.request32, answer.request32) && isSameResult(other.result, result),
      );
    if (valid && confirmed && result.requestId === requestId) return result;
  }
  throw unknownRequest(requestId);
}

const notReady = (requestId: string): TrefoilError =>
  new TrefoilError('RESULT_NOT_READY', `request ${requestId} has no result yet`);

const unknownRequest = (requestId: string): TrefoilError =>
  new TrefoilError('REQUEST_NOT_FOUND', `there is no signing request ${requestId}`);
