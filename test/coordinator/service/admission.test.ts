import t from 'tap';
import { createAdmission } from '../../../coordinator/service/admission.ts';

t.test('bounds the calls of all clients and of each, and gives places back once', async (t) => {
  const admission = createAdmission({ maxConcurrentCalls: 3, maxConcurrentCallsPerClient: 2 });
  const first = admission.enter('client/a');
  admission.enter('client/a');

  t.equal(admission.enter('client/a'), undefined, 'its own limit');
  t.ok(admission.enter('client/b'));
  t.equal(admission.enter('client/c'), undefined, 'the limit of all');

  first?.();
  first?.();
  t.equal(admission.inProgress(), 2);
  t.ok(admission.enter('client/c'));
  t.equal(admission.enter('client/a'), undefined);
});

t.test('lets nobody in once it is closed', async (t) => {
  const admission = createAdmission({ maxConcurrentCalls: 3, maxConcurrentCallsPerClient: 2 });
  const leave = admission.enter('client/a');
  admission.close();
  t.ok(admission.isClosed());
  t.equal(admission.enter('client/a'), undefined);
  leave?.();
  t.equal(admission.inProgress(), 0);
});
