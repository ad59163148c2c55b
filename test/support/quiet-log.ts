/** A logger that keeps what it is told, for assertions. */
import type { Logger } from '../../coordinator/ports.ts';

export type KeptLine = {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
};
export type QuietLog = Logger & { readonly lines: readonly KeptLine[] };

export function createQuietLog(): QuietLog {
  const lines: KeptLine[] = [];
  const loggerWith = (common: Readonly<Record<string, unknown>>): Logger => {
    const keep = (fields: Readonly<Record<string, unknown>>, message: string): void => {
      lines.push({ message, fields: { ...common, ...fields } });
    };
    return {
      ...{ debug: keep, info: keep, warn: keep, error: keep },
      child: (fields) => loggerWith({ ...common, ...fields }),
    };
  };
  return { ...loggerWith({}), lines };
}
