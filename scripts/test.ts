/**
 * `npm test [-- FILES and tap options]`: all tests, two files at a time, a line per file, failures
 * and skips at the end, and `N passed, N failed[, N skipped]` alone on the last line.
 * `--coverage`: the tests of core, with its coverage.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Parser } from 'tap-parser';
import { observe, summaryLine, type FileResult } from './tally.ts';

const tapCommand = fileURLToPath(new URL('../node_modules/.bin/tap', import.meta.url));
const COVERAGE = [
  '--no-disable-coverage',
  '--coverage-map=scripts/coverage-map.mjs',
  '--coverage-report=text',
  'test/core',
];

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function printFile({ name, ok, tests, timeMs }: FileResult): void {
  const count = `${tests} ${tests === 1 ? 'test' : 'tests'}`;
  print(`${ok ? 'ok  ' : 'FAIL'} ${name} (${count}, ${(timeMs / 1000).toFixed(1)} s)`);
}

const args = process.argv.slice(2).flatMap((arg) => (arg === '--coverage' ? COVERAGE : [arg]));
const child = spawn(process.execPath, [tapCommand, 'run', '--reporter=tap', ...args], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const parser = new Parser();
const tally = observe(parser, printFile);
// Coverage tables and whatever a test printed.
parser.on('extra', (text: string) => process.stdout.write(text));
child.stdout.pipe(parser);
const [[exitCode]] = (await Promise.all([once(child, 'close'), once(parser, 'finish')])) as [
  [number | null],
  unknown,
];

if (exitCode !== 0 && tally.failures.length === 0)
  tally.failures.push({ name: 'the run as a whole', detail: `tap ended with ${exitCode}` });
for (const { name, reason } of tally.skips) print(`skipped: ${name} (${reason})`);
for (const { name, detail } of tally.failures) print(`\nFAILED ${name}\n${detail}`);
print(`\n${summaryLine(tally)}`);
process.exitCode = tally.failures.length === 0 && tally.passed > 0 ? 0 : 1;
