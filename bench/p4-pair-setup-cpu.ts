/** P4: the CPU time of a pair set-up, both directions, both signers, without envelopes. */
import { pairSetup } from '../core/index.ts';
import { runInProcess } from './in-process.ts';
import { cpuMs } from './measure.ts';
import { random } from './party.ts';
import type { Question, Sample } from './question.ts';

function prepare(): Sample {
  return () => {
    const sid = random.bytes(32);
    return cpuMs(() => {
      runInProcess({
        sid,
        parties: [1, 2],
        protocol: (self) => pairSetup({ setupSid: sid, self, peer: 3 - self, generation: 1 }),
      });
    });
  };
}

export const pairSetupCpu: Question = {
  id: 'P4',
  quick: { warmUp: 1, runs: 3 },
  full: { warmUp: 2, runs: 20 },
  lines: [
    {
      name: 'pair set-up, CPU of both signers',
      setting: 'one pair, both directions',
      unit: 'ms',
      target: 80,
      prepare,
    },
  ],
};
