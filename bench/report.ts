/** What a run of the bench says: to a person, to a program, and kept for later. */
import { availableParallelism, cpus } from 'node:os';
import { median, quantile, type Measured } from './measure.ts';
import { yardstickMs } from './yardstick.ts';

/** More digits than these figures are good for. */
const rounded = (value: number): number => Number(value.toPrecision(4));

/** What the figures depend on. */
export type Machine = {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly arithmetic: string;
  /** One verification by noble: figures of two machines compare as multiples of it. */
  readonly nobleVerifyMs: number;
};

export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    node: process.versions.node,
    arithmetic: 'reference (BigInt)',
    nobleVerifyMs: rounded(yardstickMs()),
  };
}

export type Answers = ReadonlyMap<string, readonly Measured[]>;

/** `{ "P1": [{ name, value, unit, target }, …], … }`; values are medians. */
export function asJson(answers: Answers): Record<string, object[]> {
  const entries = [...answers].map(([id, measured]) => {
    const lines = measured.map(({ line, samples }) => {
      const { name, setting, unit, target } = line;
      return { name: `${name} (${setting})`, value: rounded(median(samples)), unit, target };
    });
    return [id, lines] as const;
  });
  return Object.fromEntries(entries);
}

function verdict(value: number, target: number): string {
  return value <= target ? 'met' : `missed: ${(value / target).toPrecision(2)} x`;
}

const HEAD = ['', 'figure', 'setting', 'median', 'p10', 'p90', 'runs', 'target', ''];
const NUMBERS = new Set([3, 4, 5, 6, 7]);

function row(id: string, { line, samples }: Measured): string[] {
  const { name, setting, unit, target } = line;
  const [mid, low, high] = [0.5, 0.1, 0.9].map((p) => rounded(quantile(samples, p)));
  return [
    id,
    name,
    setting,
    `${String(mid)} ${unit}`,
    String(low),
    String(high),
    String(samples.length),
    `${target} ${unit}`,
    verdict(median(samples), target),
  ];
}

/** The table with what it was measured on. */
export function asTable(answers: Answers, on: Machine): string {
  const rows = [...answers].flatMap(([id, measured]) => measured.map((each) => row(id, each)));
  const all = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...all.map((each) => each[column]?.length ?? 0)));
  const lines = all.map((each) =>
    each
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return NUMBERS.has(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
  const where =
    `${on.cpu}, ${on.cores} cores, Node ${on.node}, arithmetic: ${on.arithmetic}; ` +
    `noble verifies in ${on.nobleVerifyMs} ms`;
  return [where, '', ...lines].join('\n');
}
