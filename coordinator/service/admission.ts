/**
 * How many calls may be in progress: over all clients and for each. More are refused at once, so
 * that those admitted still meet their deadlines (security R10).
 * @module
 */

export type Admission = {
  /** A place for one call of `client`; `undefined` when there is none. Call the result once, at the end. */
  readonly enter: (client: string) => (() => void) | undefined;
  readonly inProgress: () => number;
  readonly isClosed: () => boolean;
  /** From now on nobody enters. */
  readonly close: () => void;
};

export function createAdmission(limits: {
  readonly maxConcurrentCalls: number;
  readonly maxConcurrentCallsPerClient: number;
}): Admission {
  const perClient = new Map<string, number>();
  let total = 0;
  let closed = false;
  return {
    enter: (client) => {
      const own = perClient.get(client) ?? 0;
      const full = total >= limits.maxConcurrentCalls || own >= limits.maxConcurrentCallsPerClient;
      if (closed || full) return undefined;
      total += 1;
      perClient.set(client, own + 1);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        total -= 1;
        const rest = (perClient.get(client) ?? 1) - 1;
        if (rest === 0) perClient.delete(client);
        else perClient.set(client, rest);
      };
    },
    inProgress: () => total,
    isClosed: () => closed,
    close: () => {
      closed = true;
    },
  };
}
