/** P1: the CPU time of a full signature, both signers in one thread, without envelopes. */
import { signing } from '../core/index.ts';
import { dealKey, dealPairs } from '../test/support/dealer.ts';
import { runInProcess } from './in-process.ts';
import { cpuMs } from './measure.ts';
import { random, roster } from './party.ts';
import { present } from './present.ts';
import type { Question, Sample } from './question.ts';

const parties = [1, 2] as const;

function prepare(): Sample {
  const { shares } = dealKey(random, { t: 2, roster });
  const pairs = dealPairs(random, parties);
  return () => {
    const sid = random.bytes(32);
    const items = [{ digest: random.bytes(32), path: [44, 60, 0, 0, random.below(2 ** 31)] }];
    return cpuMs(() => {
      runInProcess({
        sid,
        parties,
        protocol: (self) => {
          const own = { key: present(shares.get(self)), pairs: present(pairs.get(self)) };
          return signing({ sid, self, parties, items, ...own });
        },
      });
    });
  };
}

export const signatureCpu: Question = {
  id: 'P1',
  quick: { warmUp: 5, runs: 11 },
  full: { warmUp: 50, runs: 300 },
  lines: [
    {
      name: 'full signature, CPU of both signers',
      setting: 'n = 3, t = 2, B = 1',
      unit: 'ms',
      target: 1,
      prepare,
    },
  ],
};
