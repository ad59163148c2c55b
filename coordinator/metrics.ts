/**
 * The coordinator's metrics. Labels are roles, methods, codes and roster indices: bounded sets.
 * @module
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = {
  readonly registry: Registry;
  /** gRPC calls by method and status code. */
  readonly callSeconds: Histogram<'method' | 'code'>;
  /** Sessions by kind (pair, keygen, sign) and how they ended. */
  readonly sessions: Counter<'kind' | 'outcome'>;
  /** Second attempts begun beside a silent one. */
  readonly hedges: Counter;
  /** Last ping round trip by signer. */
  readonly pingSeconds: Gauge<'signer'>;
  /** 1 when the stream to the signer answers. */
  readonly signerUp: Gauge<'signer'>;
  /** Frames that were not routed, by why. */
  readonly droppedFrames: Counter<'reason'>;
};

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    callSeconds: new Histogram({
      name: 'trefoil_coordinator_call_seconds',
      help: 'Duration of gRPC calls',
      labelNames: ['method', 'code'],
      buckets: SECONDS,
      registers,
    }),
    sessions: new Counter({
      name: 'trefoil_coordinator_sessions_total',
      help: 'Protocol sessions by kind and outcome',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    hedges: new Counter({
      name: 'trefoil_coordinator_hedged_attempts_total',
      help: 'Second attempts begun beside a silent one',
      registers,
    }),
    pingSeconds: new Gauge({
      name: 'trefoil_coordinator_signer_ping_seconds',
      help: 'Last ping round trip',
      labelNames: ['signer'],
      registers,
    }),
    signerUp: new Gauge({
      name: 'trefoil_coordinator_signer_up',
      help: 'Whether the stream to the signer answers',
      labelNames: ['signer'],
      registers,
    }),
    droppedFrames: new Counter({
      name: 'trefoil_coordinator_dropped_frames_total',
      help: 'Frames from signers that were not routed',
      labelNames: ['reason'],
      registers,
    }),
  };
}
