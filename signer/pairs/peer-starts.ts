/**
 * The start rule for joins of peers (spec §2.2, §10.4, C-13): a start never goes back, one start
 * has one boot id, one tick has one join. A signer that breaks one of the last two was cloned or
 * restored, which its own signatures prove; it is refused until an operator clears it.
 * @module
 */
import { holds, ProtocolAbort, splitTick, toHex, type Join } from '../../core/index.ts';
import { sha256 } from '../../wire/bytes.ts';
import { PairRefused } from '../store/errors.ts';
import type { PairStore } from '../ports.ts';

/** Ticks remembered per peer; older ones are covered by start and boot id. */
const REMEMBERED_TICKS = 4096;

export type PeerStarts = {
  /** Throws ProtocolAbort START_REGRESSED, after the refusal of the peer is durable if it is one. */
  readonly note: (join: Join, bytes: Uint8Array) => void;
};

export function createPeerStarts(store: PairStore): PeerStarts {
  const ticks = new Map<number, Map<bigint, string>>();

  const isRepeated = ({ from, tick }: Join, bytes: Uint8Array): boolean => {
    const seen = ticks.get(from) ?? new Map<bigint, string>();
    ticks.set(from, seen);
    const key = toHex(sha256(bytes));
    const before = seen.get(tick);
    if (before !== undefined) return before !== key;
    seen.set(tick, key);
    const [oldest] = seen.keys();
    if (seen.size > REMEMBERED_TICKS && oldest !== undefined) seen.delete(oldest);
    return false;
  };

  return {
    note: (join, bytes) => {
      const { from, boot, tick } = join;
      try {
        store.recordPeerStart(from, { start: splitTick(tick).start, boot });
      } catch (error) {
        if (error instanceof PairRefused) throw new ProtocolAbort('START_REGRESSED', []);
        throw error;
      }
      if (holds('C-13', !isRepeated(join, bytes))) return;
      store.refusePeer(from);
      throw new ProtocolAbort('START_REGRESSED', []);
    },
  };
}
