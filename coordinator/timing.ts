/**
 * Every waiting time of the coordinator, and why it is what it is.
 *
 * A signer is one event loop. With the reference arithmetic a round of a signature keeps it busy for
 * tens of milliseconds and one step of a pair set-up for about a second, during which it answers no
 * ping. A stopped or cut-off signer looks the same from here. So no wait below declares a signer
 * dead at once: after a short silence other signers are preferred and a second attempt starts beside
 * the silent one (hedging); only after a long silence something is given up.
 * @module
 */

export type Timing = typeof TIMING;

export const TIMING = {
  /**
   * From a ping's reply to the next ping. A stopped signer is seen this much later at most, and a
   * ping costs microseconds.
   */
  pingIntervalMs: 200,
  /**
   * A ping unanswered for longer takes a signer out of the candidates and starts a second attempt
   * beside each session that waits for it. One second passes over the rounds of a few parallel
   * signatures; a signer in a pair set-up that trips it is only avoided while it is busy. Ten
   * seconds of a caller's deadline leave room for several such detections.
   */
  silentAfterMs: 1_000,
  /**
   * A session without any message for this long gets a second attempt beside it even when its
   * signers answer pings: a message was lost, or a signer is overloaded. Above silentAfterMs, so that
   * a stopped signer is told from a slow session by its pings first.
   */
  hedgeAfterMs: 1_500,
  /**
   * A session without any message for this long is given up. Three times what the slowest step
   * takes: cheaper than holding places at signers, dearer than hedging.
   */
  stallAfterMs: 5_000,
  /**
   * Silence after which the connection itself is replaced: a cut-off TCP connection comes back only
   * with its retransmission timer, a new one at once. Far above any busy event loop, because it ends
   * all sessions of the signer: on a machine at twenty times its capacity, 8 s made pair set-ups fail
   * for ever.
   */
  reconnectAfterMs: 20_000,
  /** Time for a new connection to answer its first ping (TCP, TLS, stream, a busy event loop). */
  connectTimeoutMs: 8_000,
  /** Reconnection backoff: doubled from the first to the last, times 0.5 to 1. */
  backoffFirstMs: 100,
  backoffLastMs: 1_000,
  /**
   * How long a request waits for a quorum before UNAVAILABLE. Longer than a pair set-up, so that a
   * request in the moment of a restart succeeds; shorter than most callers' patience.
   */
  unavailableAfterMs: 6_000,
  /** Between failed attempts of one request, from the second on: doubled from first to last. */
  retryFirstMs: 50,
  retryLastMs: 1_000,
  /** An answer leaves this long before the caller's deadline, or a tenth of it if that is less. */
  answerMarginMs: 400,
  /** After a first refusal: how long the other signers' refusals are waited for, to name them all. */
  refusalGraceMs: 250,
  /** How often a waiting request looks again without an event. */
  lookAgainMs: 50,
  /** Between two reads of a signer's pairs when nothing happens. */
  infoIntervalMs: 2_000,
  /** Time for one unary call to a signer: a busy event loop answers late. */
  callTimeoutMs: 4_000,
  /** Time for one pair set-up; two seconds of computing a side with the reference arithmetic. */
  pairTimeoutMs: 60_000,
  /** Time for a key generation at the signers, sealing by a remote key service included. */
  keygenTimeoutMs: 30_000,
  /** Between two tries of one pair set-up: doubled from the first to the last, times 0.5 to 1. */
  pairBackoffFirstMs: 200,
  pairBackoffLastMs: 15_000,
  /** How often the pairs are looked at without an event. */
  pairLookMs: 250,
  /** Half of a failure is forgotten after this. */
  failureHalfLifeMs: 5_000,
  /** Between two looks at ceremonies that were cut off. */
  settleIntervalMs: 3_000,
  /**
   * A cut-off key generation is FAILED only this long after it began: later than any signer can
   * still be writing its share.
   */
  settleAfterMs: 45_000,
  /** Requests are deleted this long after they expired; a signer's ledger keeps them as long. */
  keepRequestsMs: 7 * 24 * 3_600_000,
  /** SIGTERM: how long calls in progress may take. */
  drainMs: 25_000,
} as const satisfies Record<string, number>;
