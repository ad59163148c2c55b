/**
 * WalletService: requests arrive decoded and bounded, one function does the work, its result is
 * mapped.
 * @module
 */
import { InvalidInput } from '../../core/index.ts';
import { decodeCertificate } from '../../wire/certificate.ts';
import { keyIdOfWallet, walletName } from '../../wire/request.ts';
import type { RpcServer } from '../../wire/server.ts';
import { walletService } from '../../wire/services.ts';
import { TrefoilError } from '../../wire/status.ts';
import type { Wallet } from '../../wire/wallet.ts';
import type { Creation } from '../orchestrate/create.ts';
import type { Signing } from '../orchestrate/sign.ts';
import type { WalletRecord, WalletStore } from '../store/wallets.ts';
import type { Gate } from './gate.ts';
import { pageToken, parsePageToken } from './pages.ts';

export type WalletServiceModules = {
  readonly wallets: WalletStore;
  readonly creation: Creation;
  readonly signing: Signing;
  readonly gate: Gate;
};

/** Registers the methods of WalletService. */
export function serveWallets(
  server: Pick<RpcServer, 'handle'>,
  { wallets, creation, signing, gate }: WalletServiceModules,
): void {
  server.handle(
    walletService.createWallet,
    gate(walletService.createWallet, async (stamped, context) =>
      walletOf(await creation.createWallet(stamped, context), { certificate: true }),
    ),
  );
  server.handle(
    walletService.getWallet,
    gate(walletService.getWallet, async ({ keyId }) => {
      const name = walletName(keyId);
      const wallet = await wallets.get(name);
      if (!wallet) throw new TrefoilError('WALLET_NOT_FOUND', `there is no ${name}`);
      return walletOf(wallet, { certificate: true });
    }),
  );
  server.handle(
    walletService.listWallets,
    gate(walletService.listWallets, async (page) => {
      const after = parsePageToken(page.pageToken);
      if (after === undefined) {
        throw new InvalidInput('page_token', 'must be a token of an earlier page');
      }
      const found = await wallets.list({ after, limit: page.pageSize + 1 });
      const shown = found.slice(0, page.pageSize);
      const last = shown.at(-1);
      return {
        wallets: shown.map((wallet) => walletOf(wallet, { certificate: false })),
        nextPageToken: last && found.length > shown.length ? pageToken(last.seq) : '',
      };
    }),
  );
  server.handle(walletService.sign, gate(walletService.sign, signing.sign));
  server.handle(
    walletService.getSignature,
    gate(walletService.getSignature, ({ requestId }) => signing.getSignature(requestId)),
  );
}

function walletOf(record: WalletRecord, shown: { readonly certificate: boolean }): Wallet {
  const { key, state, displayName, threshold, committee, purposes, createdAt, ready } = record;
  const root = key && {
    address: key.address,
    publicKey: key.publicKey,
    chainCode: key.chainCode,
  };
  return {
    keyId: keyIdOfWallet(record.name, 'name'),
    ...{ state, displayName, threshold, committee, purposes, ready, createTime: createdAt },
    ...(root ? { root } : {}),
    ...(key && shown.certificate ? { certificate: decodeCertificate(key.certificate) } : {}),
  };
}
