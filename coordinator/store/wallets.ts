/**
 * Wallets' public records, and which quorums have signed with them.
 * @module
 */
import { sql, type Kysely, type Selectable } from 'kysely';
import { PURPOSES, type Purpose } from '../../wire/request.ts';
import type { WalletState } from '../../wire/wallet.ts';
import { formatIndices, parseIndices } from './columns.ts';
import type { Tables, WalletTable } from './schema.ts';

export type NewWallet = {
  /** `wallets/` and the key id in hex. */
  readonly name: string;
  readonly requestId: string;
  readonly displayName: string;
  readonly threshold: number;
  /** Roster indices, ascending. */
  readonly committee: readonly number[];
  readonly purposes: readonly Purpose[];
  /** The StampedRequest that asked for the wallet, serialized. */
  readonly stampedRequest: Uint8Array;
};

/** What an active wallet has besides. */
export type WalletKey = {
  /** The KeyCertificate, serialized. */
  readonly certificate: Uint8Array;
  /** 33 bytes. */
  readonly publicKey: Uint8Array;
  /** 32 bytes. */
  readonly chainCode: Uint8Array;
  /** EIP-55. */
  readonly address: string;
};

export type WalletRecord = NewWallet & {
  readonly seq: number;
  readonly state: WalletState;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly failure: string | undefined;
  /** Present if and only if the state is active. */
  readonly key: WalletKey | undefined;
  /** Every quorum of t members has signed. */
  readonly ready: boolean;
};

type Row = Selectable<WalletTable> & { readonly quorum_count: number };

export class WalletStore {
  readonly #db: Kysely<Tables>;
  readonly #now: () => number;

  constructor(db: Kysely<Tables>, { now }: { readonly now: () => number }) {
    this.#db = db;
    this.#now = now;
  }

  /** Inserts a wallet that is being created; the one that is there already stays. */
  async create(wallet: NewWallet): Promise<WalletRecord> {
    await this.#db
      .insertInto('wallets')
      .values({
        name: wallet.name,
        request_id: wallet.requestId,
        display_name: wallet.displayName,
        threshold: wallet.threshold,
        committee: formatIndices(wallet.committee),
        purposes: wallet.purposes.join(','),
        stamped_request: wallet.stampedRequest,
        created_at: this.#now(),
        state: 'creating',
      })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    const record = await this.get(wallet.name);
    if (!record) throw new Error(`wallet ${wallet.name} was not stored`);
    return record;
  }

  /** A failed wallet becomes active as well: a certificate proves that judgement wrong. Idempotent. */
  async activate(name: string, key: WalletKey): Promise<void> {
    await this.#db
      .updateTable('wallets')
      .set({
        state: 'active',
        failure: null,
        certificate: key.certificate,
        public_key: key.publicKey,
        chain_code: key.chainCode,
        address: key.address,
      })
      .where('name', '=', name)
      .where('state', '<>', 'active')
      .execute();
  }

  /** Ends the creation; an active wallet stays active. */
  async fail(name: string, reason: string): Promise<void> {
    await this.#db
      .updateTable('wallets')
      .set({ state: 'failed', failure: reason })
      .where('name', '=', name)
      .where('state', '=', 'creating')
      .execute();
  }

  /** Forgets a wallet that is being created: nothing of it exists anywhere. */
  async discard(name: string): Promise<void> {
    await this.#db
      .deleteFrom('wallets')
      .where('name', '=', name)
      .where('state', '=', 'creating')
      .execute();
  }

  async get(name: string): Promise<WalletRecord | undefined> {
    const row = await this.#rows().where('name', '=', name).executeTakeFirst();
    return row && fromRow(row);
  }

  /** In order of creation, those after `after` (a `seq`; 0 for the first page). */
  async list(page: { readonly after: number; readonly limit: number }): Promise<WalletRecord[]> {
    const query = this.#rows().where('seq', '>', page.after).orderBy('seq').limit(page.limit);
    return (await query.execute()).map(fromRow);
  }

  async listCreating(): Promise<WalletRecord[]> {
    const rows = await this.#rows().where('state', '=', 'creating').orderBy('seq').execute();
    return rows.map(fromRow);
  }

  /** Remembers that this quorum has signed with the wallet. */
  async noteQuorum(name: string, quorum: readonly number[]): Promise<void> {
    await this.#db
      .insertInto('wallet_quorums')
      .values({ wallet: name, quorum: formatIndices(quorum), first_at: this.#now() })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /** The quorums that have signed with the wallet, as {@link formatIndices} writes them. */
  async quorumsOf(name: string): Promise<ReadonlySet<string>> {
    const found = await this.#db
      .selectFrom('wallet_quorums')
      .select('quorum')
      .where('wallet', '=', name)
      .execute();
    return new Set(found.map(({ quorum }) => quorum));
  }

  #rows() {
    return this.#db
      .selectFrom('wallets')
      .selectAll('wallets')
      .select((wallets) =>
        wallets
          .selectFrom('wallet_quorums')
          .select(sql<number>`count(*)`.as('count'))
          .whereRef('wallet_quorums.wallet', '=', 'wallets.name')
          .$asScalar()
          .$notNull()
          .as('quorum_count'),
      );
  }
}

function fromRow(row: Row): WalletRecord {
  const committee = parseIndices(row.committee);
  return {
    seq: row.seq,
    name: row.name,
    requestId: row.request_id,
    displayName: row.display_name,
    threshold: row.threshold,
    committee,
    purposes: PURPOSES.filter((purpose) => row.purposes.split(',').includes(purpose)),
    stampedRequest: row.stamped_request,
    state: row.state,
    createdAt: row.created_at,
    failure: row.failure ?? undefined,
    key: keyOf(row),
    ready: row.quorum_count >= quorumCount(committee.length, row.threshold),
  };
}

function keyOf(row: Row): WalletKey | undefined {
  const { certificate, public_key: publicKey, chain_code: chainCode, address } = row;
  if (row.state !== 'active' || !certificate || !publicKey || !chainCode || !address) {
    return undefined;
  }
  return { certificate, publicKey, chainCode, address };
}

/** n over t: how many quorums of t members a committee of n has. */
export function quorumCount(n: number, t: number): number {
  let count = 1;
  for (let i = 1; i <= t; i += 1) count = (count * (n - t + i)) / i;
  return Math.round(count);
}
