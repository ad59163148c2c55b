/**
 * The serving side of every RPC: TLS identity, authorization per method (deny by default),
 * deadlines, limits, health, reflection and an orderly stop.
 * @module
 */
import {
  Server,
  ServerInterceptingCall,
  type handleUnaryCall,
  type ServerCredentials,
  type ServerDuplexStream,
  type ServerInterceptor,
  type ServerUnaryCall,
} from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import { boundedDeadline, deadlineSignal, whileNotAborted, type Clock } from './deadline.ts';
import { DEADLINES, SERVER_OPTIONS } from './limits.ts';
import { reflectedDefinition } from './reflection.ts';
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
  /** Unary calls in progress above which further ones are refused; default 1024. */
  readonly maxConcurrentCalls?: number;
};

export type RpcServerModules = {
  readonly credentials: ServerCredentials;
  readonly clock: Clock;
  /** Told of every failed call, before the status is mapped. */
  readonly onError?: (error: unknown, context: Pick<CallContext, 'peer' | 'method'>) => void;
};

const MAX_CONCURRENT_CALLS = 1024;

const same = (bytes: Buffer): Buffer => bytes;
type AuthenticatedCall = Pick<ServerUnaryCall<Buffer, Buffer>, 'getAuthContext'>;
const altNamesOf = (call: AuthenticatedCall): string | undefined =>
  call.getAuthContext().sslPeerCertificate?.subjectaltname;

/** `/trefoil.v1.WalletService/Sign` -> `WalletService/Sign`. */
function methodName(path: string): string {
  const [, service = '', method = ''] = path.split('/');
  return `${service.slice(service.lastIndexOf('.') + 1)}/${method}`;
}

/** `/trefoil.v1.WalletService/Sign` -> `trefoil.v1.WalletService`. */
const serviceName = (path: string): string => path.split('/')[1] ?? '';

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

/**
 * One gRPC server. Handlers are registered first, then it listens; until `setServing(true)` the
 * health service answers NOT_SERVING.
 */
export class RpcServer {
  readonly #options: RpcServerOptions;
  readonly #modules: RpcServerModules;
  readonly #server: Server;
  readonly #health = new HealthImplementation({ '': 'NOT_SERVING' });
  readonly #relays = new Set<RelayStream>();
  /** `trefoil.v1.WalletService`: what this server offers, for reflection. */
  readonly #services = new Set<string>();
  #callsInProgress = 0;
  #isStopping = false;

  constructor(options: RpcServerOptions, modules: RpcServerModules) {
    this.#options = options;
    this.#modules = modules;
    this.#server = new Server({ ...SERVER_OPTIONS, interceptors: [authorizing(options)] });
    this.#health.addToServer(this.#server);
  }

  /** Serves a unary method. */
  handle<Req, Res>(method: Method<Req, Res>, handler: Handler<Req, Res>): void {
    const implementation: handleUnaryCall<Buffer, Buffer> = (call, callback) => {
      this.#run(call, method, handler).then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback(toGrpcStatus(error));
        },
      );
    };
    this.#server.register(method.path, implementation, same, same, 'unary');
    this.#services.add(serviceName(method.path));
  }

  /** Serves the relay stream. */
  handleRelay(handler: RelayHandler): void {
    const implementation = (call: ServerDuplexStream<Buffer, Buffer>): void => {
      try {
        this.#requireCapacity();
        const peer = requirePeer(altNamesOf(call), this.#options.cluster);
        attachRelay(call, peer, handler, this.#relays);
      } catch (error) {
        call.emit('error', toGrpcStatus(error));
      }
    };
    this.#server.register(RELAY.path, implementation, same, same, 'bidi');
    this.#services.add(serviceName(RELAY.path));
  }

  /** Binds host:port (port 0: a free one) and serves; resolves with the port. */
  listen(address: string): Promise<number> {
    const services = [...this.#services];
    new ReflectionService(reflectedDefinition(), { services }).addToServer(this.#server);
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#server.bindAsync(address, this.#modules.credentials, (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
    return promise;
  }

  /** What the health service says of the whole server. */
  setServing(serving: boolean): void {
    this.#health.setStatus('', serving ? 'SERVING' : 'NOT_SERVING');
  }

  /** Refuses new calls, ends relay streams, lets running calls end for a while, then cuts them. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.setServing(false);
    const reason = new TrefoilError('STOPPING', 'the process is stopping');
    for (const relay of this.#relays) relay.close(reason);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      this.#server.forceShutdown();
      resolve(undefined);
    }, DEADLINES.drain);
    this.#server.tryShutdown(() => {
      resolve(undefined);
    });
    await promise;
    clearTimeout(timer);
  }

  #requireCapacity(): void {
    if (this.#isStopping) throw new TrefoilError('STOPPING', 'the process is stopping');
    if (this.#callsInProgress >= (this.#options.maxConcurrentCalls ?? MAX_CONCURRENT_CALLS))
      throw new TrefoilError('OVERLOADED', 'too many calls in progress');
  }

  async #run<Req, Res>(
    call: ServerUnaryCall<Buffer, Buffer>,
    method: Method<Req, Res>,
    handler: Handler<Req, Res>,
  ): Promise<Buffer> {
    this.#requireCapacity();
    const { clock, onError } = this.#modules;
    const peer = requirePeer(altNamesOf(call), this.#options.cluster);
    const deadline = boundedDeadline(call.getDeadline(), clock.now());
    const caller = new AbortController();
    call.on('cancelled', () => {
      caller.abort(new TrefoilError('CALL_CANCELLED', 'the caller gave up'));
    });
    const { signal, cancel } = deadlineSignal(deadline, clock, caller.signal);
    this.#callsInProgress += 1;
    try {
      const context = { peer, method: method.name, deadline, signal };
      const work = handler(method.request.decode(call.request), context);
      return Buffer.from(method.response.encode(await whileNotAborted(work, signal)));
    } catch (error) {
      onError?.(error, { peer, method: method.name });
      throw error;
    } finally {
      this.#callsInProgress -= 1;
      cancel();
    }
  }
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
