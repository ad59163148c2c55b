/**
 * The loaded definitions of trefoil.v1 and google.rpc. Nothing outside wire/ sees the types that
 * are generated from them.
 * @module
 */
import { join } from 'node:path';
import { loadSync, type MessageTypeDefinition } from '@grpc/proto-loader';
import { InvalidInput } from '../core/index.ts';
import type { ProtoGrpcType as AdminTypes } from '../proto/generated/admin.ts';
import type { ProtoGrpcType as DetailTypes } from '../proto/generated/error_details.ts';
import type { ProtoGrpcType as SignerTypes } from '../proto/generated/signer.ts';
import type { ProtoGrpcType as StatusTypes } from '../proto/generated/status.ts';
import type { ProtoGrpcType as WalletTypes } from '../proto/generated/wallet.ts';
import { sameBytes } from './bytes.ts';

/** Everything that was loaded. */
const packageDefinition = loadSync(
  [
    'trefoil/v1/wallet.proto',
    'trefoil/v1/signer.proto',
    'trefoil/v1/admin.proto',
    'google/rpc/status.proto',
    'google/rpc/error_details.proto',
  ],
  {
    includeDirs: [join(import.meta.dirname, '../proto')],
    longs: String,
    enums: String,
    bytes: Buffer,
    defaults: true,
    oneofs: true,
  },
);

type Trefoil = SignerTypes['trefoil']['v1'] &
  WalletTypes['trefoil']['v1'] &
  AdminTypes['trefoil']['v1'];
type Rpc = StatusTypes['google']['rpc'] & DetailTypes['google']['rpc'];

type MessagesOf<T> = {
  [K in keyof T as T[K] extends MessageTypeDefinition<infer _I, infer _O> ? K : never]: T[K];
};
type Messages = MessagesOf<Trefoil> & MessagesOf<Rpc>;

/** The name of a message of trefoil.v1 or google.rpc. */
export type MessageName = keyof Messages;
/** What is passed to the encoder; absent fields have their default. */
export type MessageInput<N extends MessageName> =
  Messages[N] extends MessageTypeDefinition<infer I, infer _O> ? I : never;
/** What the decoder gives: every singular field present, absent messages null. */
export type MessageOutput<N extends MessageName> =
  Messages[N] extends MessageTypeDefinition<infer _I, infer O> ? O : never;

function definitionOf<N extends MessageName>(
  name: N,
): MessageTypeDefinition<MessageInput<N>, MessageOutput<N>> {
  const definition =
    packageDefinition[`trefoil.v1.${name}`] ?? packageDefinition[`google.rpc.${name}`];
  if (definition === undefined || !('serialize' in definition))
    throw new TypeError(`proto definition of ${name} is missing`);
  // The loader types every definition alike; the name fixes which generated type this one has.
  return definition as unknown as MessageTypeDefinition<MessageInput<N>, MessageOutput<N>>;
}

/** A service as loaded: its methods carry path and streaming kind. */
export function serviceDefinition(name: 'WalletService' | 'SignerService' | 'AdminService') {
  const definition = packageDefinition[`trefoil.v1.${name}`];
  if (definition === undefined || 'format' in definition)
    throw new TypeError(`proto definition of ${name} is missing`);
  return definition;
}

/** Drops what the canonical encoding leaves out; elements of lists are never dropped. */
function withoutDefault(value: unknown): unknown {
  if (value === null || value === 0 || value === '' || value === false) return undefined;
  if (value instanceof Uint8Array) return value.length === 0 ? undefined : value;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withinList);
  return withinList(value);
}

function withinList(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const kept = Object.entries(value).map(([name, field]) => [name, withoutDefault(field)] as const);
  return Object.fromEntries(kept.filter(([, field]) => field !== undefined));
}

/**
 * The canonical encoding: fields in ascending order, defaults left out, numbers packed, shortest
 * varints. The fields of trefoil.v1 with explicit presence (members of a oneof, `client_id`) are
 * messages or never empty, so that leaving out defaults never loses one.
 */
export function encodeMessage<N extends MessageName>(
  name: N,
  message: MessageInput<N>,
): Uint8Array {
  // The shape is unchanged but for absent properties, all of which are optional.
  const bytes = definitionOf(name).serialize(withinList(message) as MessageInput<N>);
  return new Uint8Array(bytes);
}

/** Decodes leniently, as every protobuf decoder does. `field` names the bytes in the refusal. */
export function decodeMessage<N extends MessageName>(
  name: N,
  bytes: Uint8Array,
  field: string,
): MessageOutput<N> {
  try {
    // A copy: nothing decoded may alias what a transport can still write to or keep alive.
    return definitionOf(name).deserialize(Buffer.from(bytes));
  } catch {
    throw new InvalidInput(field, `not a ${name} message`);
  }
}

/**
 * Decodes bytes that have one encoding only: refuses them unless encoding the result gives them
 * back. `toDomain` validates every field; `toProto` is its inverse.
 */
export function decodeCanonical<N extends MessageName, D>(
  name: N,
  bytes: Uint8Array,
  field: string,
  codec: {
    readonly toDomain: (message: MessageOutput<N>) => D;
    readonly toProto: (value: D) => MessageInput<N>;
  },
): D {
  const value = codec.toDomain(decodeMessage(name, bytes, field));
  if (!sameBytes(encodeMessage(name, codec.toProto(value)), bytes))
    throw new InvalidInput(field, `not the canonical encoding of a ${name} message`);
  return value;
}
