/**
 * A wallet as the client knows it: proven by its certificate, or only told by the coordinator.
 * @module
 */
import type { PublicEnv } from '../core/index.ts';
import { sameBytes } from '../wire/bytes.ts';
import { type VerifiedCertificate, verifyCertificate } from '../wire/certificate.ts';
import { type Purpose, walletName } from '../wire/request.ts';
import type { StampKey } from '../wire/stamp.ts';
import { TrefoilError } from '../wire/status.ts';
import type { RootKey, WalletState, Wallet as WireWallet } from '../wire/wallet.ts';
import { evmAddress } from '../wire/payload.ts';

export type Wallet = {
  /** `wallets/` and 64 hex digits. */
  readonly name: string;
  readonly displayName: string;
  readonly state: WalletState;
  /** t: how many signers it takes. */
  readonly threshold: number;
  /** Roster indices, ascending. */
  readonly committee: readonly number[];
  readonly purposes: readonly Purpose[];
  /** The root key; present if and only if the wallet is active. */
  readonly root?: RootKey;
  /**
   * Whether everything above was checked here against the certificate that all members signed.
   * False in lists, and while there is no certificate.
   */
  readonly certificateVerified: boolean;
  /** Epoch milliseconds; the coordinator's word. */
  readonly createTime: number;
  /** Whether every quorum has signed; the coordinator's word. */
  readonly ready: boolean;
};

/** A wallet that can sign and whose key is proven. */
export type ProvenWallet = Wallet & { readonly root: RootKey; readonly certificateVerified: true };

/** What a client trusts, from its own configuration. */
export type Trust = {
  readonly cluster: string;
  /** Operators of whom one must have stamped a roster. */
  readonly operatorKeys: readonly StampKey[];
};

function summary(wallet: WireWallet): Omit<Wallet, 'certificateVerified'> {
  const { keyId, displayName, state, root, threshold, committee, purposes } = wallet;
  return {
    name: walletName(keyId),
    displayName,
    state,
    threshold,
    committee,
    purposes,
    ...(root === undefined ? {} : { root }),
    createTime: wallet.createTime,
    ready: wallet.ready,
  };
}

/** What the coordinator says of a wallet, unproven. */
export const toldWallet = (wallet: WireWallet): Wallet => ({
  ...summary(wallet),
  certificateVerified: false,
});

const sameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, position) => value === b[position]);

/** The first field of the coordinator's answer that the certificate contradicts. */
function contradiction(told: WireWallet, proven: VerifiedCertificate): string | undefined {
  const { request } = proven;
  const facts: readonly (readonly [field: string, same: boolean])[] = [
    ['display_name', told.displayName === request.displayName],
    ['threshold', told.threshold === request.threshold],
    ['committee', sameList(told.committee, request.committee)],
    ['purposes', sameList(told.purposes, request.purposes)],
    ['public_key', told.root !== undefined && sameBytes(told.root.publicKey, proven.publicKey)],
    ['chain_code', told.root !== undefined && sameBytes(told.root.chainCode, proven.chainCode)],
    ['address', told.root?.address === evmAddress(proven.publicKey)],
  ];
  return facts.find(([, same]) => !same)?.[0];
}

const refuse = (field: string, description: string): TrefoilError =>
  new TrefoilError('CERTIFICATE_INVALID', `${field}: ${description}`, {
    fieldViolations: [{ field, description }],
  });

/**
 * Checks a wallet against its certificate: the certificate verifies, its roster is this cluster's
 * and signed by a trusted operator, it is of the key id that was asked for, and every field of the
 * answer is as it proves. Throws CERTIFICATE_INVALID naming the part. A wallet that is not active
 * has nothing to prove and is returned as told.
 */
export function proveWallet(
  env: PublicEnv,
  told: WireWallet,
  expected: Trust & { readonly keyId: Uint8Array },
): Wallet {
  if (!sameBytes(told.keyId, expected.keyId)) throw refuse('name', 'is another wallet');
  if (told.state !== 'active') return toldWallet(told);
  if (told.certificate === undefined) throw refuse('certificate', 'is missing');
  const { keyId, operatorKeys } = expected;
  const proven = verifyCertificate(env, told.certificate, { keyId, operatorKeys });
  if (proven.roster.cluster !== expected.cluster) {
    throw refuse('certificate.roster', 'is of another cluster');
  }
  const field = contradiction(told, proven);
  if (field !== undefined) throw refuse(field, 'is not what the certificate says');
  return { ...summary(told), certificateVerified: true };
}

/** The wallet as one that can sign; throws WALLET_NOT_ACTIVE. */
export function requireProven(wallet: Wallet): ProvenWallet {
  const { root, certificateVerified } = wallet;
  if (root === undefined || !certificateVerified) {
    throw new TrefoilError('WALLET_NOT_ACTIVE', `${wallet.name} is ${wallet.state}`);
  }
  return { ...wallet, root, certificateVerified };
}
