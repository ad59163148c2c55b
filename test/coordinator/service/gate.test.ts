import t from 'tap';
import { createMetrics } from '../../../coordinator/metrics.ts';
import { createAdmission } from '../../../coordinator/service/admission.ts';
import { createGate } from '../../../coordinator/service/gate.ts';
import { openStore } from '../../../coordinator/store/open.ts';
import { InvalidInput } from '../../../core/index.ts';
import type { CallContext } from '../../../wire/server.ts';
import { adminService } from '../../../wire/services.ts';
import type { Cluster } from '../../../wire/signer-info.ts';
import { like } from '../../support/like.ts';

const method = adminService.getCluster;
const context: CallContext = {
  peer: { cluster: 'test', role: 'client', name: 'demo' },
  method: method.name,
  deadline: 0,
  signal: new AbortController().signal,
};
const cluster: Cluster = { cluster: 'test', rosterVersion: 1, coordinator: 'a', signers: [] };

function open() {
  const metrics = createMetrics();
  const admission = createAdmission({ maxConcurrentCalls: 1, maxConcurrentCallsPerClient: 1 });
  const gate = createGate({ admission, metrics, monotonicMs: () => 0 });
  const call = (work: () => Promise<Cluster>) => gate(method, work)({}, context);
  const counted = async () => {
    const { values } = await metrics.callSeconds.get();
    return values
      .filter(({ metricName }) => metricName?.endsWith('_count'))
      .map(({ labels }) => labels.code);
  };
  return { admission, call, counted };
}

t.test('gives the place back whatever happens, and counts by code', async (t) => {
  const { call, counted, admission } = open();

  t.same(await call(() => Promise.resolve(cluster)), cluster);
  await t.rejects(
    call(() => Promise.reject(new InvalidInput('page_token', 'bad'))),
    like({ code: 'INVALID_ARGUMENT' }),
  );
  await t.rejects(
    call(() => Promise.reject(new TypeError('bug'))),
    like({ code: 'INTERNAL' }),
  );

  t.equal(admission.inProgress(), 0);
  t.same(await counted(), ['OK', 'INVALID_ARGUMENT', 'INTERNAL']);
});

t.test('refuses what exceeds the limit, and everything once it is closed', async (t) => {
  const { call, admission } = open();
  const running = Promise.withResolvers<Cluster>();
  const first = call(() => running.promise);

  await t.rejects(
    call(() => Promise.resolve(cluster)),
    like({ reason: 'OVERLOADED' }),
  );
  running.resolve(cluster);
  await first;
  admission.close();
  await t.rejects(
    call(() => Promise.resolve(cluster)),
    like({ reason: 'STOPPING' }),
  );
});

t.test('a database that cannot be used is UNAVAILABLE, not a bug', async (t) => {
  const { call } = open();
  const store = await openStore({ path: ':memory:' }, { now: () => 0 });
  t.teardown(() => store.close());

  await t.rejects(
    call(async () => {
      await store.wallets.noteQuorum('wallets/unknown', [1, 2]);
      return cluster;
    }),
    like({ reason: 'STORAGE_UNAVAILABLE', code: 'UNAVAILABLE' }),
    'here a foreign key that does not exist',
  );
});
