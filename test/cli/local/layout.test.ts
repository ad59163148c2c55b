import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import {
  layoutOf,
  makePrivateDirectory,
  readIfPresent,
  relativeTo,
  writePrivateFile,
} from '../../../cli/local/layout.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const modeOf = (path: string): number => statSync(path).mode & 0o777;

await t.test('keeps each role in a folder of its own', async (t) => {
  const layout = layoutOf('/cluster');

  t.equal(layout.clusterFile, '/cluster/cluster.json');
  t.equal(layout.signer(2).config, '/cluster/signer-2/signer.yaml');
  t.equal(layout.coordinator.config, '/cluster/coordinator/coordinator.yaml');
  t.equal(layout.client('demo').stampKey, '/cluster/clients/demo/stamp.key.pem');
  t.equal(relativeTo('/cluster', layout.ca.cert), 'ca/ca.cert.pem');
});

await t.test('writes files that only their owner reads', async (t) => {
  const dir = temporaryDirectory(t);
  const path = join(dir, 'ca', 'key.pem');

  writePrivateFile(path, 'first');
  writePrivateFile(path, 'second');

  t.equal(readFileSync(path, 'utf8'), 'second');
  t.equal(modeOf(path), 0o600);
  t.equal(modeOf(join(dir, 'ca')), 0o700);
});

await t.test('tightens what was open before', async (t) => {
  const dir = temporaryDirectory(t);
  const path = join(dir, 'key.pem');
  writeFileSync(path, 'open', { mode: 0o644 });

  writePrivateFile(path, 'closed');
  makePrivateDirectory(dir);

  t.equal(modeOf(path), 0o600);
  t.equal(modeOf(dir), 0o700);
});

await t.test('tells a missing file from an unreadable one', async (t) => {
  const dir = temporaryDirectory(t);

  t.equal(readIfPresent(join(dir, 'missing')), undefined);
  t.throws(() => readIfPresent(dir), { code: 'EISDIR' });
});
