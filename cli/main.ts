/**
 * Entry of the `trefoil` command: chooses clock, randomness and streams, and runs it.
 * @module
 */
import { webcrypto } from 'node:crypto';
import { runCommand } from './program.ts';
import type { KmsKeyOptions } from './local/kms-keys.ts';

/** Loads the AWS SDK, which takes a while, only for those who need it. */
async function createKmsKeys(options: KmsKeyOptions): Promise<string[]> {
  const [{ KMSClient }, keys] = await Promise.all([
    import('@aws-sdk/client-kms'),
    import('./local/kms-keys.ts'),
  ]);
  // Endpoint, region and credentials are those that the SDK finds by itself.
  const kms = new KMSClient();
  try {
    return await keys.createKmsKeys(options, kms);
  } finally {
    kms.destroy();
  }
}

process.exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  streams: { stdout: process.stdout, stderr: process.stderr },
  crypto: webcrypto,
  now: Date.now,
  createKmsKeys,
});
