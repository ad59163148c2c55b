/**
 * What goes on without anybody asking: creations that were cut off are completed, certificates
 * reach members that missed them, wallets are learnt from their signers, old requests are deleted.
 * @module
 */
import { decodeCertificate } from '../../wire/certificate.ts';
import { decodeCreateWalletRequest, walletName } from '../../wire/request.ts';
import type { KeyRecord } from '../../wire/signer-info.ts';
import type { Clock, Logger, SignerApi } from '../ports.ts';
import { decodeStampedRequest } from '../store/columns.ts';
import type { CoordinatorStore } from '../store/open.ts';
import type { WalletRecord } from '../store/wallets.ts';
import type { Timing } from '../timing.ts';
import type { Certificates } from './certificates.ts';
import type { Creation } from './create.ts';

export type Caretaker = {
  /** A signer came: its keys are compared with ours. */
  readonly signerUp: (index: number) => void;
  /** Members seem to lack the certificate of an active wallet. */
  readonly deliver: (wallet: WalletRecord, signers: readonly number[]) => void;
  readonly close: () => void;
};

export type CaretakerModules = {
  readonly store: CoordinatorStore;
  readonly apis: ReadonlyMap<number, SignerApi>;
  readonly certificates: Certificates;
  readonly creation: Creation;
  readonly timing: Timing;
  readonly clock: Clock;
  readonly log: Logger;
};

// An honest signer's list is far shorter; a list without end is not read to its end.
const MAX_PAGES = 1_000;

export function createCaretaker(modules: CaretakerModules): Caretaker {
  const { timing, clock, log, certificates } = modules;
  let closed = false;
  let cancelTimer = (): void => undefined;
  const attempt = (what: string, work: Promise<unknown>): Promise<unknown> =>
    work.catch((error: unknown) => {
      if (!closed) log.warn({ error: String(error) }, `${what} failed`);
    });

  const round = (): void => {
    void attempt('settling', settleAll(modules)).finally(() => {
      if (!closed) cancelTimer = clock.after(timing.settleIntervalMs, round);
    });
  };
  round();

  return {
    signerUp: (index) => {
      void attempt('comparing keys', compareKeys(modules, index));
    },
    deliver: ({ key }, signers) => {
      if (!key) return;
      void attempt('delivery', certificates.deliver(decodeCertificate(key.certificate), signers));
    },
    close: () => {
      closed = true;
      cancelTimer();
    },
  };
}

async function settleAll({ store, creation, clock, timing }: CaretakerModules): Promise<void> {
  for (const wallet of await store.wallets.listCreating()) {
    if (creation.isRunning(wallet)) continue;
    const { state } = await creation.settle(wallet);
    if (state !== 'creating' || clock.now() <= expiryOf(wallet) + timing.settleAfterMs) continue;
    await store.wallets.fail(wallet.name, 'the request expired');
  }
  await store.requests.prune(clock.now() - timing.keepRequestsMs);
}

const expiryOf = ({ stampedRequest }: WalletRecord): number =>
  decodeCreateWalletRequest(decodeStampedRequest(stampedRequest).request).notAfter;

/** Goes through a signer's keys. */
async function compareKeys(modules: CaretakerModules, index: number): Promise<void> {
  const api = modules.apis.get(index);
  let pageToken = '';
  for (let page = 0; api && page < MAX_PAGES; page += 1) {
    const { keys, nextPageToken } = await api.listKeys(pageToken);
    for (const key of keys) await compareKey(modules, index, api, key);
    if (nextPageToken === '') return;
    pageToken = nextPageToken;
  }
}

async function compareKey(
  { store, certificates, creation }: CaretakerModules,
  index: number,
  api: SignerApi,
  { keyId, state }: KeyRecord,
): Promise<void> {
  if (state === 'tombstone') return;
  const wallet = await store.wallets.get(walletName(keyId));
  if (wallet?.key) {
    if (state === 'pending') {
      await certificates.deliver(decodeCertificate(wallet.key.certificate), [index]);
    }
    return;
  }
  if (wallet && creation.isRunning(wallet)) return;
  const { certificate } = await api.getKey(keyId);
  if (!certificate) return;
  // Only the signer's word for the committee so far; the certificate proves it or is not taken.
  const { committee } = decodeCreateWalletRequest(certificate.createRequest);
  const standing = await certificates.collect(keyId, committee);
  if (standing.kind !== 'complete') return;
  await creation.adopt(standing.key);
  await certificates.deliver(standing.key.certificate, standing.lacking);
}
