import t from 'tap';
import { Fleet } from '../../../coordinator/orchestrate/fleet.ts';
import type { SignerApi } from '../../../coordinator/ports.ts';
import { TIMING } from '../../../coordinator/timing.ts';
import type { SignerInfo } from '../../../wire/signer-info.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { createQuietLog } from '../../support/quiet-log.ts';

const unused = () => Promise.reject(new Error('not used here'));
const info = (changes: Partial<SignerInfo> = {}): SignerInfo => ({
  ...{ index: 1, cluster: 'test', rosterVersion: 1, version: '1.2.3', keyCount: 4 },
  ...{ boot: new Uint8Array(32), identityKey: new Uint8Array(32), sealer: 'memory', pairs: [] },
  ...changes,
});

function open() {
  const clock = createManualClock();
  const reads: PromiseWithResolvers<SignerInfo>[] = [];
  let changes = 0;
  const api: SignerApi = {
    getInfo: () => {
      const read = Promise.withResolvers<SignerInfo>();
      reads.push(read);
      return read.promise;
    },
    ...{ listKeys: unused, getKey: unused, putCertificate: unused, getResult: unused },
  };
  const fleet = new Fleet(
    { cluster: 'test', signers: [1], timing: TIMING },
    { apis: new Map([[1, api]]), changed: () => (changes += 1), clock, log: createQuietLog() },
  );
  return { clock, fleet, reads, changes: () => changes };
}

t.test('reads a signer when it comes, and keeps what it said when it goes', async (t) => {
  const { clock, fleet, reads, changes } = open();
  fleet.signerUp(1);
  reads[0]?.resolve(info());
  await clock.advance(0);
  t.match(fleet.info(1), { version: '1.2.3', keyCount: 4 });
  t.equal(changes(), 1);

  fleet.signerDown(1);
  t.match(fleet.info(1), { version: '1.2.3' });
  t.equal(fleet.pairInfo(1, 2), undefined);
});

t.test('reads once at a time, and once more when asked meanwhile', async (t) => {
  const { clock, fleet, reads } = open();
  fleet.signerUp(1);
  const both = Promise.all([fleet.refresh(1), fleet.refresh(1)]);
  t.equal(reads.length, 1);
  reads[0]?.resolve(info());
  await clock.advance(0);
  t.equal(reads.length, 2);
  reads[1]?.resolve(info({ keyCount: 5 }));
  await both;
  t.equal(reads.length, 2);
  t.equal(fleet.info(1)?.keyCount, 5);
});

t.test('an answer over an earlier connection is not taken', async (t) => {
  const { clock, fleet, reads } = open();
  fleet.signerUp(1);
  fleet.signerDown(1);
  fleet.signerUp(1);
  reads[0]?.resolve(info({ version: 'old' }));
  await clock.advance(0);
  t.equal(fleet.info(1), undefined);
  t.equal(reads.length, 2, 'it is asked again');
});

t.test('a failed read is made up for later', async (t) => {
  const { clock, fleet, reads } = open();
  fleet.signerUp(1);
  reads[0]?.reject(new Error('busy'));
  await clock.advance(TIMING.infoIntervalMs);
  t.equal(reads.length, 2);
  reads[1]?.resolve(info());
  await clock.advance(0);
  t.ok(fleet.info(1));
  fleet.close();
  t.equal(clock.pending(), 0);
});
