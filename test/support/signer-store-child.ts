/**
 * A process that holds a signer's data directory: `signer-store-child.ts DATA_DIR MODE`. It prints
 * a line for everything that it was told is durable, so that a test can kill it at any moment and
 * compare. Commands arrive on standard input, one a line.
 */
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { createFileSealer } from '../../infra/sealers/file.ts';
import { shareContext } from '../../signer/store/seal-context.ts';
import { openStore, acceptance, newKey, manualClock, sha256 } from './signer-store.ts';

const [dataDir = '', mode = ''] = process.argv.slice(2);
const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

/** In mode `die-in-commit` the clock kills the process between a row's write and its commit. */
function clockOf(dyingMode: boolean): { now: () => number; dieAfter: (calls: number) => void } {
  const { now } = manualClock();
  let left = Infinity;
  return {
    now: () => {
      left -= 1;
      if (dyingMode && left <= 0) process.kill(process.pid, 'SIGKILL');
      return now();
    },
    dieAfter: (calls) => {
      left = calls;
    },
  };
}

const clock = clockOf(mode === 'die-in-commit');
const store = openStore(dataDir, clock);
say(`start ${store.start}`);

const accept = async (name: string): Promise<void> => {
  const { request32 } = await store.ledger.accept(acceptance(name));
  await store.ledger.commit(request32, { attempt: 0, ctx: sha256('ctx') });
  say(`committed ${name}`);
};

switch (mode) {
  case 'hold':
    process.stdin.resume();
    break;

  case 'endless':
    // Several rows a turn, and records of the other database between them.
    for (let k = 0; ; k += 1) {
      await Promise.all([0, 1, 2].map((lane) => accept(`id-${k}-${lane}`)));
      if (k % 10 === 0) {
        store.keys.insertPending(newKey(`key ${k}`));
        say(`key ${k}`);
        store.pairs.reserveGeneration(2, k + 1);
        store.pairs.burn(2);
        say(`burned ${k + 1}`);
        store.pairs.approve(2, 'operator');
      }
      await setImmediate();
    }

  case 'die-in-commit':
    await Promise.all(['early-1', 'early-2'].map(accept));
    // Four rows in one turn; the process dies when the third has been written.
    clock.dieAfter(4);
    await Promise.all(['doomed-1', 'doomed-2', 'doomed-3', 'doomed-4'].map(accept));
    break;

  case 'fill':
    // Writes until the disk has no room; then one row a command.
    for (let k = 0; ; k += 1) {
      const name = `id-${k}`;
      try {
        await accept(name);
      } catch (error) {
        say(`failed ${name} ${error instanceof Error ? error.name : ''}`);
        break;
      }
    }
    for await (const name of createInterface({ input: process.stdin })) {
      await accept(name).catch((error: unknown) => {
        say(`failed ${name} ${error instanceof Error ? error.name : ''}`);
      });
    }
    break;

  case 'seal': {
    const passphraseFile = join(dataDir, 'passphrase');
    await writeFile(passphraseFile, 'correct horse battery staple', { mode: 0o600 });
    const sealer = await createFileSealer(
      { passphraseFile, saltFile: join(dataDir, 'sealer.salt'), logN: 10 },
      { randomBytes, environment: {} },
    );
    const context = shareContext({ cluster: 'demo', index: 1 }, newKey('a').keyId, 0);
    const sealedShare = await sealer.seal(Uint8Array.of(7), context);
    const record = store.keys.insertPending(newKey('a', { sealedShare }));
    say(`unsealed ${(await sealer.unseal(record.sealedShare, context)).join()}`);
    await store.close();
    break;
  }

  default:
    throw new Error(`unknown mode ${mode}`);
}
