/**
 * P3: what a signer sends for a signature, with joins, envelopes and signatures: serialized
 * RelayMessages, without what gRPC and TLS add.
 */
import { sessionContext, signing, type PartyIndex } from '../core/index.ts';
import { dealKey, dealPairs } from '../test/support/dealer.ts';
import { sha256 } from '../wire/bytes.ts';
import { runEnveloped } from './enveloped.ts';
import { random, roster } from './party.ts';
import { present } from './present.ts';
import type { Line, Question, Sample } from './question.ts';

const parties = [1, 2] as const;

/** kB per signer and signature in a batch of B. */
function prepare(B: number): Sample {
  const { shares } = dealKey(random, { t: 2, roster });
  const pairs = dealPairs(random, parties);
  const keyOf = (self: PartyIndex) => present(shares.get(self));
  const pairsOf = (self: PartyIndex) => present(pairs.get(self));
  return () => {
    const items = Array.from({ length: B }, () => {
      return { digest: random.bytes(32), path: [44, 60, 0, 0, random.below(2 ** 31)] };
    });
    const subject = { kind: 'sign', request32: random.bytes(32), attempt: 1, items } as const;
    const sent = runEnveloped({
      kind: 'sign',
      ctx: sessionContext(sha256, { ...subject, roster, parties, key: keyOf(1) }),
      roster,
      parties,
      pairs: (self) => [...pairsOf(self).values()],
      protocol: (self, sid) =>
        signing({ sid, self, parties, items, key: keyOf(self), pairs: pairsOf(self) }),
    });
    const total = [...sent.values()].reduce((sum, bytes) => sum + bytes, 0);
    return total / parties.length / B / 1000;
  };
}

const line = (B: number): Line => ({
  name: `bytes sent per signer and signature${B === 1 ? '' : `, batch of ${B}`}`,
  setting: `n = 3, t = 2, B = ${B}`,
  unit: 'kB',
  target: 45,
  prepare: () => prepare(B),
});

export const signatureBytes: Question = {
  id: 'P3',
  quick: { warmUp: 0, runs: 2 },
  full: { warmUp: 0, runs: 20 },
  lines: [line(1), line(8)],
};
