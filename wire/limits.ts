/**
 * Every bound of the wire in one place. A bound is checked before the work that it bounds.
 * @module
 */

const KiB = 1024;
const MiB = 1024 * KiB;

export const LIMITS = {
  /** One gRPC message of any kind, serialized. */
  messageBytes: 4 * MiB,
  /** Public and sealed part of an envelope together; leaves room for the other fields. */
  envelopePayloadBytes: 4 * MiB - 4 * KiB,
  /** Frames of one RelayMessage. */
  framesPerMessage: 4096,
  /** Bytes that may wait in one relay stream for a slow receiver before it is closed. */
  relayBacklogBytes: 64 * MiB,
  /** A stamped request. */
  requestBytes: 1 * MiB,
  /** Stamps over one request or document. */
  stamps: 8,
  /** Items of a SignRequest. */
  items: 64,
  /** Indices of a derivation path. */
  pathDepth: 10,
  /** Payload of one item. */
  payloadBytes: 128 * KiB,
  /** Characters of a display name. */
  displayName: 64,
  /** Bytes of a client's name. */
  clientId: 64,
  /** How far ahead of the judge's clock `not_after` may lie. */
  validityMs: 24 * 60 * 60 * 1000,
  /** A roster document. */
  rosterBytes: 256 * KiB,
  /** A page token. */
  pageTokenChars: 256,
  /** Elements of a page. */
  pageSize: 1000,
  /** Metadata entries of an error or refusal. */
  metadataEntries: 32,
  metadataKeyChars: 64,
  metadataValueChars: 1024,
  /** The sentence of an error or refusal. */
  messageChars: 1024,
  /** Field violations of an error. */
  fieldViolations: 16,
  /** Session time-out that an Open may ask for. */
  sessionTimeoutMs: 10 * 60 * 1000,
} as const;

/** Deadlines in milliseconds. A caller's deadline counts up to `max`; without one, `standard`. */
export const DEADLINES = {
  standard: 10_000,
  max: 120_000,
  /** How long a server lets running calls end when it stops. */
  drain: 5_000,
} as const;

/** Options of every gRPC server. */
export const SERVER_OPTIONS = {
  'grpc.max_receive_message_length': LIMITS.messageBytes,
  'grpc.max_send_message_length': LIMITS.messageBytes,
  'grpc.max_concurrent_streams': 256,
  // MiB that one HTTP/2 connection may hold; above it the peer's frames are refused.
  'grpc-node.max_session_memory': 64,
  'grpc-node.flow_control_window': 1 * MiB,
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.max_connection_idle_ms': 15 * 60 * 1000,
} as const;

/** Options of every gRPC channel. */
export const CHANNEL_OPTIONS = {
  'grpc.max_receive_message_length': LIMITS.messageBytes,
  'grpc.max_send_message_length': LIMITS.messageBytes,
  'grpc-node.max_session_memory': 64,
  'grpc-node.flow_control_window': 1 * MiB,
  // A signer answers late while it computes: a pair set-up with the reference arithmetic keeps its
  // event loop busy for about a second, and for many on a machine that has other work.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2_000,
  'grpc.use_local_subchannel_pool': 1,
  // Names in TLS must be host names, and addresses are often IP addresses. Who the server is, its
  // SPIFFE id says (tls.ts), so one name serves for all.
  'grpc.ssl_target_name_override': 'trefoil.internal',
  // A retry is a decision of the caller, who knows which calls are safe to repeat.
  'grpc.enable_retries': 0,
  // Addresses come from the roster and the configuration; a proxy from the environment is neither.
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
} as const;
