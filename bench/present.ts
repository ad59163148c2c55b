/** What has to be there: a bench that lost something has nothing to report. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('something is missing');
  return value;
}

export const at = <T>(list: readonly T[], index: number): T => present(list[index]);
