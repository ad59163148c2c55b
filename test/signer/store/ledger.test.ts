import assert from 'node:assert/strict';
import t from 'tap';
import type { LedgerRecord, StoredSignature } from '../../../signer/ports.ts';
import { LedgerConflict, StoreCorrupted, StoreUnavailable } from '../../../signer/store/errors.ts';
import { PRUNE_AFTER_MS } from '../../../signer/store/ledger.ts';
import { negative } from '../../support/negative.ts';
import { acceptance, failureOf, sha256, withStore } from '../../support/signer-store.ts';

const CTX = sha256('ctx');
const attempt = (number: number): { attempt: number; ctx: Uint8Array } => ({
  attempt: number,
  ctx: CTX,
});

function signatures(of: string): StoredSignature[] {
  return [
    {
      r: sha256(`r of ${of}`),
      s: sha256(`s of ${of}`),
      recid: 1,
      signedPayload: new Uint8Array(),
    },
    {
      r: sha256(`r' of ${of}`),
      s: sha256(`s' of ${of}`),
      recid: 0,
      signedPayload: Uint8Array.of(2, 3),
    },
  ];
}

async function conflict(body: () => unknown, reason: string): Promise<void> {
  const failure = await failureOf(body);
  assert.ok(failure instanceof LedgerConflict, failure.message);
  assert.equal(failure.reason, reason);
  assert.equal(failure.check, 'C-16');
}

await t.test('a request lives in the ledger from acceptance to its signatures', async (t) => {
  await withStore(async ({ store, restart, clock }) => {
    const request = acceptance('id-1');
    const accepted = await store().ledger.accept(request);
    t.same(accepted, {
      ...request,
      acceptedAt: clock.now(),
      attempts: [],
      results: undefined,
    });
    await store().ledger.commit(request.request32, attempt(0));
    await store().ledger.commit(request.request32, attempt(7));
    t.same(await store().ledger.finish(request.request32, signatures('a')), signatures('a'));

    const { ledger } = await restart();
    const stored = { ...accepted, attempts: [attempt(0), attempt(7)], results: signatures('a') };
    t.same(ledger.get(request.request32), stored);
    t.same(ledger.getByRequestId('id-1'), stored);
    t.same(await ledger.accept(request), stored, 'the same request again gives what is stored');
    t.equal(ledger.get(sha256('nothing')), undefined);
    t.equal(ledger.getByRequestId('id-2'), undefined);
  });
});

await t.test('keeps the acceptance time and client of the first acceptance', async (t) => {
  await withStore(async ({ store, clock }) => {
    const first = await store().ledger.accept(acceptance('id-1'));
    clock.advance(1000);
    t.equal((await store().ledger.accept(acceptance('id-1'))).acceptedAt, first.acceptedAt);
  });
});

await t.test('the first signatures stay, whatever a later attempt brings', async (t) => {
  await withStore(async ({ store }) => {
    const { request32 } = await store().ledger.accept(acceptance('id-1'));
    await store().ledger.finish(request32, signatures('a'));
    t.same(await store().ledger.finish(request32, signatures('b')), signatures('a'));
    t.same(store().ledger.get(request32)?.results, signatures('a'));
  });
});

await t.test('one name space of request ids for wallets and signatures', async (t) => {
  await withStore(async ({ store }) => {
    const create = acceptance('id-1', 'create', { kind: 'create-wallet', items: [] });
    t.same((await store().ledger.accept(create)).items, []);
    await store().ledger.accept(create);
    await t.rejects(store().ledger.accept(acceptance('id-1', 'sign')), {
      name: 'LedgerConflict',
      reason: 'other-bytes',
    });
    await t.rejects(store().ledger.accept({ ...create, request32: sha256('another wallet') }), {
      name: 'LedgerConflict',
      reason: 'other-bytes',
    });
  });
});

await t.test('prunes 7 days after expiry, not a millisecond earlier', async (t) => {
  await withStore(async ({ store, clock }) => {
    const { ledger } = store();
    const soon = acceptance('soon', 'soon', { notAfter: clock.now() + 1000 });
    const late = acceptance('late', 'late', { notAfter: clock.now() + 2000 });
    await ledger.accept(soon);
    await ledger.accept(late);
    await ledger.commit(soon.request32, attempt(0));
    await ledger.finish(soon.request32, signatures('a'));

    clock.advance(1000 + PRUNE_AFTER_MS);
    t.equal(await ledger.prune(), 0);
    clock.advance(1);
    t.equal(await ledger.prune(), 1);
    t.equal(ledger.get(soon.request32), undefined);
    t.ok(ledger.get(late.request32));
    await t.rejects(ledger.commit(soon.request32, attempt(1)), {
      name: 'LedgerConflict',
      reason: 'not-accepted',
    });
  });
});

await t.test('leaves nothing of a pruned request in the files', async (t) => {
  await withStore(async ({ store, clock, dataDir }) => {
    const { readFile, readdir } = await import('node:fs/promises');
    const marker = 'a-client-that-nobody-else-is-called';
    await store().ledger.accept(acceptance('id-1', 'id-1', { clientId: marker }));
    const occurrences = async (): Promise<number> => {
      const files = (await readdir(dataDir)).filter((name) => name.startsWith('ledger'));
      const contents = await Promise.all(files.map((name) => readFile(`${dataDir}/${name}`)));
      return contents.filter((content) => content.includes(marker)).length;
    };
    t.ok((await occurrences()) > 0, 'the search finds it before');
    clock.advance(10 * PRUNE_AFTER_MS);
    t.equal(await store().ledger.prune(), 1);
    t.equal(await occurrences(), 0);
  });
});

await t.test('names the argument that is wrong, and writes nothing', async (t) => {
  await withStore(async ({ store }) => {
    const { ledger } = store();
    const short = new Uint8Array(31);
    const wrong = (changes: object): Promise<LedgerRecord> =>
      ledger.accept({ ...acceptance('id-1'), ...changes });
    await t.rejects(wrong({ request32: short }), { name: 'InvalidInput', field: 'request32' });
    await t.rejects(wrong({ keyId: short }), { name: 'InvalidInput', field: 'keyId' });
    await t.rejects(wrong({ requestId: '' }), { name: 'InvalidInput', field: 'requestId' });
    await t.rejects(wrong({ requestId: 'x'.repeat(65) }), {
      name: 'InvalidInput',
      field: 'requestId',
    });
    await t.rejects(wrong({ notAfter: -1 }), { name: 'InvalidInput', field: 'notAfter' });
    await t.rejects(wrong({ items: [{ digest: short, path: [] }] }), {
      name: 'InvalidInput',
      field: 'items.digest',
    });
    await t.rejects(wrong({ items: [{ digest: CTX, path: [2 ** 31] }] }), {
      name: 'InvalidInput',
      field: 'items.path',
    });
    const many = Array.from({ length: 65 }, () => ({ digest: CTX, path: [] }));
    await t.rejects(wrong({ items: many }), { name: 'InvalidInput', field: 'items' });

    const { request32 } = await ledger.accept(acceptance('id-1'));
    await t.rejects(ledger.commit(request32, { attempt: -1, ctx: CTX }), {
      name: 'InvalidInput',
      field: 'attempt',
    });
    await t.rejects(ledger.commit(request32, { attempt: 0, ctx: short }), {
      name: 'InvalidInput',
      field: 'ctx',
    });
    await t.rejects(ledger.finish(request32, signatures('a').slice(1)), {
      name: 'InvalidInput',
      field: 'results',
    });
    const [first, second] = signatures('a');
    assert.ok(first && second);
    await t.rejects(ledger.finish(request32, [{ ...first, recid: 4 }, second]), {
      name: 'InvalidInput',
      field: 'recid',
    });
    t.match(ledger.get(request32), { attempts: [], results: undefined });
  });
});

await t.test('a refusal leaves the other rows of its turn alone', async (t) => {
  await withStore(async ({ store }) => {
    const { ledger } = store();
    const outcomes = await Promise.allSettled([
      ledger.accept(acceptance('id-1')),
      ledger.accept(acceptance('id-1', 'other bytes')),
      ledger.commit(acceptance('id-1').request32, attempt(0)),
      ledger.commit(acceptance('id-1').request32, attempt(0)),
      ledger.commit(sha256('unknown'), attempt(0)),
      ledger.accept(acceptance('id-2')),
    ]);
    t.same(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'rejected', 'fulfilled'],
    );
    t.same(ledger.getByRequestId('id-1')?.attempts, [attempt(0)]);
    t.ok(ledger.getByRequestId('id-2'));
  });
});

await t.test('nothing is to be seen before the commit of its turn', async (t) => {
  await withStore(async ({ store }) => {
    const { ledger } = store();
    const accepted = ledger.accept(acceptance('id-1'));
    await Promise.resolve();
    t.equal(ledger.getByRequestId('id-1'), undefined);
    await accepted;
    t.ok(ledger.getByRequestId('id-1'));
  });
});

await t.test(
  'closing commits what was asked for before, and refuses what comes after',
  async (t) => {
    await withStore(async ({ store, restart }) => {
      const { ledger } = store();
      const accepted = ledger.accept(acceptance('id-1'));
      const { ledger: reopened } = await restart();
      t.ok(await accepted);
      t.ok(reopened.getByRequestId('id-1'));
      await t.rejects(ledger.accept(acceptance('id-2')), StoreUnavailable);
    });
  },
);

negative('C-16', 'refuses the same request id with other bytes', () =>
  withStore(async ({ store }) => {
    const { ledger } = store();
    const accepted = await ledger.accept(acceptance('id-1'));
    await conflict(() => ledger.accept(acceptance('id-1', 'other bytes')), 'other-bytes');
    assert.deepEqual(ledger.getByRequestId('id-1'), accepted);
    assert.equal(ledger.get(acceptance('id-1', 'other bytes').request32), undefined);
  }),
);

const OTHER_CONTENT = [
  ['key', { keyId: sha256('another key') }],
  ['digest', { items: [{ digest: sha256('another digest'), path: [] }] }],
  ['path', { items: acceptance('id-1').items.map((item) => ({ ...item, path: [1] })) }],
  ['order of items', { items: acceptance('id-1').items.toReversed() }],
  ['request id', { requestId: 'id-2' }],
  ['client', { clientId: 'mallory' }],
  ['expiry', { notAfter: 1_800_000_060_001 }],
  ['kind', { kind: 'create-wallet' }],
] as const;

for (const [what, changes] of OTHER_CONTENT)
  negative('C-16', `refuses the same request with another ${what}`, () =>
    withStore(async ({ store }) => {
      const { ledger } = store();
      const accepted = await ledger.accept(acceptance('id-1'));
      const again = { ...acceptance('id-1'), ...changes };
      await conflict(() => ledger.accept(again), 'other-content');
      assert.deepEqual(ledger.getByRequestId('id-1'), accepted);
    }),
  );

negative('C-16', 'refuses an attempt that was committed, also after a restart', () =>
  withStore(async ({ store, restart }) => {
    const { request32 } = await store().ledger.accept(acceptance('id-1'));
    store().ledger.requireNewAttempt(request32, 0);
    await store().ledger.commit(request32, attempt(0));
    const { ledger } = await restart();
    await conflict(() => {
      ledger.requireNewAttempt(request32, 0);
    }, 'attempt-used');
    await conflict(() => ledger.commit(request32, attempt(0)), 'attempt-used');
    ledger.requireNewAttempt(request32, 1);
    await ledger.commit(request32, attempt(1));
  }),
);

const CHANGES = [
  ['requests', 'digest', "items = CAST(x'00' || substr(items, 2) AS BLOB)"],
  ['requests', 'key', 'key_id = zeroblob(32)'],
  ['requests', 'client', "client_id = 'mallory'"],
  ['requests', 'expiry', 'not_after = not_after + 1'],
  ['attempts', 'context', 'ctx = zeroblob(32)'],
  ['attempts', 'number', 'attempt = 9'],
  ['results', 'signature', "signatures = CAST(x'00' || substr(signatures, 2) AS BLOB)"],
] as const;

for (const [table, what, assignment] of CHANGES)
  negative('C-60', `refuses a row of ${table} with another ${what}: fatal`, () =>
    withStore(async ({ store, tamper }) => {
      const { request32 } = await store().ledger.accept(acceptance('id-1'));
      await store().ledger.commit(request32, attempt(0));
      await store().ledger.finish(request32, signatures('a'));
      await tamper('ledger.db', (db) => {
        db.exec(`UPDATE ${table} SET ${assignment}`);
      });
      const failure = await failureOf(() => store().ledger.get(request32));
      assert.ok(failure instanceof StoreCorrupted, failure.message);
      assert.equal(failure.abortClass, 'fatal');
      const refused = await failureOf(() => store().ledger.accept(acceptance('id-1')));
      assert.ok(refused instanceof StoreCorrupted, refused.message);
    }),
  );
