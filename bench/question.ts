/** What a file of this folder answers: one question of the performance targets, P1 to P8. */

/** How often a line is sampled; what is sampled before it counts warms the engine up. */
export type Plan = { readonly warmUp: number; readonly runs: number };

/** Measures once. */
export type Sample = () => number;

export type Line = {
  readonly name: string;
  /** What was run: n signers, threshold t, B items. */
  readonly setting: string;
  readonly unit: 'ms' | 'kB';
  readonly target: number;
  /** Makes everything that is not to be measured. */
  readonly prepare: () => Sample | Promise<Sample>;
};

export type Question = {
  readonly id: string;
  readonly quick: Plan;
  readonly full: Plan;
  readonly lines: readonly Line[];
};
