/**
 * Whether processes of a test still run.
 */
import { readFileSync } from 'node:fs';

/** True where the process runs; a zombie that nobody has waited for has ended all the same. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
