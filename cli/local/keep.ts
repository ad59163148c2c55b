/**
 * Runs a program that cannot watch its parent itself (anvil) and ends it with the parent:
 * `node --import parent-watch.ts keep.ts PROGRAM [arguments]`.
 * @module
 */
import { spawn } from 'node:child_process';

const GRACE_MS = 2_000;
const FAILURE_EXIT_CODE = 1;

const [program, ...args] = process.argv.slice(2);
if (program === undefined) throw new Error('usage: keep.ts PROGRAM [arguments]');

const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });

child.on('error', (error) => {
  process.stderr.write(`cannot start ${program}: ${error.message}\n`);
  process.exit(FAILURE_EXIT_CODE);
});
child.on('exit', (code) => process.exit(code ?? FAILURE_EXIT_CODE));

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    // anvil writes its state on SIGINT and on SIGTERM alike.
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref();
  });
}
process.on('exit', () => child.kill('SIGKILL'));
