/**
 * A coordinator, put together: the parts of the folder around one roster, one store and one line to
 * each signer. No process, file or network is touched here.
 * @module
 */
import type { ArithFactory } from '../core/index.ts';
import type { RosterDocument } from '../wire/roster.ts';
import type { StampKey } from '../wire/stamp.ts';
import type { CoordinatorLimits } from './config.ts';
import type { Metrics } from './metrics.ts';
import { createCaretaker, type Caretaker } from './orchestrate/caretaker.ts';
import { createCertificates } from './orchestrate/certificates.ts';
import { createCreation, type Creation } from './orchestrate/create.ts';
import { createFailures } from './orchestrate/failures.ts';
import { Fleet } from './orchestrate/fleet.ts';
import { PairKeeper } from './orchestrate/pairs.ts';
import { createSharedRuns } from './orchestrate/shared-runs.ts';
import { createSigning, type Signing } from './orchestrate/sign.ts';
import { fractionOf, type Clock, type Logger, type RandomBytes, type SignerApi } from './ports.ts';
import type { Connect } from './relay/link.ts';
import { Relay } from './relay/relay.ts';
import type { SessionOutcome } from './relay/session.ts';
import type { CoordinatorStore } from './store/open.ts';
import { TIMING, type Timing } from './timing.ts';

export type CoordinatorOptions = {
  readonly roster: RosterDocument;
  readonly limits: Pick<CoordinatorLimits, 'maxSessionsPerSigner'>;
  readonly timing?: Timing;
};

export type CoordinatorModules = {
  readonly store: CoordinatorStore;
  readonly lines: ReadonlyMap<number, { readonly connect: Connect; readonly api: SignerApi }>;
  readonly operatorKeys: readonly StampKey[];
  readonly arith: ArithFactory;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly metrics: Metrics;
  readonly log: Logger;
};

export class Coordinator {
  readonly relay: Relay;
  readonly fleet: Fleet;
  readonly creation: Creation;
  readonly signing: Signing;
  readonly #keeper: PairKeeper;
  readonly #caretaker: Caretaker;

  constructor(
    { roster, limits, timing = TIMING }: CoordinatorOptions,
    modules: CoordinatorModules,
  ) {
    const { lines, clock, random } = modules;
    const signers = roster.signers.map(({ index }) => index);
    const apis = new Map([...lines].map(([index, { api }]) => [index, api]));
    const connects = new Map([...lines].map(([index, { connect }]) => [index, connect]));
    const common = { ...modules, apis, timing };
    const rosterVersion = roster.version;

    const changed = (): void => {
      this.#keeper.look();
    };
    this.fleet = new Fleet({ cluster: roster.cluster, signers, timing }, { ...common, changed });
    const events = {
      signerUp: (index: number) => {
        this.#signerUp(index);
      },
      signerDown: (index: number) => {
        this.fleet.signerDown(index);
      },
    };
    this.relay = new Relay({ signers: connects, timing }, { ...common, events });
    const certificates = createCertificates(common);
    const parts = { ...common, relay: this.relay, fleet: this.fleet, certificates };
    this.#keeper = new PairKeeper({ signers, rosterVersion, timing }, parts);
    this.creation = createCreation({
      ...parts,
      runs: createSharedRuns(),
      roster: { version: rosterVersion, signers },
    });
    this.#caretaker = createCaretaker({ ...parts, creation: this.creation });
    this.signing = createSigning({
      ...parts,
      rosterVersion,
      runs: createSharedRuns(),
      attempts: {
        ...parts,
        maxSessionsPerSigner: limits.maxSessionsPerSigner,
        failures: createFailures({ halfLifeMs: timing.failureHalfLifeMs }, { clock }),
        random: () => fractionOf(random),
      },
      failed: (wallet, outcome, parties) => {
        // Whatever failed, the pairs may have changed by it.
        for (const party of parties) void this.fleet.refresh(party);
        this.#caretaker.deliver(wallet, lackingKey(outcome));
      },
    });
  }

  /** Ends all sessions and lines. */
  close(): void {
    this.#caretaker.close();
    this.#keeper.close();
    this.fleet.close();
    this.relay.close();
  }

  #signerUp(index: number): void {
    this.fleet.signerUp(index);
    this.#keeper.forgive(index);
    this.#caretaker.signerUp(index);
  }
}

/** Signers that refused because they lack the wallet's certificate. */
function lackingKey(outcome: SessionOutcome): number[] {
  if (outcome.kind !== 'refused') return [];
  return [...outcome.refusals]
    .filter(([, { reason }]) => reason === 'KEY_NOT_ACTIVE')
    .map(([signer]) => signer);
}
