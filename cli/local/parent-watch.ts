/**
 * Preloaded into every process of a local cluster (`node --import`): ends the process when the
 * cluster's own process is gone, even by SIGKILL.
 *
 * The parent holds the other end of this process's standard input and never writes to it; the
 * operating system closes it with the parent. Deployed processes are started without this module,
 * for their standard input is empty from the start.
 * @module
 */
const GRACE_MS = 5_000;
const FAILURE_EXIT_CODE = 1;

function parentIsGone(): void {
  process.kill(process.pid, 'SIGTERM');
  // A process that is still here after the time it has for a clean end is ended without one.
  setTimeout(() => process.exit(FAILURE_EXIT_CODE), GRACE_MS).unref();
}

process.stdin.on('end', parentIsGone);
process.stdin.on('error', parentIsGone);
process.stdin.resume();
// Watching must not keep a process alive that has nothing else to do.
if ('unref' in process.stdin) process.stdin.unref();
