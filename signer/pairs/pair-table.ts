/**
 * This signer's side of every pair (spec §4.4, §13.2): generations in process memory, numbers and
 * burns in the store. One process, one event loop: what happens here without an `await` is the
 * lock per peer that the spec asks for.
 * @module
 */
import {
  erasePair,
  holds,
  present,
  ProtocolAbort,
  type PairState,
  type PartyIndex,
} from '../../core/index.ts';
import { TrefoilError } from '../../wire/status.ts';
import type { Clock, PairRecord, PairStore } from '../ports.ts';

type Generation = {
  readonly pair: PairState;
  phase: 'pending' | 'active' | 'retired';
  /** Sessions that hold this generation. */
  uses: number;
};

type Side = {
  readonly generations: Map<number, Generation>;
  /** The set-up under way; at most one per peer (C-24). */
  settingUp: number | undefined;
  /** A burn that the store could not write yet; no set-up before it is written. */
  owesBurn: boolean;
  /** When set-ups of the last minute began, epoch milliseconds. */
  begun: number[];
};

const MINUTE_MS = 60_000;
/** Far above what restarts and failures need, far below what exhausts the numbers of a pair. */
const SETUPS_PER_MINUTE = 30;

/** What GetInfo tells of one side of a pair. */
export type PairView = {
  readonly peer: PartyIndex;
  readonly phase: 'absent' | 'pending' | 'active' | 'burned' | 'refused';
  readonly generation: number;
  readonly digest: Uint8Array;
  readonly largestGeneration: number;
  readonly needsApproval: boolean;
};

export type PairTableOptions = {
  readonly peers: readonly PartyIndex[];
  readonly cureBurnsAutomatically: boolean;
};

export type PairTableModules = {
  readonly store: PairStore;
  readonly clock: Clock;
  /** Told after a burn is durable: every session with this peer must end. */
  readonly onBurned: (peer: PartyIndex) => void;
};

export class PairTable {
  readonly #options: PairTableOptions;
  readonly #store: PairStore;
  readonly #clock: Clock;
  readonly #onBurned: (peer: PartyIndex) => void;
  readonly #sides: ReadonlyMap<PartyIndex, Side>;

  constructor(options: PairTableOptions, modules: PairTableModules) {
    this.#options = options;
    this.#store = modules.store;
    this.#clock = modules.clock;
    this.#onBurned = modules.onBurned;
    this.#sides = new Map(
      options.peers.map((peer) => [
        peer,
        {
          generations: new Map<number, Generation>(),
          settingUp: undefined,
          owesBurn: false,
          begun: [],
        },
      ]),
    );
  }

  /**
   * Takes the ACTIVE generation for a session; {@link drop} gives it back. Only what this process
   * set up exists here (C-53). Throws PAIR_NOT_ACTIVE.
   */
  use(peer: PartyIndex): PairState {
    const generation = this.#activeOf(peer);
    if (!present('C-53', generation))
      throw new TrefoilError('PAIR_NOT_ACTIVE', `no usable pair with signer ${peer}`, {
        metadata: { peer: String(peer) },
      });
    generation.uses += 1;
    return generation.pair;
  }

  /** A session no longer needs the generation it took. */
  drop({ peer, generation }: PairState): void {
    const side = this.#side(peer);
    const held = side.generations.get(generation);
    if (held === undefined) return;
    held.uses -= 1;
    this.#eraseRetired(side);
  }

  /** The pair to name in joins and to find unchanged when the session forms. */
  active(peer: PartyIndex): PairState | undefined {
    return this.#activeOf(peer)?.pair;
  }

  /**
   * Reserves a generation for a set-up, durably (C-24, C-26). Throws PAIR_BUSY, or PairRefused of
   * the store.
   */
  beginSetup(peer: PartyIndex, generation: number): void {
    const side = this.#side(peer);
    if (!holds('C-24', side.settingUp === undefined))
      throw new TrefoilError('PAIR_BUSY', `a set-up with signer ${peer} is running`);
    if (side.owesBurn) this.#recordBurn(peer, side);
    this.#limitSetups(peer, side);
    const { needsApproval } = this.#store.get(peer);
    if (needsApproval && this.#options.cureBurnsAutomatically)
      this.#store.approve(peer, 'configuration');
    this.#store.reserveGeneration(peer, generation);
    side.settingUp = generation;
  }

  /**
   * C-26, rate: each set-up uses up generation numbers, of which there are 2^32 and each may be 2^16
   * above the one before. A coordinator that opens set-ups in a loop must not reach their end.
   */
  #limitSetups(peer: PartyIndex, side: Side): void {
    const now = this.#clock.now();
    side.begun = side.begun.filter((at) => now - at < MINUTE_MS);
    if (!holds('C-26', side.begun.length < SETUPS_PER_MINUTE))
      throw new TrefoilError('OVERLOADED', `too many set-ups with signer ${peer}`);
    side.begun.push(now);
  }

  /** A set-up is over, well or not; a PENDING generation of it is erased. */
  endSetup(peer: PartyIndex, generation: number): void {
    const side = this.#side(peer);
    if (side.settingUp === generation) side.settingUp = undefined;
    if (side.generations.get(generation)?.phase === 'pending') this.#erase(side, generation);
  }

  /** PENDING before P3 leaves (C-25). */
  addPending(pair: PairState): void {
    const side = this.#side(pair.peer);
    if (side.settingUp !== pair.generation) throw new ProtocolAbort('PAIR_NOT_USABLE');
    side.generations.set(pair.generation, { pair, phase: 'pending', uses: 0 });
  }

  /**
   * ACTIVE when the peer's equal digest has arrived. The older one is RETIRED, and erased as soon as
   * no session uses it: nothing can use it again, whatever the peer has (C-12).
   */
  activate({ peer, generation }: PairState): void {
    const side = this.#side(peer);
    const found = side.generations.get(generation);
    if (found === undefined) throw new ProtocolAbort('PAIR_NOT_USABLE');
    for (const other of side.generations.values()) {
      if (other.phase === 'active') other.phase = 'retired';
    }
    found.phase = 'active';
    this.#eraseRetired(side);
  }

  /** A set-up failed at C-23: counted durably before any reaction (C-26). */
  countFailedSetup(peer: PartyIndex): void {
    this.#store.countFailedSetup(peer);
  }

  /**
   * Releases one evaluated OT or multiplication check (spec §13.2): a result for a generation that
   * is neither ACTIVE nor RETIRED any more is discarded (C-52, class retry); a false one burns every
   * generation of the peer, durably, before anything else happens.
   */
  settle(peer: PartyIndex, generation: number, passed: boolean): void {
    const phase = this.#side(peer).generations.get(generation)?.phase;
    const usable = phase === 'active' || phase === 'retired';
    if (!holds('C-52', usable)) throw new ProtocolAbort('PAIR_NOT_USABLE');
    if (!passed) this.#burn(peer);
  }

  view(peer: PartyIndex): PairView {
    const record = this.#store.get(peer);
    const active = this.#activeOf(peer)?.pair;
    return {
      peer,
      phase: this.#phase(peer, record, active),
      generation: active?.generation ?? 0,
      digest: active?.digest ?? new Uint8Array(),
      largestGeneration: record.largestGeneration,
      needsApproval: record.needsApproval && !this.#options.cureBurnsAutomatically,
    };
  }

  /** Overwrites every secret; for shutdown. */
  eraseAll(): void {
    for (const side of this.#sides.values()) {
      for (const number of [...side.generations.keys()]) this.#erase(side, number);
    }
  }

  #phase(peer: PartyIndex, record: PairRecord, active: PairState | undefined): PairView['phase'] {
    if (record.refused) return 'refused';
    if (active !== undefined) return 'active';
    if (this.#side(peer).settingUp !== undefined) return 'pending';
    const burned = record.burnedUpTo > 0 && record.burnedUpTo >= record.largestGeneration;
    return burned ? 'burned' : 'absent';
  }

  /** Even when the store fails, no further result of this peer is ever released. */
  #burn(peer: PartyIndex): void {
    const side = this.#side(peer);
    side.owesBurn = true;
    try {
      this.#recordBurn(peer, side);
    } finally {
      for (const number of [...side.generations.keys()]) this.#erase(side, number);
      side.settingUp = undefined;
      this.#onBurned(peer);
    }
  }

  #recordBurn(peer: PartyIndex, side: Side): void {
    this.#store.burn(peer);
    side.owesBurn = false;
  }

  #activeOf(peer: PartyIndex): Generation | undefined {
    return [...this.#side(peer).generations.values()].find(({ phase }) => phase === 'active');
  }

  #eraseRetired(side: Side): void {
    for (const [number, { phase, uses }] of [...side.generations]) {
      if (phase === 'retired' && uses === 0) this.#erase(side, number);
    }
  }

  #erase(side: Side, number: number): void {
    const found = side.generations.get(number);
    if (found === undefined) return;
    erasePair(found.pair);
    side.generations.delete(number);
  }

  #side(peer: PartyIndex): Side {
    const side = this.#sides.get(peer);
    if (side === undefined)
      throw new TrefoilError('PARTIES_INVALID', `signer ${peer} is not in the roster`);
    return side;
  }
}
