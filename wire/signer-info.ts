/**
 * The unary messages of SignerService and the messages of AdminService.
 * @module
 */
import { InvalidInput, type PartyIndex } from '../core/index.ts';
import { certificateMessage, certificateOf, type KeyCertificate } from './certificate.ts';
import {
  bytesOf,
  element,
  indexOf,
  integerOf,
  listOf,
  member,
  pageTokenOf,
  presentOf,
  requireAscending,
  sentenceOf,
  textOf,
} from './field.ts';
import { LIMITS } from './limits.ts';
import type { MessageInput, MessageOutput } from './proto.ts';
import { CLUSTER_NAME } from './spiffe.ts';
import { signResponseMessage, signResponseOf, type SignResponse } from './wallet.ts';

const PAIR_STATE_NAMES = {
  absent: 'PAIR_STATE_ABSENT',
  pending: 'PAIR_STATE_PENDING',
  active: 'PAIR_STATE_ACTIVE',
  burned: 'PAIR_STATE_BURNED',
  refused: 'PAIR_STATE_REFUSED',
} as const;
export type PairStatus = keyof typeof PAIR_STATE_NAMES;
const PAIR_STATES: readonly PairStatus[] = ['absent', 'pending', 'active', 'burned', 'refused'];

const KEY_STATE_NAMES = {
  pending: 'KEY_STATE_PENDING',
  active: 'KEY_STATE_ACTIVE',
  tombstone: 'KEY_STATE_TOMBSTONE',
} as const;
export type KeyState = keyof typeof KEY_STATE_NAMES;
const KEY_STATES: readonly KeyState[] = ['pending', 'active', 'tombstone'];

/** One side of a pair as its signer reports it. */
export type PairInfo = {
  readonly peer: PartyIndex;
  readonly state: PairStatus;
  /** The usable generation; 0 if there is none. */
  readonly generation: number;
  /** 32 bytes; absent if there is no usable generation. */
  readonly pairDigest?: Uint8Array;
  readonly largestGeneration: number;
  readonly needsApproval: boolean;
};

/** Who a signer is. */
export type SignerInfo = {
  readonly index: PartyIndex;
  readonly cluster: string;
  readonly rosterVersion: number;
  /** Random bytes of this process start, 32 bytes. */
  readonly boot: Uint8Array;
  readonly version: string;
  /** Ed25519, 32 bytes. */
  readonly identityKey: Uint8Array;
  /** Ascending by peer. */
  readonly pairs: readonly PairInfo[];
  readonly keyCount: number;
  /** The sealer's id. */
  readonly sealer: string;
};

/** The public record of a key at one signer. */
export type KeyRecord = {
  readonly keyId: Uint8Array;
  readonly epoch: number;
  readonly state: KeyState;
  readonly keygenSid: Uint8Array;
  /** Absent in a tombstone. */
  readonly key?: { readonly conf: Uint8Array; readonly publicKey: Uint8Array };
  /** Complete when active; with the own R4 only when pending; absent in lists. */
  readonly certificate?: KeyCertificate;
};

export type KeyPage = { readonly keys: readonly KeyRecord[]; readonly nextPageToken: string };
export type StoredResult = { readonly request32: Uint8Array; readonly result: SignResponse };

/** One signer as a coordinator sees it. */
export type SignerStatus = {
  readonly index: PartyIndex;
  readonly connected: boolean;
  /** Absent if never connected. */
  readonly boot?: Uint8Array;
  readonly address: string;
  /** Empty if never connected. */
  readonly version: string;
  readonly pairs: readonly {
    readonly peer: PartyIndex;
    readonly state: PairStatus;
    readonly generation: number;
  }[];
  readonly walletCount: number;
};

export type Cluster = {
  readonly cluster: string;
  readonly rosterVersion: number;
  readonly coordinator: string;
  readonly signers: readonly SignerStatus[];
};

const U32 = { min: 0, max: 0xffff_ffff };
const SIGNERS = { min: 0, max: 255 };

function pairStatusOf(value: string | number, field: string): PairStatus {
  const state = PAIR_STATES.find((each) => PAIR_STATE_NAMES[each] === value);
  if (state === undefined) throw new InvalidInput(field, 'is not a known state');
  return state;
}

/** The proto name of a key's state. */
export function keyStateName(state: KeyState): (typeof KEY_STATE_NAMES)[KeyState] {
  return KEY_STATE_NAMES[state];
}

/** A key's state from its proto name. */
export function keyStateOf(value: string | number, field: string): KeyState {
  const state = KEY_STATES.find((each) => KEY_STATE_NAMES[each] === value);
  if (state === undefined) throw new InvalidInput(field, 'is not a known state');
  return state;
}

function clusterNameOf(value: string, field: string): string {
  return textOf(value, CLUSTER_NAME, 'a cluster name', field);
}

function optionalBytesOf(value: Uint8Array, length: number, field: string): Uint8Array | undefined {
  return value.length === 0 ? undefined : bytesOf(value, length, field);
}

function pairInfoOf(pair: MessageOutput<'PairInfo'>, at: string): PairInfo {
  const pairDigest = optionalBytesOf(pair.pairDigest, 32, `${at}.pair_digest`);
  return {
    peer: indexOf(pair.peer, `${at}.peer`),
    state: pairStatusOf(pair.state, `${at}.state`),
    generation: integerOf(pair.generation, U32, `${at}.generation`),
    ...(pairDigest === undefined ? {} : { pairDigest }),
    largestGeneration: integerOf(pair.largestGeneration, U32, `${at}.largest_generation`),
    needsApproval: pair.needsApproval,
  };
}

export function signerInfoOf(info: MessageOutput<'SignerInfo'>): SignerInfo {
  const list = listOf(info.pairs, SIGNERS, 'pairs');
  const pairs = list.map((pair, i) => pairInfoOf(pair, element('pairs', i)));
  requireAscending(
    pairs.map(({ peer }) => peer),
    'pairs',
  );
  return {
    index: indexOf(info.index, 'index'),
    cluster: clusterNameOf(info.cluster, 'cluster'),
    rosterVersion: integerOf(info.rosterVersion, U32, 'roster_version'),
    boot: bytesOf(info.boot, 32, 'boot'),
    version: sentenceOf(info.version, 64, 'version'),
    identityKey: bytesOf(info.identityKey, 32, 'identity_key'),
    pairs,
    keyCount: integerOf(info.keyCount, U32, 'key_count'),
    sealer: sentenceOf(info.sealer, 64, 'sealer'),
  };
}

export function signerInfoMessage(info: SignerInfo): MessageInput<'SignerInfo'> {
  const pairs = info.pairs.map((pair) => ({ ...pair, state: PAIR_STATE_NAMES[pair.state] }));
  return { ...info, pairs };
}

export function keyRecordOf(record: MessageOutput<'KeyRecord'>, at = ''): KeyRecord {
  const field = (name: string): string => member(at, name);
  const state = keyStateOf(record.state, field('state'));
  const key = (): Pick<KeyRecord, 'key'> => ({
    key: {
      conf: bytesOf(record.conf, 32, field('conf')),
      publicKey: bytesOf(record.publicKey, 33, field('public_key')),
    },
  });
  return {
    keyId: bytesOf(record.keyId, 32, field('key_id')),
    epoch: integerOf(record.epoch, U32, field('epoch')),
    state,
    keygenSid: bytesOf(record.keygenSid, 32, field('keygen_sid')),
    ...(state === 'tombstone' ? {} : key()),
    ...(record.certificate === null
      ? {}
      : { certificate: certificateOf(record.certificate, field('certificate')) }),
  };
}

export function keyRecordMessage(record: KeyRecord): MessageInput<'KeyRecord'> {
  const { keyId, epoch, keygenSid, key, certificate } = record;
  const state = KEY_STATE_NAMES[record.state];
  const base = { keyId, epoch, state, keygenSid, ...key };
  if (certificate === undefined) return base;
  return { ...base, certificate: certificateMessage(certificate) };
}

export function keyPageOf(message: MessageOutput<'ListKeysResponse'>): KeyPage {
  const list = listOf(message.keys, { min: 0, max: LIMITS.pageSize }, 'keys');
  const keys = list.map((record, i) => keyRecordOf(record, element('keys', i)));
  return { keys, nextPageToken: pageTokenOf(message.nextPageToken) };
}

export function keyPageMessage(page: KeyPage): MessageInput<'ListKeysResponse'> {
  return { keys: page.keys.map(keyRecordMessage), nextPageToken: page.nextPageToken };
}

export function storedResultOf(message: MessageOutput<'GetResultResponse'>): StoredResult {
  return {
    request32: bytesOf(message.request32, 32, 'request32'),
    result: signResponseOf(presentOf(message.result, 'result'), 'result'),
  };
}

export function storedResultMessage(stored: StoredResult): MessageInput<'GetResultResponse'> {
  return { request32: stored.request32, result: signResponseMessage(stored.result) };
}

function signerStatusOf(status: MessageOutput<'SignerStatus'>, at: string): SignerStatus {
  const boot = optionalBytesOf(status.boot, 32, `${at}.boot`);
  const pairs = listOf(status.pairs, SIGNERS, `${at}.pairs`).map((pair, i) => {
    const field = element(`${at}.pairs`, i);
    return {
      peer: indexOf(pair.peer, `${field}.peer`),
      state: pairStatusOf(pair.state, `${field}.state`),
      generation: integerOf(pair.generation, U32, `${field}.generation`),
    };
  });
  return {
    index: indexOf(status.index, `${at}.index`),
    connected: status.connected,
    ...(boot === undefined ? {} : { boot }),
    address: sentenceOf(status.address, 264, `${at}.address`),
    version: sentenceOf(status.version, 64, `${at}.version`),
    pairs,
    walletCount: integerOf(status.walletCount, U32, `${at}.wallet_count`),
  };
}

export function clusterOf(message: MessageOutput<'Cluster'>): Cluster {
  const list = listOf(message.signers, SIGNERS, 'signers');
  const signers = list.map((status, i) => signerStatusOf(status, element('signers', i)));
  requireAscending(
    signers.map(({ index }) => index),
    'signers',
  );
  return {
    cluster: clusterNameOf(message.cluster, 'cluster'),
    rosterVersion: integerOf(message.rosterVersion, U32, 'roster_version'),
    coordinator: sentenceOf(message.coordinator, 64, 'coordinator'),
    signers,
  };
}

export function clusterMessage(cluster: Cluster): MessageInput<'Cluster'> {
  const signers = cluster.signers.map((signer) => ({
    ...signer,
    pairs: signer.pairs.map((pair) => ({ ...pair, state: PAIR_STATE_NAMES[pair.state] })),
  }));
  return { ...cluster, signers };
}
