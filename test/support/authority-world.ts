/**
 * An authority over one wallet, two configured clients and a stranger; the clock stands at NOW.
 */
import { Transaction } from 'ethers';
import { InvalidInput } from '../../core/index.ts';
import {
  createAuthority,
  type Authority,
  type AuthorityOptions,
  type WalletFacts,
} from '../../signer/authority/authority.ts';
import type { Grant } from '../../signer/authority/clients.ts';
import { sha256, toHex, utf8 } from '../../wire/bytes.ts';
import { walletName, type CreateWalletRequest, type StampedRequest } from '../../wire/request.ts';
import type { PayloadItem, SignRequest } from '../../wire/sign-request.ts';
import { TrefoilError } from '../../wire/status.ts';
import { createTestClient, rawItem, type TestClient } from './client-requests.ts';

export const NOW = 1_800_000_000_000;
export const DAY = 24 * 60 * 60 * 1000;
export const KEY_ID = sha256(utf8('a key'));
export const DIGEST = sha256(utf8('a digest'));

export const demo = createTestClient('demo');
export const other = createTestClient('other', 'p256');
export const stranger = createTestClient('stranger');

export const SIGN_ALL: Grant = {
  action: 'sign',
  wallets: ['*'],
  purposes: ['evm', 'bitcoin', 'raw'],
};

export type World = {
  readonly grants?: readonly Grant[];
  readonly now?: number;
  readonly wallet?: Partial<WalletFacts> | 'none';
  readonly allowLowThreshold?: AuthorityOptions['allowLowThreshold'];
};

export function authorityOf(world: World = {}): Authority {
  const { grants = [{ action: 'create' }, SIGN_ALL], now = NOW, allowLowThreshold = [] } = world;
  const wallet: WalletFacts = {
    name: walletName(KEY_ID),
    displayName: 'treasury',
    purposes: ['evm', 'raw'],
    key: { t: 2, committee: [1, 2, 3] },
    ...(world.wallet === 'none' ? {} : world.wallet),
  };
  return createAuthority(
    {
      allowLowThreshold,
      clients: [
        { id: 'demo', keys: [demo.stampKey], grants },
        { id: 'other', keys: [other.stampKey], grants: [SIGN_ALL] },
      ],
    },
    {
      clock: { now: () => now },
      walletOf: (keyId) =>
        world.wallet !== 'none' && toHex(keyId) === toHex(KEY_ID) ? wallet : undefined,
    },
  );
}

export const sign = (
  changes: Partial<SignRequest> = {},
  client: TestClient = demo,
): Promise<StampedRequest> => client.sign(NOW, KEY_ID, [rawItem(DIGEST)], changes);

export const create = (changes: Partial<CreateWalletRequest> = {}): Promise<StampedRequest> =>
  demo.createWallet(NOW, changes);

/** The reason that a judgement refuses with, or the field that it names. */
export function refusal(judge: () => unknown): string {
  try {
    judge();
  } catch (error) {
    if (error instanceof TrefoilError) return error.reason;
    if (error instanceof InvalidInput) return error.field;
    throw error;
  }
  return 'approved';
}

export const flipped = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte));

export const unsigned = Transaction.from({
  type: 2,
  chainId: 1,
  nonce: 7,
  to: '0x00000000000000000000000000000000000000aa',
  value: 10n,
  gasLimit: 21_000n,
  maxFeePerGas: 2n,
  maxPriorityFeePerGas: 1n,
}).unsignedSerialized;
export const evmItem: PayloadItem = {
  path: [0, 7],
  payload: {
    kind: 'evm_transaction',
    unsigned: new Uint8Array(Buffer.from(unsigned.slice(2), 'hex')),
  },
};
