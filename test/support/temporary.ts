/**
 * Temporary directories of a test, removed with it.
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';

/** A new directory that is removed when `t` ends. */
export function temporaryDirectory(t: Test): string {
  const dir = mkdtempSync(join(tmpdir(), 'trefoil-test-'));
  t.teardown(() => {
    rmSync(dir, { recursive: true, force: true });
  });
  return dir;
}
