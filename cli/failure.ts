/**
 * How a failed command ends: its exit code, and what standard error says.
 * @module
 */
import { CommanderError } from 'commander';
import { InvalidInput } from '../core/index.ts';
import { ConfigError } from '../wire/process/config.ts';
import { TrefoilError } from '../wire/status.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { FolderMismatch } from './local/folder.ts';

/** No cluster runs where the command looked for one. */
export class NothingRunning extends Error {
  override readonly name = 'NothingRunning';
}

/** The command was called in a way that makes no sense. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

export type Failure = {
  readonly exitCode: ExitCode;
  /** Undefined where the message was printed already. */
  readonly report: { readonly reason: string; readonly message: string } | undefined;
  readonly details: readonly string[];
  readonly error: unknown;
};

const isUsage = (error: unknown): error is Error =>
  error instanceof WrongUsage ||
  error instanceof FolderMismatch ||
  error instanceof ConfigError ||
  error instanceof InvalidInput;

function ofCommander(error: CommanderError): Failure {
  // Commander has printed help, version or its complaint itself.
  const exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  return { exitCode, report: undefined, details: [], error };
}

function ofTrefoil(error: TrefoilError): Failure {
  const exitCode = error.reason === 'PEER_UNAVAILABLE' ? EXIT.unreachable : EXIT.failed;
  const details = [
    ...error.fieldViolations.map(({ field, description }) => `${field}: ${description}`),
    ...Object.entries(error.metadata).map(([name, value]) => `${name}: ${value}`),
  ];
  return { exitCode, report: { reason: error.reason, message: error.message }, details, error };
}

export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) return ofCommander(error);
  if (error instanceof TrefoilError) return ofTrefoil(error);
  const message = error instanceof Error ? error.message : String(error);
  const failure = (exitCode: ExitCode, reason: string): Failure => ({
    exitCode,
    report: { reason, message },
    details: [],
    error,
  });
  if (error instanceof NothingRunning) return failure(EXIT.unreachable, 'NOTHING_RUNNING');
  if (isUsage(error)) return failure(EXIT.usage, 'WRONG_USAGE');
  return failure(EXIT.failed, 'FAILED');
}

/** The text for standard error, ending with a line feed; empty where all is said. */
export function renderFailure({ report, details, error }: Failure, json: boolean): string {
  if (report === undefined) return '';
  if (!json) {
    const reason = error instanceof TrefoilError ? `${report.reason}: ` : '';
    const lines = [`trefoil: ${reason}${report.message}`, ...details.map((line) => `  ${line}`)];
    return `${lines.join('\n')}\n`;
  }
  const facts =
    error instanceof TrefoilError
      ? {
          code: error.code,
          metadata: error.metadata,
          fieldViolations: error.fieldViolations,
          retryAfterMs: error.retryAfterMs ?? null,
        }
      : {};
  return `${JSON.stringify({ error: { ...report, ...facts } })}\n`;
}
