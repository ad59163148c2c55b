/**
 * `npm run kat [FILE]`: runs the known-answer vectors of docs/spec/kat.json, or of FILE, through
 * core and ends with `N passed, N failed`. Exit 1 on any failure.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { judge } from './judge.ts';
import { computeAll } from './sections.ts';

const ownFile = fileURLToPath(new URL('../../docs/spec/kat.json', import.meta.url));

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const [path = ownFile, ...rest] = process.argv.slice(2);
if (rest.length > 0) {
  process.stderr.write('usage: npm run kat [FILE]\n');
  process.exit(2);
}

function readVectors(): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    process.stderr.write(`${path}: ${error instanceof Error ? error.message : 'not readable'}\n`);
    process.exit(1);
  }
}

const vectors = readVectors();
const verdict = judge(vectors, computeAll());
for (const failure of verdict.failures) print(`FAIL ${failure}`);
for (const name of verdict.notBuilt) print(`not built: ${name}`);
print(`${verdict.passed} passed, ${verdict.failed} failed`);
process.exitCode = verdict.failed === 0 ? 0 : 1;
