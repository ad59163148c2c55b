/**
 * The calling side of every RPC.
 * @module
 */
import { isIP } from 'node:net';
import {
  Client,
  connectivityState,
  Metadata,
  type ChannelCredentials,
  type ClientDuplexStream,
} from '@grpc/grpc-js';
import type { Clock } from './deadline.ts';
import { CHANNEL_OPTIONS, DEADLINES } from './limits.ts';
import { createRelayEndpoint, type RelayListener, type RelayStream } from './relay.ts';
import { RELAY, type Method } from './services.ts';
import { fromGrpcError, TrefoilError } from './status.ts';

export type RpcClientOptions = {
  /** host:port. */
  readonly address: string;
};

export type RpcClientModules = {
  /** From tls.ts: they fix the name that the server must carry. */
  readonly credentials: ChannelCredentials;
  readonly clock: Clock;
};

export type CallOptions = {
  /** Epoch milliseconds; absent: the standard deadline from now. */
  readonly deadline?: number;
  readonly signal?: AbortSignal;
};

/** One channel to one server; it reconnects by itself. */
export type RpcClient = {
  /** Calls a method. Rejects with TrefoilError only. */
  readonly call: <Req, Res>(
    method: Method<Req, Res>,
    request: Req,
    options?: CallOptions,
  ) => Promise<Res>;
  /**
   * Opens a relay stream. It has no deadline; `onEnd` follows when it breaks. Frames sent before
   * the connection is up wait for it.
   */
  readonly openRelay: (listener: RelayListener) => RelayStream;
  /** Resolves when connected; rejects with DEADLINE_PASSED. */
  readonly waitForReady: (deadline: number) => Promise<void>;
  readonly isConnected: () => boolean;
  readonly close: () => void;
};

const same = (bytes: Buffer): Buffer => bytes;

/** RFC 6066 allows no IP address as server name; names are checked by SPIFFE id, not by it. */
function serverNameOption(address: string): { 'grpc.ssl_target_name_override'?: string } {
  const host = address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? {} : { 'grpc.ssl_target_name_override': 'trefoil' };
}

/** A response that does not decode is the server's fault, not the caller's argument. */
function decodeResponse<Req, Res>(method: Method<Req, Res>, bytes: Buffer): Res {
  try {
    return method.response.decode(bytes);
  } catch (cause) {
    const text = `the server answered ${method.name} with a malformed message`;
    throw new TrefoilError('UNKNOWN', text, { cause });
  }
}

function callUnary<Req, Res>(
  client: Client,
  method: Method<Req, Res>,
  request: Req,
  options: { readonly deadline: number; readonly signal?: AbortSignal },
): Promise<Res> {
  const { signal } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Res>();
  const bytes = Buffer.from(method.request.encode(request));
  const call = client.makeUnaryRequest(
    method.path,
    same,
    same,
    bytes,
    new Metadata(),
    { deadline: options.deadline },
    (error, response) => {
      signal?.removeEventListener('abort', onAbort);
      try {
        if (error !== null) throw fromGrpcError(error);
        resolve(decodeResponse(method, response ?? Buffer.alloc(0)));
      } catch (thrown) {
        reject(fromGrpcError(thrown));
      }
    },
  );
  const onAbort = (): void => {
    call.cancel();
  };
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  return promise;
}

/** Feeds a client's duplex stream into a relay endpoint. */
function attachRelay(
  call: ClientDuplexStream<Buffer, Buffer>,
  listener: RelayListener,
): RelayStream {
  const endpoint = createRelayEndpoint(
    {
      write: (message, done) => void call.write(Buffer.from(message), done),
      end: (error) => {
        // A client cannot send a status: it half-closes in good order and cancels otherwise.
        if (error === undefined) call.end();
        else call.cancel();
      },
    },
    listener,
  );
  call.on('data', (message: Buffer) => {
    endpoint.receive(message);
  });
  call.on('error', (error: Error) => {
    endpoint.ended(fromGrpcError(error));
  });
  call.on('end', () => {
    endpoint.ended();
  });
  return endpoint;
}

/** A client of one server. */
export function createRpcClient(options: RpcClientOptions, modules: RpcClientModules): RpcClient {
  const { address } = options;
  const channelOptions = { ...CHANNEL_OPTIONS, ...serverNameOption(address) };
  const client = new Client(address, modules.credentials, channelOptions);
  const standard = (): number => modules.clock.now() + DEADLINES.standard;
  return {
    call: async (method, request, callOptions = {}) =>
      callUnary(client, method, request, { deadline: standard(), ...callOptions }),
    openRelay: (listener) => {
      const call = client.makeBidiStreamRequest(RELAY.path, same, same, new Metadata(), {});
      return attachRelay(call, listener);
    },
    waitForReady: (deadline) => {
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      client.waitForReady(deadline, (error) => {
        if (error === undefined) resolve(undefined);
        else reject(new TrefoilError('DEADLINE_PASSED', 'not connected in time', { cause: error }));
      });
      return promise;
    },
    isConnected: () => client.getChannel().getConnectivityState(false) === connectivityState.READY,
    close: () => {
      client.close();
    },
  };
}
