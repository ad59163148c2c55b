import t from 'tap';
import { failureOf, renderFailure } from '../../cli/failure.ts';
import { FolderMismatch } from '../../cli/local/folder.ts';
import { InvalidInput } from '../../core/index.ts';
import { TrefoilError } from '../../wire/status.ts';

await t.test('tells refused from not reachable', async (t) => {
  t.equal(failureOf(new TrefoilError('PEER_UNAVAILABLE', 'no connection')).exitCode, 3);
  t.equal(failureOf(new TrefoilError('SIGNERS_UNAVAILABLE', 'two are down')).exitCode, 1);
  t.equal(failureOf(new TrefoilError('SIGNERS_REFUSED', 'no')).exitCode, 1);
  t.equal(failureOf(new Error('broken')).exitCode, 1);
  t.equal(failureOf('broken').exitCode, 1);
});

await t.test('counts a wrong argument as wrong usage', async (t) => {
  t.equal(failureOf(new InvalidInput('display_name', 'is too long')).exitCode, 2);
  t.equal(failureOf(new FolderMismatch('another sealer')).exitCode, 2);
});

await t.test('prints reason, fields and metadata', async (t) => {
  const error = new TrefoilError('FIELD_INVALID', 'items[0].path: is hardened', {
    fieldViolations: [{ field: 'items[0].path', description: 'is hardened' }],
    metadata: { signers: '1,2' },
    cause: new Error('kept for the log'),
  });
  const failure = failureOf(error);

  t.equal(
    renderFailure(failure, false),
    'trefoil: FIELD_INVALID: items[0].path: is hardened\n  items[0].path: is hardened\n  signers: 1,2\n',
  );
  t.same(JSON.parse(renderFailure(failure, true)), {
    error: {
      reason: 'FIELD_INVALID',
      message: 'items[0].path: is hardened',
      code: 'INVALID_ARGUMENT',
      metadata: { signers: '1,2' },
      fieldViolations: [{ field: 'items[0].path', description: 'is hardened' }],
      retryAfterMs: null,
    },
  });
});
