import { randomBytes } from 'node:crypto';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { createFileSealer, type FileSealerOptions } from '../../../infra/sealers/file.ts';
import type { Sealer } from '../../../signer/ports.ts';
import { SHARE_CONTEXT, sealerCompliance } from '../../compliance/sealer.ts';

// N = 2^10: what scrypt costs is not what is tested.
const LOG_N = 10;
const PASSPHRASE = 'correct horse battery staple';

type Files = Omit<FileSealerOptions, 'logN'>;

async function makeFiles(dir: string, name: string, passphrase: string): Promise<Files> {
  const passphraseFile = join(dir, `${name}.passphrase`);
  await writeFile(passphraseFile, passphrase, { mode: 0o600 });
  return { passphraseFile, saltFile: join(dir, `${name}.salt`) };
}

function open(files: Files, environment: Record<string, string> = {}): Promise<Sealer> {
  return createFileSealer({ ...files, logN: LOG_N }, { randomBytes, environment });
}

await t.test('the file sealer keeps the port', async (t) => {
  const dir = t.testdir();
  await sealerCompliance(t, {
    sealer: await open(await makeFiles(dir, 'own', PASSPHRASE)),
    stranger: await open(await makeFiles(dir, 'other', PASSPHRASE)),
    flips: 'every-bit',
  });
});

await t.test('opens after a restart what it sealed before, line end or not', async (t) => {
  const files = await makeFiles(t.testdir(), 'own', PASSPHRASE);
  const blob = await (await open(files)).seal(Uint8Array.of(7), SHARE_CONTEXT);
  t.same([...(await (await open(files)).unseal(blob, SHARE_CONTEXT))], [7]);

  await writeFile(files.passphraseFile, `${PASSPHRASE}\n`);
  t.same([...(await (await open(files)).unseal(blob, SHARE_CONTEXT))], [7]);
});

await t.test('refuses its blobs under another passphrase or salt', async (t) => {
  const files = await makeFiles(t.testdir(), 'own', PASSPHRASE);
  const blob = await (await open(files)).seal(Uint8Array.of(7), SHARE_CONTEXT);
  const salt = await readFile(files.saltFile);

  await writeFile(files.passphraseFile, 'another passphrase');
  const otherPassphrase = await open(files);
  await writeFile(files.passphraseFile, PASSPHRASE);
  await writeFile(files.saltFile, randomBytes(32));
  const otherSalt = await open(files);
  await writeFile(files.saltFile, salt);
  const same = await open(files);

  const refused = { name: 'SealFailure', code: 'not-authentic' };
  await t.rejects(otherPassphrase.unseal(blob, SHARE_CONTEXT), refused);
  await t.rejects(otherSalt.unseal(blob, SHARE_CONTEXT), refused);
  await t.resolves(same.unseal(blob, SHARE_CONTEXT));
});

await t.test('keeps the salt readable by its owner only', async (t) => {
  const files = await makeFiles(t.testdir(), 'own', PASSPHRASE);
  await open(files);
  t.equal((await stat(files.saltFile)).mode & 0o777, 0o600);
});

await t.test('refuses to start', async (t) => {
  const misconfigured = { name: 'SealFailure', code: 'misconfigured' };
  const files = await makeFiles(t.testdir(), 'own', PASSPHRASE);

  await t.test('in production', async (t) => {
    await t.rejects(open(files, { NODE_ENV: 'production' }), misconfigured);
    await t.resolves(open(files, { NODE_ENV: 'development' }));
  });
  await t.test('without its passphrase file', async (t) => {
    await t.rejects(
      open({ ...files, passphraseFile: `${files.passphraseFile}.no` }),
      misconfigured,
    );
  });
  await t.test('with a passphrase that others can read', async (t) => {
    await chmod(files.passphraseFile, 0o644);
    await t.rejects(open(files), misconfigured);
    await chmod(files.passphraseFile, 0o600);
  });
  await t.test('with a short passphrase, and never prints it', async (t) => {
    await writeFile(files.passphraseFile, 'short\n');
    const failure: unknown = await open(files).catch((error: unknown) => error);
    t.match(failure, misconfigured);
    t.notMatch(String(failure), 'short\n');
    await writeFile(files.passphraseFile, PASSPHRASE);
  });
  await t.test('with a damaged salt', async (t) => {
    await writeFile(files.saltFile, 'x');
    await t.rejects(open(files), misconfigured);
  });
});
