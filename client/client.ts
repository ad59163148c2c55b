/**
 * The client of a wallet backend: stamps what it asks for, believes nothing that it is told.
 * @module
 */
import type { PublicEnv } from '../core/index.ts';
import { keyIdOf, keyIdOfWallet } from '../wire/request.ts';
import type { PayloadItem } from '../wire/sign-request.ts';
import type { Cluster } from '../wire/signer-info.ts';
import type { Stamper } from '../wire/stamp.ts';
import { decodePayload } from '../wire/payload.ts';
import { type EvmTransactionFields, serializeUnsigned } from './evm.ts';
import type { CallOptions, WalletRpc } from './ports.ts';
import {
  type CreateWalletInput,
  type RequestModules,
  type RequestOptions,
  type SignInput,
  prepareCreateWallet,
  prepareSign,
} from './requests.ts';
import { type Signatures, type SignedItem, checkResults } from './results.ts';
import {
  type ProvenWallet,
  type Trust,
  type Wallet,
  proveWallet,
  requireProven,
  toldWallet,
} from './wallet.ts';

/** Wallets whose certificate was verified and is remembered; the oldest gives way. */
const REMEMBERED_WALLETS = 1000;

/** How long a call may take. */
export type CallTime = {
  /** Milliseconds from now; the configured time-out when absent. */
  readonly timeoutMs?: number;
};

export type ClientOptions = {
  readonly trust: Trust;
  /** Time allowed to a call that sets no other, in milliseconds. */
  readonly timeoutMs: number;
};

export type ClientModules = {
  readonly rpc: WalletRpc;
  /** Core's arithmetic over public values, and its hash. */
  readonly core: PublicEnv;
  readonly stamper: Stamper;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly uuid: () => string;
};

export type EvmTransactionInput = RequestOptions & {
  readonly wallet: string;
  /** The key that signs; the root key when absent. */
  readonly path?: readonly number[];
  /** Fields as ethers takes them, or the unsigned serialization. */
  readonly transaction: EvmTransactionFields | Uint8Array;
};

export type SignedTransaction = SignedItem & {
  readonly requestId: string;
  readonly signers: readonly number[];
  readonly signedPayload: Uint8Array;
};

export type GetSignatureInput = {
  readonly requestId: string;
  readonly wallet: string;
  /** The items that were asked for, to check digests and paths as well. */
  readonly items?: readonly PayloadItem[];
};

export type ListWalletsInput = { readonly pageSize?: number; readonly pageToken?: string };
export type ListedWallets = { readonly wallets: readonly Wallet[]; readonly nextPageToken: string };

/** Every error is a TrefoilError, or an InvalidInput where nothing was sent. */
export type Client = {
  /** Makes a wallet and verifies its certificate. */
  readonly createWallet: (input: CreateWalletInput, time?: CallTime) => Promise<ProvenWallet>;
  /** Reads a wallet; where it is active, verifies its certificate. */
  readonly getWallet: (name: string, time?: CallTime) => Promise<Wallet>;
  /** A page of wallets, as the coordinator tells them. */
  readonly listWallets: (input?: ListWalletsInput, time?: CallTime) => Promise<ListedWallets>;
  /** Signs all items or none, and verifies every signature. */
  readonly sign: (input: SignInput, time?: CallTime) => Promise<Signatures>;
  /** Signs one transaction, of type 0, 1 or 2. */
  readonly signEvmTransaction: (
    input: EvmTransactionInput,
    time?: CallTime,
  ) => Promise<SignedTransaction>;
  /** The result of an earlier request, verified. */
  readonly getSignature: (input: GetSignatureInput, time?: CallTime) => Promise<Signatures>;
  readonly getCluster: (time?: CallTime) => Promise<Cluster>;
  readonly close: () => void;
};

/** Wallets proven before, so that a signature costs one call. Certificates never change. */
function createMemory(): {
  readonly get: (name: string) => ProvenWallet | undefined;
  readonly keep: (wallet: ProvenWallet) => ProvenWallet;
} {
  const wallets = new Map<string, ProvenWallet>();
  return {
    get: (name) => wallets.get(name),
    keep: (wallet) => {
      const [oldest] = wallets.keys();
      if (oldest !== undefined && wallets.size >= REMEMBERED_WALLETS) wallets.delete(oldest);
      wallets.set(wallet.name, wallet);
      return wallet;
    },
  };
}

async function createWallet(
  { rpc, core, ...modules }: ClientModules,
  trust: Trust,
  input: CreateWalletInput,
  call: CallOptions,
): Promise<ProvenWallet> {
  const { stamped } = await prepareCreateWallet(input, modules satisfies RequestModules);
  const told = await rpc.createWallet(stamped, call);
  const keyId = keyIdOf(stamped.request);
  return requireProven(proveWallet(core, told, { ...trust, keyId }));
}

const unsignedOf = (transaction: EvmTransactionInput['transaction']): Uint8Array =>
  transaction instanceof Uint8Array ? transaction : serializeUnsigned(transaction);

/** A client over a transport. */
export function createClient({ trust, timeoutMs }: ClientOptions, modules: ClientModules): Client {
  const { rpc, core, now } = modules;
  const memory = createMemory();
  const callOf = (time: CallTime = {}): CallOptions => ({
    deadline: now() + (time.timeoutMs ?? timeoutMs),
  });

  const getWallet = async (name: string, call: CallOptions): Promise<Wallet> => {
    const keyId = keyIdOfWallet(name, 'wallet');
    return proveWallet(core, await rpc.getWallet(name, call), { ...trust, keyId });
  };
  const proven = async (name: string, call: CallOptions): Promise<ProvenWallet> =>
    memory.get(name) ?? memory.keep(requireProven(await getWallet(name, call)));

  const sign = async (input: SignInput, call: CallOptions): Promise<Signatures> => {
    // Before anything is sent: what cannot be verified here must not be signed.
    // What cannot be verified afterwards is not sent.
    input.items.forEach(({ payload }, i) => decodePayload(payload, `items[${i}]`));
    const wallet = await proven(input.wallet, call);
    const { requestId, stamped } = await prepareSign(input, modules);
    const response = await rpc.sign(stamped, call);
    return checkResults(core, wallet, { requestId, items: input.items }, response);
  };

  const signEvmTransaction = async (
    { transaction, path = [], ...input }: EvmTransactionInput,
    call: CallOptions,
  ): Promise<SignedTransaction> => {
    const payload = { kind: 'evm_transaction', unsigned: unsignedOf(transaction) } as const;
    const { requestId, results, signers } = await sign(
      { ...input, items: [{ path, payload }] },
      call,
    );
    const [result] = results;
    if (result?.signedPayload === undefined) throw new TypeError('no transaction came back');
    return { ...result, signedPayload: result.signedPayload, requestId, signers };
  };

  return {
    createWallet: async (input, time) =>
      memory.keep(await createWallet(modules, trust, input, callOf(time))),
    getWallet: (name, time) => getWallet(name, callOf(time)),
    listWallets: async ({ pageSize = 0, pageToken = '' } = {}, time) => {
      const page = await rpc.listWallets({ pageSize, pageToken }, callOf(time));
      return { wallets: page.wallets.map(toldWallet), nextPageToken: page.nextPageToken };
    },
    sign: (input, time) => sign(input, callOf(time)),
    signEvmTransaction: (input, time) => signEvmTransaction(input, callOf(time)),
    getSignature: async ({ wallet, ...asked }, time) => {
      const call = callOf(time);
      const known = await proven(wallet, call);
      return checkResults(core, known, asked, await rpc.getSignature(asked.requestId, call));
    },
    getCluster: (time) => rpc.getCluster(callOf(time)),
    close: rpc.close,
  };
}
