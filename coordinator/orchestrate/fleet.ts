/**
 * What is known of the signers: who they are and how their pairs stand, read again at every
 * connection, after every pair set-up, and from time to time.
 * @module
 */
import { sameBytes } from '../../wire/bytes.ts';
import type { PairInfo, SignerInfo } from '../../wire/signer-info.ts';
import type { Clock, Logger, SignerApi } from '../ports.ts';
import type { Timing } from '../timing.ts';

export type FleetOptions = {
  readonly cluster: string;
  readonly signers: readonly number[];
  readonly timing: Timing;
};

export type FleetModules = {
  readonly apis: ReadonlyMap<number, SignerApi>;
  /** Something was learnt. */
  readonly changed: () => void;
  readonly clock: Clock;
  readonly log: Logger;
};

type Entry = {
  /** Kept when the signer disconnects. */
  info: SignerInfo | undefined;
  /** The info was read over the connection that stands. */
  current: boolean;
  /** Counts connections; undefined while there is none. */
  connection: number | undefined;
  reading: Promise<void> | undefined;
  again: boolean;
};

export class Fleet {
  readonly #options: FleetOptions;
  readonly #modules: FleetModules;
  readonly #entries: ReadonlyMap<number, Entry>;
  #connections = 0;
  #cancelTimer = (): void => undefined;

  constructor(options: FleetOptions, modules: FleetModules) {
    this.#options = options;
    this.#modules = modules;
    const empty = { info: undefined, connection: undefined, reading: undefined };
    this.#entries = new Map(
      options.signers.map((index) => [index, { ...empty, current: false, again: false }]),
    );
    this.#readAllLater();
  }

  /** What the signer last said of itself. */
  info(index: number): SignerInfo | undefined {
    return this.#entries.get(index)?.info;
  }

  /** A signer's side of a pair, as of the connection that stands. */
  pairInfo(index: number, peer: number): PairInfo | undefined {
    const entry = this.#entries.get(index);
    if (!entry?.current) return undefined;
    return entry.info?.pairs.find((pair) => pair.peer === peer);
  }

  /** ACTIVE on both sides, with the same generation and digest. */
  pairUsable(a: number, b: number): boolean {
    const [one, other] = [this.pairInfo(a, b), this.pairInfo(b, a)];
    if (one?.state !== 'active' || other?.state !== 'active') return false;
    const [digest, otherDigest] = [one.pairDigest, other.pairDigest];
    if (!digest || !otherDigest || one.generation !== other.generation) return false;
    return sameBytes(digest, otherDigest);
  }

  /** Reads the signer again; at most one read at a time, and one more after it. */
  refresh(index: number): Promise<void> {
    const entry = this.#entries.get(index);
    if (entry?.connection === undefined) return Promise.resolve();
    if (entry.reading) {
      entry.again = true;
      return entry.reading;
    }
    entry.reading = this.#readUntilCurrent(index, entry).finally(() => {
      entry.reading = undefined;
    });
    return entry.reading;
  }

  signerUp(index: number): void {
    const entry = this.#entries.get(index);
    if (!entry) return;
    this.#connections += 1;
    entry.connection = this.#connections;
    entry.current = false;
    void this.refresh(index);
  }

  signerDown(index: number): void {
    const entry = this.#entries.get(index);
    if (!entry) return;
    entry.connection = undefined;
    entry.current = false;
    this.#modules.changed();
  }

  /** Ends the regular reading. */
  close(): void {
    this.#cancelTimer();
  }

  #readAllLater(): void {
    const { clock } = this.#modules;
    this.#cancelTimer = clock.after(this.#options.timing.infoIntervalMs, () => {
      for (const index of this.#options.signers) void this.refresh(index);
      this.#readAllLater();
    });
  }

  async #readUntilCurrent(index: number, entry: Entry): Promise<void> {
    const isWanted = (): boolean => entry.again;
    do {
      entry.again = false;
      try {
        await this.#read(index, entry);
      } catch (error) {
        this.#modules.log.debug({ signer: index, error: String(error) }, 'signer not read');
      }
    } while (isWanted());
  }

  async #read(index: number, entry: Entry): Promise<void> {
    const { apis, changed, log } = this.#modules;
    const { connection } = entry;
    const info = await apis.get(index)?.getInfo();
    // An answer over an earlier connection may be that of an earlier process.
    if (!info || entry.connection === undefined || entry.connection !== connection) return;
    if (info.index !== index || info.cluster !== this.#options.cluster) {
      log.error({ signer: index, index: info.index, cluster: info.cluster }, 'not that signer');
      return;
    }
    entry.info = info;
    entry.current = true;
    changed();
  }
}
