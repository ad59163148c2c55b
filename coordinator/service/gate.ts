/**
 * What every method of the API passes: admission and measurement.
 * @module
 */
import type { CallContext } from '../../wire/server.ts';
import type { Method } from '../../wire/services.ts';
import { toTrefoilError, TrefoilError } from '../../wire/status.ts';
import type { Metrics } from '../metrics.ts';
import { isStoreFailure } from '../store/failure.ts';
import type { Admission } from './admission.ts';

type Work<Req, Res> = (request: Req, context: CallContext) => Promise<Res>;

/** Puts admission, measurement and the meaning of storage failures around a method. */
export type Gate = <Req, Res>(method: Method<Req, Res>, work: Work<Req, Res>) => Work<Req, Res>;

export function createGate({
  admission,
  metrics,
  monotonicMs,
}: {
  readonly admission: Admission;
  readonly metrics: Metrics;
  readonly monotonicMs: () => number;
}): Gate {
  return ({ name }, work) =>
    async (request, context) => {
      const { role, name: peer } = context.peer;
      const leave = admission.enter(`${role}/${peer}`);
      const startedMs = monotonicMs();
      let code = 'OK';
      try {
        if (!leave) {
          throw admission.isClosed()
            ? new TrefoilError('STOPPING', 'the process is stopping')
            : new TrefoilError('OVERLOADED', 'too many calls in progress');
        }
        return await work(request, context);
      } catch (thrown) {
        const error = isStoreFailure(thrown)
          ? new TrefoilError('STORAGE_UNAVAILABLE', 'the database cannot be used', {
              cause: thrown,
            })
          : toTrefoilError(thrown);
        code = error.code;
        throw error;
      } finally {
        leave?.();
        metrics.callSeconds.observe({ method: name, code }, (monotonicMs() - startedMs) / 1000);
      }
    };
}
