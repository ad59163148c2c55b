/**
 * What a signer logs: ids, kinds, reasons, culprits; never a value of a message or a secret.
 * @module
 */
import type { Logger } from 'pino';
import { Counter, Gauge, Registry } from 'prom-client';
import { ProtocolAbort } from '../core/index.ts';
import { KeyIdTaken, LedgerConflict } from './store/errors.ts';
import type { SessionEvent, SessionObserver } from './sessions/session-table.ts';

export type SignerMetrics = {
  readonly registry: Registry;
  readonly observe: Pick<SessionObserver, 'opened' | 'refused' | 'ended' | 'dropped'>;
};

/** Counts sessions and drops; labels are bounded sets. */
export function createMetrics(sessionCount: () => number): SignerMetrics {
  const registry = new Registry();
  const registers = [registry];
  const ended = new Counter({
    name: 'trefoil_signer_sessions_total',
    help: 'Sessions by kind and how they ended here',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const dropped = new Counter({
    name: 'trefoil_signer_dropped_envelopes_total',
    help: 'Envelopes dropped, by the check that dropped them',
    labelNames: ['check'],
    registers,
  });
  const running = new Gauge({
    name: 'trefoil_signer_sessions',
    help: 'Sessions running now',
    registers,
    collect: () => {
      running.set(sessionCount());
    },
  });
  return {
    registry,
    observe: {
      opened: () => undefined,
      refused: ({ kind }) => {
        ended.inc({ kind, outcome: 'refused' });
      },
      ended: ({ kind }, { endClass }) => {
        ended.inc({ kind, outcome: endClass });
      },
      dropped: (check) => {
        dropped.inc({ check });
      },
    },
  };
}

/**
 * A cloned or restored peer (C-13), a key id offered twice (C-63), and one request with two contents
 * (C-16): each means that somebody is not what they should be.
 */
function isAlarm(cause: unknown): boolean {
  if (cause instanceof ProtocolAbort) return cause.code === 'START_REGRESSED';
  if (cause instanceof LedgerConflict) return cause.reason === 'other-content';
  return cause instanceof KeyIdTaken;
}

/** Logs and counts what happens in sessions; a burn and a local fault are alarms as well. */
export function createObserver(
  log: Logger,
  metrics: SignerMetrics,
  onFault: () => void,
): SessionObserver {
  const facts = ({ session, kind, parties, coordinator }: SessionEvent): object => ({
    session,
    kind,
    parties,
    coordinator,
  });
  return {
    opened: (event) => {
      metrics.observe.opened(event);
      log.debug(facts(event), 'session joined');
    },
    refused: (event, error, cause) => {
      metrics.observe.refused(event, error, cause);
      const { reason, message } = error;
      if (reason === 'INTERNAL') log.error({ ...facts(event), err: cause }, 'session refused');
      else
        log[isAlarm(cause) ? 'error' : 'info'](
          { ...facts(event), reason, detail: message },
          'session refused',
        );
    },
    ended: (event, end) => {
      metrics.observe.ended(event, end);
      const { endClass, round, reason, culprits, cause } = end;
      const line = { ...facts(event), endClass, round, reason, culprits };
      if (endClass === 'fatal') log.error({ ...line, err: cause }, 'local fault ended a session');
      else if (endClass === 'burn') log.error(line, 'pair burned: the peer failed a check');
      else if (endClass === 'done') log.debug(line, 'session done');
      else
        log[isAlarm(cause) ? 'error' : 'info'](
          { ...line, detail: cause instanceof Error ? cause.message : '' },
          'session ended',
        );
    },
    dropped: (check) => {
      metrics.observe.dropped(check);
      log.trace({ check }, 'envelope dropped');
    },
    faulted: () => {
      log.fatal('own records are damaged: this signer refuses service until it is restored');
      onFault();
    },
  };
}
