/**
 * The gRPC line to one signer: its stream and its unary calls over one channel, which is made anew
 * with every connection. A channel that outlives a cut-off TCP connection would wait for it.
 * @module
 */
import { createRpcClient, type RpcClient } from '../../wire/client.ts';
import type { Method } from '../../wire/services.ts';
import { signerService } from '../../wire/services.ts';
import { TrefoilError } from '../../wire/status.ts';
import { channelCredentials, type TlsIdentity } from '../../wire/tls.ts';
import type { Clock, SignerApi } from '../ports.ts';
import type { Timing } from '../timing.ts';
import type { Connect } from './link.ts';

export type SignerLine = { readonly connect: Connect; readonly api: SignerApi };

export type SignerLineOptions = {
  readonly cluster: string;
  /** Roster index: the name its certificate must carry. */
  readonly index: number;
  /** host:port, from the roster. */
  readonly address: string;
  readonly timing: Timing;
};

const KEYS_PER_PAGE = 1000;

export function createSignerLine(
  { cluster, index, address, timing }: SignerLineOptions,
  { identity, clock }: { readonly identity: TlsIdentity; readonly clock: Clock },
): SignerLine {
  const expected = { cluster, role: 'signer', name: String(index) } as const;
  let client: RpcClient | undefined;

  const connect: Connect = (events) => {
    const own = createRpcClient(
      { address },
      { credentials: channelCredentials(identity, expected), clock },
    );
    client = own;
    const stream = own.openRelay({
      onFrame: events.frame,
      onEnd: (error) => {
        events.closed(error?.message ?? 'ended by the signer');
      },
    });
    return {
      send: stream.send,
      close: () => {
        if (client === own) client = undefined;
        // With an error the call is cancelled: there is nobody to end it in good order with.
        stream.close(new TrefoilError('PEER_UNAVAILABLE', 'the connection is replaced'));
        own.close();
      },
    };
  };

  const call = async <Req, Res>(method: Method<Req, Res>, request: Req): Promise<Res> => {
    if (!client) throw new TrefoilError('PEER_UNAVAILABLE', `signer ${index} is not connected`);
    return client.call(method, request, { deadline: clock.now() + timing.callTimeoutMs });
  };

  return {
    connect,
    api: {
      getInfo: () => call(signerService.getInfo, {}),
      listKeys: (pageToken) => call(signerService.listKeys, { pageSize: KEYS_PER_PAGE, pageToken }),
      getKey: (keyId) => call(signerService.getKey, { keyId }),
      putCertificate: (certificate) => call(signerService.putCertificate, certificate),
      getResult: (requestId) => call(signerService.getResult, { requestId }),
    },
  };
}
