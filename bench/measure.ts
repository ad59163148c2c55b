import { at } from './present.ts';
import type { Line, Plan } from './question.ts';

/** A line with its samples in the order in which they were taken. */
export type Measured = { readonly line: Line; readonly samples: readonly number[] };

/** CPU time of this process, all of its threads, while `act` runs. */
export function cpuMs(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export async function measure(line: Line, { warmUp, runs }: Plan): Promise<Measured> {
  const sample = await line.prepare();
  for (let i = 0; i < warmUp; i++) sample();
  return { line, samples: Array.from({ length: runs }, () => sample()) };
}

/** The sample below which the fraction `p` of all samples lies, nearest rank. */
export function quantile(samples: readonly number[], p: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return at(sorted, Math.max(0, Math.ceil(p * sorted.length) - 1));
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);
