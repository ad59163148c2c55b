/**
 * Requests by request_id: what makes Sign and CreateWallet idempotent.
 * @module
 */
import type { Kysely, Selectable } from 'kysely';
import type { RequestKind, RequestTable, Tables } from './schema.ts';
import type { SignResponse } from '../../wire/wallet.ts';
import { decodeSignResponse, encodeSignResponse } from './columns.ts';

export type NewRequest = {
  /** The client's UUID; one name space for all kinds. */
  readonly requestId: string;
  readonly kind: RequestKind;
  /** 32 bytes. */
  readonly request32: Uint8Array;
  /** The wallet's name. */
  readonly wallet: string;
  /** The StampedRequest, serialized. */
  readonly stampedRequest: Uint8Array;
  /** Epoch milliseconds. */
  readonly notAfter: number;
};

export type RequestRecord = NewRequest & {
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** The number the next attempt gets; equals the number of attempts made. */
  readonly nextAttempt: number;
  readonly result: SignResponse | undefined;
};

export class RequestStore {
  readonly #db: Kysely<Tables>;
  readonly #now: () => number;

  constructor(db: Kysely<Tables>, { now }: { readonly now: () => number }) {
    this.#db = db;
    this.#now = now;
  }

  /** Stores a new request, or gives the one that has this id, whose hash the caller compares. */
  async accept(request: NewRequest): Promise<RequestRecord> {
    await this.#db
      .insertInto('requests')
      .values({
        request_id: request.requestId,
        kind: request.kind,
        request32: request.request32,
        wallet: request.wallet,
        stamped_request: request.stampedRequest,
        created_at: this.#now(),
        not_after: request.notAfter,
        next_attempt: 0,
      })
      .onConflict((conflict) => conflict.column('request_id').doNothing())
      .execute();
    return this.#mustGet(request.requestId);
  }

  async get(requestId: string): Promise<RequestRecord | undefined> {
    const row = await this.#db
      .selectFrom('requests')
      .selectAll()
      .where('request_id', '=', requestId)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /**
   * Takes the next attempt number, from 0, for ever: it is stored when the promise resolves, so that
   * no later attempt of this or a later process repeats it.
   */
  async takeAttempt(requestId: string): Promise<number> {
    const { next_attempt: next } = await this.#db
      .updateTable('requests')
      .set(({ eb }) => ({ next_attempt: eb('next_attempt', '+', 1) }))
      .where('request_id', '=', requestId)
      .returning('next_attempt')
      .executeTakeFirstOrThrow();
    return next - 1;
  }

  /** Later attempts are numbered from `attempt` on at least. */
  async skipAttempts(requestId: string, attempt: number): Promise<void> {
    await this.#db
      .updateTable('requests')
      .set({ next_attempt: attempt })
      .where('request_id', '=', requestId)
      .where('next_attempt', '<', attempt)
      .execute();
  }

  /** Stores the signatures and gives those that count: the first ones stay. */
  async finish(requestId: string, result: SignResponse): Promise<SignResponse> {
    await this.#db
      .updateTable('requests')
      .set({ result: encodeSignResponse(result) })
      .where('request_id', '=', requestId)
      .where('result', 'is', null)
      .execute();
    return (await this.#mustGet(requestId)).result ?? result;
  }

  /** Deletes requests that expired before `notAfter` (epoch milliseconds); the number deleted. */
  async prune(notAfter: number): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('requests')
      .where('not_after', '<', notAfter)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }

  async #mustGet(requestId: string): Promise<RequestRecord> {
    const record = await this.get(requestId);
    if (!record) throw new Error(`request ${requestId} is not stored`);
    return record;
  }
}

function fromRow(row: Selectable<RequestTable>): RequestRecord {
  return {
    requestId: row.request_id,
    kind: row.kind,
    request32: row.request32,
    wallet: row.wallet,
    stampedRequest: row.stamped_request,
    notAfter: row.not_after,
    createdAt: row.created_at,
    nextAttempt: row.next_attempt,
    result: row.result === null ? undefined : decodeSignResponse(row.result),
  };
}
