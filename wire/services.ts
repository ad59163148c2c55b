/**
 * Every RPC with its types. Servers and clients are made from these tables, so that a message is
 * validated in one place whichever way it travels.
 * @module
 */
import { certificateMessage, certificateOf, type KeyCertificate } from './certificate.ts';
import { bytesOf, uuidOf } from './field.ts';
import {
  decodeMessage,
  encodeMessage,
  serviceDefinition,
  type MessageInput,
  type MessageName,
  type MessageOutput,
} from './proto.ts';
import {
  keyIdOfWallet,
  stampedRequestMessage,
  stampedRequestOf,
  walletName,
  type StampedRequest,
} from './request.ts';
import {
  clusterMessage,
  clusterOf,
  keyPageMessage,
  keyPageOf,
  keyRecordMessage,
  keyRecordOf,
  keyStateName,
  keyStateOf,
  signerInfoMessage,
  signerInfoOf,
  storedResultMessage,
  storedResultOf,
  type Cluster,
  type KeyPage,
  type KeyRecord,
  type KeyState,
  type SignerInfo,
  type StoredResult,
} from './signer-info.ts';
import {
  pageOf,
  signResponseMessage,
  signResponseOf,
  walletMessage,
  walletOf,
  walletPageMessage,
  walletPageOf,
  type Page,
  type SignResponse,
  type Wallet,
  type WalletPage,
} from './wallet.ts';

/** One message: bytes to validated value and back. */
export type Codec<T> = {
  /** Throws InvalidInput naming the field. */
  readonly decode: (bytes: Uint8Array) => T;
  readonly encode: (value: T) => Uint8Array;
};

/** A unary RPC. */
export type Method<Req, Res> = {
  /** `WalletService/Sign`: the name in configurations and logs. */
  readonly name: string;
  /** `/trefoil.v1.WalletService/Sign`. */
  readonly path: string;
  readonly request: Codec<Req>;
  readonly response: Codec<Res>;
};

type ServiceName = 'WalletService' | 'SignerService' | 'AdminService';

function codec<N extends MessageName, T>(
  name: N,
  of: (message: MessageOutput<N>) => T,
  message: (value: T) => MessageInput<N>,
): Codec<T> {
  return {
    decode: (bytes) => of(decodeMessage(name, bytes, 'message')),
    encode: (value) => encodeMessage(name, message(value)),
  };
}

/** The path of a method, which must exist in the proto. */
function pathOf(service: ServiceName, rpc: string): string {
  const method = serviceDefinition(service)[rpc];
  if (method === undefined) throw new TypeError(`${service} has no method ${rpc}`);
  return method.path;
}

function unary<Req, Res>(
  service: ServiceName,
  rpc: string,
  request: Codec<Req>,
  response: Codec<Res>,
): Method<Req, Res> {
  return { name: `${service}/${rpc}`, path: pathOf(service, rpc), request, response };
}

const stamped: Codec<StampedRequest> = codec(
  'StampedRequest',
  (message) => stampedRequestOf(message),
  stampedRequestMessage,
);
const wallet: Codec<Wallet> = codec('Wallet', (message) => walletOf(message), walletMessage);
const signResponse: Codec<SignResponse> = codec(
  'SignResponse',
  (message) => signResponseOf(message),
  signResponseMessage,
);

/** Names a wallet by its key id. */
export type WalletRef = { readonly keyId: Uint8Array };
/** Names a request. */
export type RequestRef = { readonly requestId: string };

const requestRef = (name: 'GetSignatureRequest' | 'GetResultRequest'): Codec<RequestRef> =>
  codec(
    name,
    (message) => ({ requestId: uuidOf(message.requestId, 'request_id') }),
    ({ requestId }) => ({ requestId }),
  );

const WALLETS_PER_PAGE = 50;
const KEYS_PER_PAGE = 100;

/** The wallet API of a coordinator. */
export const walletService = {
  createWallet: unary('WalletService', 'CreateWallet', stamped, wallet),
  getWallet: unary(
    'WalletService',
    'GetWallet',
    codec(
      'GetWalletRequest',
      (message): WalletRef => ({ keyId: keyIdOfWallet(message.name, 'name') }),
      ({ keyId }) => ({ name: walletName(keyId) }),
    ),
    wallet,
  ),
  listWallets: unary(
    'WalletService',
    'ListWallets',
    codec(
      'ListWalletsRequest',
      (message): Page => pageOf(message, WALLETS_PER_PAGE),
      (page) => ({ ...page }),
    ),
    codec('ListWalletsResponse', walletPageOf, walletPageMessage) satisfies Codec<WalletPage>,
  ),
  sign: unary('WalletService', 'Sign', stamped, signResponse),
  getSignature: unary(
    'WalletService',
    'GetSignature',
    requestRef('GetSignatureRequest'),
    signResponse,
  ),
} as const;

/** A request without fields. */
export type Empty = Readonly<Record<string, never>>;

const nothing = (name: 'GetInfoRequest' | 'GetClusterRequest'): Codec<Empty> =>
  codec(
    name,
    () => ({}),
    () => ({}),
  );

/** The API of a signer; `relay` is a stream and has its own functions. */
export const signerService = {
  getInfo: unary(
    'SignerService',
    'GetInfo',
    nothing('GetInfoRequest'),
    codec('SignerInfo', signerInfoOf, signerInfoMessage) satisfies Codec<SignerInfo>,
  ),
  listKeys: unary(
    'SignerService',
    'ListKeys',
    codec(
      'ListKeysRequest',
      (message): Page => pageOf(message, KEYS_PER_PAGE),
      (page) => ({ ...page }),
    ),
    codec('ListKeysResponse', keyPageOf, keyPageMessage) satisfies Codec<KeyPage>,
  ),
  getKey: unary(
    'SignerService',
    'GetKey',
    codec(
      'GetKeyRequest',
      (message): WalletRef => ({ keyId: bytesOf(message.keyId, 32, 'key_id') }),
      ({ keyId }) => ({ keyId }),
    ),
    codec('KeyRecord', (message): KeyRecord => keyRecordOf(message), keyRecordMessage),
  ),
  putCertificate: unary(
    'SignerService',
    'PutCertificate',
    codec(
      'PutCertificateRequest',
      (message): KeyCertificate => certificateOf(message.certificate, 'certificate'),
      (certificate) => ({ certificate: certificateMessage(certificate) }),
    ),
    codec(
      'PutCertificateResponse',
      (message): KeyState => keyStateOf(message.state, 'state'),
      (state) => ({ state: keyStateName(state) }),
    ),
  ),
  getResult: unary(
    'SignerService',
    'GetResult',
    requestRef('GetResultRequest'),
    codec('GetResultResponse', storedResultOf, storedResultMessage) satisfies Codec<StoredResult>,
  ),
} as const;

/** The operators' API of a coordinator. */
export const adminService = {
  getCluster: unary(
    'AdminService',
    'GetCluster',
    nothing('GetClusterRequest'),
    codec('Cluster', clusterOf, clusterMessage) satisfies Codec<Cluster>,
  ),
} as const;

/** The relay stream's name and path. */
export const RELAY = {
  name: 'SignerService/Relay',
  path: pathOf('SignerService', 'Relay'),
} as const;

/** The names that a configuration may grant: services whole, or single methods. */
export const METHOD_NAMES: readonly string[] = [
  ...[...Object.values(walletService), ...Object.values(signerService)].map(({ name }) => name),
  ...Object.values(adminService).map(({ name }) => name),
  RELAY.name,
  'Health/Check',
  'Health/Watch',
  'Health/List',
  'ServerReflection/ServerReflectionInfo',
];
