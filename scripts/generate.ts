/**
 * `npm run generate [-- --check]`: remakes the committed files that come from other files, or, with
 * `--check`, makes them aside and fails when a committed byte differs or a numbered check has no
 * code or no negative test.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GENERATED } from './generated/index.ts';

function differs(committed: string, made: string): boolean {
  if (!existsSync(committed)) return true;
  const { status, stdout } = spawnSync('git', ['diff', '--no-index', '--stat', committed, made], {
    encoding: 'utf8',
  });
  if (status !== 0) process.stdout.write(stdout);
  return status !== 0;
}

const isCheck = process.argv.includes('--check');
const scratch = await mkdtemp(join(tmpdir(), 'trefoil-generate-'));
try {
  for (const { output, make, problems } of GENERATED) {
    for (const problem of (await problems?.()) ?? []) {
      process.stderr.write(`${output}: ${problem}\n`);
      if (isCheck) process.exitCode = 1;
    }
    const made = join(scratch, output);
    await mkdir(dirname(made), { recursive: true });
    await make(made);
    if (!differs(output, made)) continue;
    if (isCheck) {
      process.stderr.write(`${output} is stale: run npm run generate\n`);
      process.exitCode = 1;
    } else {
      await rm(output, { recursive: true, force: true });
      await mkdir(dirname(output), { recursive: true });
      await cp(made, output, { recursive: true });
      process.stdout.write(`made ${output}\n`);
    }
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
