import { pino } from 'pino';
import t from 'tap';
import { InvariantViolation, ProtocolAbort } from '../../core/index.ts';
import { createMetrics, createObserver } from '../../signer/log.ts';
import type { SessionEnd } from '../../signer/sessions/live-session.ts';
import type { SessionEvent } from '../../signer/sessions/session-table.ts';
import { KeyIdTaken, LedgerConflict } from '../../signer/store/errors.ts';
import { TrefoilError } from '../../wire/status.ts';

const event: SessionEvent = { session: 'ab', kind: 'sign', parties: [1, 2], coordinator: 'a' };

function world() {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: 'trace', base: null },
    {
      write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
    },
  );
  const metrics = createMetrics(() => 3);
  return { observer: createObserver(log, metrics, () => undefined), metrics, lines };
}

const end = (changes: Partial<SessionEnd>): SessionEnd => ({
  ...{ endClass: 'retry', round: 2, reason: 'SESSION_ABORTED', culprits: [] },
  ...changes,
});

const [DEBUG, INFO, ERROR] = [20, 30, 50];

t.test('how a session ended fixes how loud it is', async (t) => {
  const { observer, lines } = world();
  observer.opened(event);
  observer.ended(event, end({ endClass: 'done', reason: 'DONE' }));
  observer.ended(event, end({ cause: new ProtocolAbort('ECHO_MISMATCH') }));
  observer.ended(event, end({ endClass: 'burn', culprits: [2] }));
  observer.ended(event, end({ endClass: 'fatal', cause: new InvariantViolation('ours') }));
  observer.ended(event, end({ cause: new ProtocolAbort('START_REGRESSED') }));
  t.same(
    lines.map(({ level }) => level),
    [DEBUG, DEBUG, INFO, ERROR, ERROR, ERROR],
  );
  t.same(lines[3]?.['culprits'], [2]);
  t.match(lines[4]?.['err'], { message: 'ours' });
  for (const line of lines) t.equal(line['session'], 'ab');
});

t.test('a refusal is no alarm, unless somebody is not what they should be', async (t) => {
  const { observer, lines } = world();
  const refused = (reason: 'KEY_EXISTS' | 'GRANT_MISSING' | 'INTERNAL', cause: unknown): void => {
    observer.refused(event, new TrefoilError(reason, 'words'), cause);
  };
  refused('GRANT_MISSING', undefined);
  refused('KEY_EXISTS', new KeyIdTaken('ab', 'record'));
  refused('KEY_EXISTS', new LedgerConflict('other-content', 'id'));
  refused('KEY_EXISTS', new LedgerConflict('other-bytes', 'id'));
  refused('INTERNAL', new RangeError('a bug'));
  t.same(
    lines.map(({ level }) => level),
    [INFO, ERROR, ERROR, INFO, ERROR],
  );
});

t.test('sessions and drops are counted', async (t) => {
  const { observer, metrics } = world();
  observer.ended(event, end({ endClass: 'burn' }));
  observer.refused(event, new TrefoilError('OVERLOADED', 'full'), undefined);
  observer.dropped('C-02');
  observer.dropped('C-02');
  const text = await metrics.registry.metrics();
  for (const line of [
    'trefoil_signer_sessions_total{kind="sign",outcome="burn"} 1',
    'trefoil_signer_sessions_total{kind="sign",outcome="refused"} 1',
    'trefoil_signer_dropped_envelopes_total{check="C-02"} 2',
    'trefoil_signer_sessions 3',
  ])
    t.ok(text.includes(line), line);
});
