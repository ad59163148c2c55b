/**
 * The serving side of every RPC: TLS identity, authorization per method (deny by default),
 * deadlines, limits, health, reflection and an orderly stop.
 * @module
 */
import {
  Server,
  ServerInterceptingCall,
  type handleUnaryCall,
  type MethodDefinition,
  type ServerCredentials,
  type ServerDuplexStream,
  type ServerInterceptor,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import { boundedDeadline, deadlineSignal, whileNotAborted, type Clock } from './deadline.ts';
import { DEADLINES, SERVER_OPTIONS } from './limits.ts';
import { packageDefinition } from './proto.ts';
import { createRelayEndpoint, type RelayListener, type RelayStream } from './relay.ts';
import { RELAY, type Method } from './services.ts';
import { requirePeer, type PeerIdentity } from './spiffe.ts';
import { fromGrpcError, toGrpcStatus, TrefoilError } from './status.ts';

/** What a handler knows of its call besides the request. */
export type CallContext = {
  /** From the TLS certificate, never from a field. */
  readonly peer: PeerIdentity;
  /** `WalletService/Sign`. */
  readonly method: string;
  /** Epoch milliseconds; always finite. */
  readonly deadline: number;
  /** Aborts at the deadline and when the caller gives up. */
  readonly signal: AbortSignal;
};

/** Does one call; throws what status.ts maps. */
export type Handler<Req, Res> = (request: Req, context: CallContext) => Promise<Res>;

/** Takes a new relay stream. */
export type RelayHandler = (stream: RelayStream, peer: PeerIdentity) => RelayListener;

export type RpcServerOptions = {
  /** The name of the cluster that callers must belong to. */
  readonly cluster: string;
  /** Whether a caller may use a method. Anything not allowed is refused. */
  readonly authorize: (peer: PeerIdentity, method: string) => boolean;
  /** Calls in progress above which further ones are refused; default 1024. */
  readonly maxConcurrentCalls?: number;
};

export type RpcServerModules = {
  readonly credentials: ServerCredentials;
  readonly clock: Clock;
  /** Told of every failed call, before the status is mapped. */
  readonly onError?: (error: unknown, context: Pick<CallContext, 'peer' | 'method'>) => void;
};

/** One gRPC server. */
export type RpcServer = {
  readonly handle: <Req, Res>(method: Method<Req, Res>, handler: Handler<Req, Res>) => void;
  readonly handleRelay: (handler: RelayHandler) => void;
  /** Binds host:port (0: a free one) and serves; resolves with the port. After all handlers. */
  readonly listen: (address: string) => Promise<number>;
  /** What the health service says of the whole server. */
  readonly setServing: (serving: boolean) => void;
  /** Refuses new calls, lets running ones end for a while, then cuts them. */
  readonly stop: () => Promise<void>;
};

type AnyCall = Pick<
  ServerUnaryCall<Buffer, Buffer>,
  'getAuthContext' | 'getDeadline' | 'on' | 'removeListener' | 'cancelled'
>;

const same = (bytes: Buffer): Buffer => bytes;
const altNamesOf = (call: Pick<AnyCall, 'getAuthContext'>): string | undefined =>
  call.getAuthContext().sslPeerCertificate?.subjectaltname;

/** `/trefoil.v1.WalletService/Sign` -> `WalletService/Sign`. */
function methodName(path: string): string {
  const [, service = '', method = ''] = path.split('/');
  return `${service.slice(service.lastIndexOf('.') + 1)}/${method}`;
}

/** Lets a call through to its handler only for a named peer that may use the method. */
function authorizing({ cluster, authorize }: RpcServerOptions): ServerInterceptor {
  return (method, call) =>
    new ServerInterceptingCall(call, {
      start: (next) => {
        next({
          onReceiveMetadata: (metadata, nextMetadata) => {
            try {
              const peer = requirePeer(altNamesOf(call), cluster);
              const name = methodName(method.path);
              if (!authorize(peer, name))
                throw new TrefoilError('METHOD_FORBIDDEN', `${peer.role} may not use ${name}`);
              nextMetadata(metadata);
            } catch (error) {
              call.sendStatus(toGrpcStatus(error));
            }
          },
        });
      },
    });
}

function definitionOf(path: string, isStream: boolean): MethodDefinition<Buffer, Buffer> {
  return {
    path,
    requestStream: isStream,
    responseStream: isStream,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}

export function createRpcServer(options: RpcServerOptions, modules: RpcServerModules): RpcServer {
  const interceptors = [authorizing(options)];
  const server = new Server({ ...SERVER_OPTIONS, interceptors });
  const health = new HealthImplementation({ '': 'NOT_SERVING' });
  health.addToServer(server);
  new ReflectionService(packageDefinition).addToServer(server);
  const relays = new Set<RelayStream>();
  const maxConcurrentCalls = options.maxConcurrentCalls ?? 1024;
  let callsInProgress = 0;
  let isStopping = false;

  const requireCapacity = (): void => {
    if (isStopping) throw new TrefoilError('STOPPING', 'the process is stopping');
    if (callsInProgress >= maxConcurrentCalls)
      throw new TrefoilError('OVERLOADED', 'too many calls in progress');
  };

  const runCall = async <Req, Res>(
    call: ServerUnaryCall<Buffer, Buffer>, method: Method<Req, Res>, handler: Handler<Req, Res>,
  ): Promise<Buffer> => {
    const peer = requirePeer(altNamesOf(call), options.cluster);
    const { clock } = modules;
    const deadline = boundedDeadline(call.getDeadline(), clock.now());
    const caller = new AbortController();
    const onCancelled = (): void => {
      caller.abort(new TrefoilError('CALL_CANCELLED', 'the caller gave up'));
    };
    call.on('cancelled', onCancelled);
    const { signal, cancel } = deadlineSignal(deadline, clock, caller.signal);
    callsInProgress += 1;
    try {
      const context = { peer, method: method.name, deadline, signal };
      const work = handler(method.request.decode(call.request), context);
      return Buffer.from(method.response.encode(await whileNotAborted(work, signal)));
    } catch (error) {
      modules.onError?.(error, { peer, method: method.name });
      throw error;
    } finally {
      callsInProgress -= 1;
      cancel();
    }
  };

  const handle = <Req, Res>(method: Method<Req, Res>, handler: Handler<Req, Res>): void => {
    const implementation: handleUnaryCall<Buffer, Buffer> = (call, callback) => {
      const run = async (): Promise<Buffer> => {
        requireCapacity();
        return runCall(call, method, handler);
      };
      run().then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback(toGrpcStatus(error));
        },
      );
    };
    server.register(method.path, implementation, same, same, 'unary');
  };

  const handleRelay = (handler: RelayHandler): void => {
    const implementation = (call: ServerDuplexStream<Buffer, Buffer>): void => {
      try {
        requireCapacity();
        attachRelay(call, requirePeer(altNamesOf(call), options.cluster), handler, relays);
      } catch (error) {
        call.emit('error', toGrpcStatus(error));
      }
    };
    const definition = definitionOf(RELAY.path, true);
    const implementations: UntypedServiceImplementation = { relay: implementation };
    server.addService({ relay: definition }, implementations);
  };

  const stop = async (): Promise<void> => {
    isStopping = true;
    health.setStatus('', 'NOT_SERVING');
    for (const relay of relays) relay.close(new TrefoilError('STOPPING', 'the process is stopping'));
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve(undefined);
    }, DEADLINES.drain);
    server.tryShutdown(() => {
      resolve(undefined);
    });
    await promise;
    clearTimeout(timer);
  };

  return {
    handle,
    handleRelay,
    listen: (address) => {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      server.bindAsync(address, modules.credentials, (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
      return promise;
    },
    setServing: (serving) => {
      health.setStatus('', serving ? 'SERVING' : 'NOT_SERVING');
    },
    stop,
  };
}

/** Feeds a server's duplex stream into a relay endpoint. */
function attachRelay(
  call: ServerDuplexStream<Buffer, Buffer>,
  peer: PeerIdentity,
  handler: RelayHandler,
  relays: Set<RelayStream>,
): void {
  // The handler needs the stream to make its listener, and the stream needs the listener.
  const holder: { listener?: RelayListener } = {};
  const endpoint = createRelayEndpoint(
    {
      write: (message, done) => void call.write(Buffer.from(message), done),
      end: (error) => {
        if (error === undefined) call.end();
        else call.emit('error', toGrpcStatus(error));
      },
    },
    {
      onFrame: (frame) => holder.listener?.onFrame(frame),
      onRefused: (error) => holder.listener?.onRefused?.(error),
      onEnd: (error) => {
        relays.delete(endpoint);
        holder.listener?.onEnd(error);
      },
    },
  );
  relays.add(endpoint);
  call.on('data', (message: Buffer) => {
    endpoint.receive(message);
  });
  call.on('error', (error: Error) => {
    endpoint.ended(fromGrpcError(error));
  });
  call.on('cancelled', () => {
    endpoint.ended(new TrefoilError('CALL_CANCELLED', 'the stream was cut'));
  });
  call.on('end', () => {
    endpoint.ended();
    call.end();
  });
  holder.listener = handler(endpoint, peer);
}
