import assert from 'node:assert/strict';
import t from 'tap';
import fc from 'fast-check';
import type { StoredSignature } from '../../../signer/ports.ts';
import { LedgerConflict } from '../../../signer/store/errors.ts';
import { PRUNE_AFTER_MS } from '../../../signer/store/ledger.ts';
import { acceptance, sha256, withStore } from '../../support/signer-store.ts';

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

type Step =
  | { verb: 'accept'; id: number; bytes: number }
  | { verb: 'commit'; id: number; bytes: number; attempt: number }
  | { verb: 'finish'; id: number; bytes: number }
  | { verb: 'prune' | 'restart' | 'wait'; id: number; bytes: number };

/** What the ledger must answer, as a plain map from request to row. */
class Model {
  rows = new Map<string, { attempts: number[]; finished: string | undefined }>();

  apply(step: Step, names: { id: string; request: string }): string {
    const row = this.rows.get(names.request);
    if (step.verb === 'accept') {
      const owner = [...this.rows.keys()].find((request) => request.startsWith(`${names.id} `));
      if (owner !== undefined && owner !== names.request) return 'other-bytes';
      if (!row) this.rows.set(names.request, { attempts: [], finished: undefined });
      return 'ok';
    }
    if (!row) return 'not-accepted';
    if (step.verb === 'commit') {
      if (row.attempts.includes(step.attempt)) return 'attempt-used';
      row.attempts = [...row.attempts, step.attempt].sort((a, b) => a - b);
    } else row.finished ??= names.request;
    return 'ok';
  }
}

await t.test('against a model: any order of verbs, turns and restarts', async (t) => {
  const id = fc.nat(2);
  const bytes = fc.nat(1);
  const write = fc.oneof(
    { weight: 4, arbitrary: fc.record({ verb: fc.constant('accept' as const), id, bytes }) },
    {
      weight: 4,
      arbitrary: fc.record({ verb: fc.constant('commit' as const), id, bytes, attempt: fc.nat(2) }),
    },
    { weight: 2, arbitrary: fc.record({ verb: fc.constant('finish' as const), id, bytes }) },
  );
  const turn = fc.oneof(
    { weight: 6, arbitrary: fc.array(write, { minLength: 1, maxLength: 5 }) },
    {
      weight: 1,
      arbitrary: fc
        .record({ verb: fc.constantFrom('prune', 'restart', 'wait'), id, bytes })
        .map((step) => [step]),
    },
  );

  await fc.assert(
    fc.asyncProperty(fc.array(turn, { maxLength: 12 }), (turns) =>
      withStore(async ({ store, restart, clock }) => {
        const model = new Model();
        const names = (step: { id: number; bytes: number }): { id: string; request: string } => ({
          id: `id-${step.id}`,
          request: `id-${step.id} ${step.bytes}`,
        });
        const run = async (step: Step): Promise<string> => {
          const { ledger } = store();
          const { id: requestId, request } = names(step);
          const row = acceptance(requestId, request, { notAfter: 1_800_000_000_000 });
          try {
            if (step.verb === 'accept') await ledger.accept(row);
            if (step.verb === 'commit') await ledger.commit(row.request32, attempt(step.attempt));
            if (step.verb === 'finish') await ledger.finish(row.request32, signatures(request));
            return 'ok';
          } catch (error) {
            assert.ok(error instanceof LedgerConflict, String(error));
            return error.reason;
          }
        };

        for (const steps of turns as Step[][]) {
          const [first] = steps;
          if (first?.verb === 'restart') await restart();
          else if (first?.verb === 'wait') clock.advance(PRUNE_AFTER_MS / 2 + 1);
          else if (first?.verb === 'prune') {
            const expired = clock.now() - 1_800_000_000_000 > PRUNE_AFTER_MS;
            assert.equal(await store().ledger.prune(), expired ? model.rows.size : 0);
            if (expired) model.rows.clear();
          } else {
            const expected = steps.map((step) => model.apply(step, names(step)));
            assert.deepEqual(await Promise.all(steps.map(run)), expected);
          }
          for (const k of [0, 1, 2]) {
            const row = store().ledger.getByRequestId(`id-${k}`);
            const request = [...model.rows.keys()].find((key) => key.startsWith(`id-${k} `));
            const wanted = request === undefined ? undefined : model.rows.get(request);
            assert.deepEqual(
              row && { attempts: row.attempts.map((one) => one.attempt), results: row.results },
              wanted && {
                attempts: wanted.attempts,
                results: wanted.finished === undefined ? undefined : signatures(wanted.finished),
              },
            );
          }
        }
      }),
    ),
    { numRuns: 60 },
  );
  t.pass();
});
