/**
 * The client's transport: gRPC over mutual TLS to one coordinator, by name.
 * @module
 */
import { createRpcClient } from '../wire/client.ts';
import type { Clock } from '../wire/deadline.ts';
import { keyIdOfWallet } from '../wire/request.ts';
import { adminService, walletService } from '../wire/services.ts';
import { type TlsPems, fixedChannelCredentials } from '../wire/tls.ts';
import type { WalletRpc } from './ports.ts';

export type RpcOptions = {
  /** host:port. */
  readonly endpoint: string;
  readonly cluster: string;
  /** The coordinator's name; a server with another certificate is not talked to. */
  readonly coordinator: string;
  readonly tls: TlsPems;
};

/** Connects when the first call is made, and again by itself whenever the connection is lost. */
export function openWalletRpc(options: RpcOptions, { clock }: { clock: Clock }): WalletRpc {
  const { endpoint, cluster, coordinator, tls } = options;
  const credentials = fixedChannelCredentials(tls, {
    cluster,
    role: 'coordinator',
    name: coordinator,
  });
  const client = createRpcClient({ address: endpoint }, { credentials, clock });
  return {
    createWallet: (request, call) => client.call(walletService.createWallet, request, call),
    getWallet: (name, call) => {
      const keyId = keyIdOfWallet(name, 'name');
      return client.call(walletService.getWallet, { keyId }, call);
    },
    listWallets: (page, call) => client.call(walletService.listWallets, page, call),
    sign: (request, call) => client.call(walletService.sign, request, call),
    getSignature: (requestId, call) => client.call(walletService.getSignature, { requestId }, call),
    getCluster: (call) => client.call(adminService.getCluster, {}, call),
    close: client.close,
  };
}
