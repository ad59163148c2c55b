/**
 * The roster: a canonical JSON document stamped by operators (interfaces, "Roster").
 * @module
 */
import { InvalidInput, type PartyIndex, type Roster } from '../core/index.ts';
import { fromHex, sameBytes, sha256, toHex, utf8 } from './bytes.ts';
import { isSoundPublicKey } from './ed25519.ts';
import {
  bytesOf,
  element,
  indexOf,
  integerOf,
  listOf,
  member,
  presentOf,
  requireAscending,
  textOf,
} from './field.ts';
import { LIMITS } from './limits.ts';
import { CLUSTER_NAME } from './spiffe.ts';
import {
  PAYLOAD_TYPES,
  stampsOf,
  validStampKeys,
  type Stamp,
  type StampKey,
  type Stamper,
} from './stamp.ts';

/** One signer of the cluster. */
export type RosterSigner = {
  readonly index: PartyIndex;
  /** Ed25519 identity key, 32 bytes; in the document lower-case hex. */
  readonly identityKey: Uint8Array;
  /** host:port of its gRPC server. */
  readonly address: string;
};

/** What the operators sign. */
export type RosterDocument = {
  readonly cluster: string;
  /** From 1; a larger one replaces a smaller one. */
  readonly version: number;
  /** The threshold of new wallets unless a request says otherwise. */
  readonly t: number;
  /** Ascending by index, 2 to 255. */
  readonly signers: readonly RosterSigner[];
};

/** The document's bytes and the operators' stamps over them. */
export type SignedRoster = { readonly roster: Uint8Array; readonly stamps: readonly Stamp[] };

/** The canonical JSON: these keys in this order, no white space, lower-case hex. */
export function encodeRosterDocument(document: RosterDocument): Uint8Array {
  const { cluster, version, t } = document;
  const signers = document.signers.map(({ index, identityKey, address }) => ({
    index,
    identityKey: toHex(identityKey),
    address,
  }));
  return utf8(JSON.stringify({ cluster, version, t, signers }));
}

function parseJson(bytes: Uint8Array, field: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw new InvalidInput(field, 'not JSON in UTF-8');
  }
}

/** The properties of an object that has exactly these. */
function propertiesOf<K extends string>(
  value: unknown,
  keys: readonly K[],
  field: string,
): Readonly<Record<K, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidInput(field, 'must be an object');
  for (const key of Object.keys(value))
    if (!keys.some((each) => each === key))
      throw new InvalidInput(member(field, key), 'is unknown');
  for (const key of keys) if (!Object.hasOwn(value, key)) presentOf(undefined, member(field, key));
  return value as Readonly<Record<K, unknown>>;
}

function stringOf(value: unknown, field: string): string {
  if (typeof value !== 'string') throw new InvalidInput(field, 'must be a string');
  return value;
}

function numberOf(value: unknown, field: string): number {
  if (typeof value !== 'number') throw new InvalidInput(field, 'must be a number');
  return value;
}

function arrayOf(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new InvalidInput(field, 'must be an array');
  return value;
}

const HOST = '(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\\[[0-9a-fA-F:]{2,39}\\])';
const ADDRESS = new RegExp(`^${HOST}:[1-9][0-9]{0,4}$`);

function signerOf(value: unknown, at: string): RosterSigner {
  const properties = propertiesOf(value, ['index', 'identityKey', 'address'], at);
  const hex = stringOf(properties.identityKey, `${at}.identityKey`);
  const identityKey = fromHex(hex, 32);
  if (identityKey === undefined)
    throw new InvalidInput(`${at}.identityKey`, 'must be 64 lower-case hex digits');
  if (!isSoundPublicKey(identityKey))
    throw new InvalidInput(`${at}.identityKey`, 'must not be a key of small order');
  const address = stringOf(properties.address, `${at}.address`);
  return {
    index: indexOf(numberOf(properties.index, `${at}.index`), `${at}.index`),
    identityKey,
    address: textOf(address, ADDRESS, 'host:port', `${at}.address`),
  };
}

function requireDistinctKeys(signers: readonly RosterSigner[]): void {
  const seen = new Set<string>();
  signers.forEach(({ identityKey }, i) => {
    const hex = toHex(identityKey);
    if (seen.has(hex)) throw new InvalidInput(`signers[${i}].identityKey`, 'is used twice');
    seen.add(hex);
  });
}

/** Decodes a roster document; anything but the one canonical form is refused. */
export function decodeRosterDocument(bytes: Uint8Array): RosterDocument {
  if (bytes.length > LIMITS.rosterBytes) throw new InvalidInput('roster', 'is too large');
  const root = propertiesOf(
    parseJson(bytes, 'roster'),
    ['cluster', 'version', 't', 'signers'],
    'roster',
  );
  const list = listOf(arrayOf(root.signers, 'signers'), { min: 2, max: 255 }, 'signers');
  const signers = list.map((value, i) => signerOf(value, element('signers', i)));
  requireAscending(
    signers.map(({ index }) => index),
    'signers',
  );
  requireDistinctKeys(signers);
  const rule = 'lower-case letters, digits, dots and hyphens, at most 63';
  const document: RosterDocument = {
    cluster: textOf(stringOf(root.cluster, 'cluster'), CLUSTER_NAME, rule, 'cluster'),
    version: integerOf(numberOf(root.version, 'version'), { min: 1, max: 0xffff_ffff }, 'version'),
    t: integerOf(numberOf(root.t, 't'), { min: 2, max: signers.length }, 't'),
    signers,
  };
  if (!sameBytes(encodeRosterDocument(document), bytes))
    throw new InvalidInput('roster', 'not in canonical form');
  return document;
}

/** Signs a roster as one operator. */
export async function stampRoster(
  document: RosterDocument,
  operator: Stamper,
): Promise<SignedRoster> {
  const roster = encodeRosterDocument(document);
  decodeRosterDocument(roster);
  return { roster, stamps: [await operator.stamp(PAYLOAD_TYPES.Roster, roster)] };
}

/** The document of a signed roster. Throws InvalidInput unless an operator's stamp is valid. */
export function verifyRoster(
  signed: SignedRoster,
  operatorKeys: readonly StampKey[],
): RosterDocument {
  const valid = validStampKeys(operatorKeys, PAYLOAD_TYPES.Roster, signed.roster, signed.stamps);
  if (valid.length === 0) throw new InvalidInput('stamps', 'no valid stamp by a known operator');
  return decodeRosterDocument(signed.roster);
}

/** cluster32 = SHA-256(cluster name). */
export function cluster32Of(cluster: string): Uint8Array {
  return sha256(utf8(cluster));
}

/** What core knows of a roster. */
export function coreRosterOf(document: RosterDocument): Roster {
  const signers = document.signers.map(({ index, identityKey }) => ({ index, identityKey }));
  return { cluster32: cluster32Of(document.cluster), version: document.version, signers };
}

/** The file form: a DSSE envelope in JSON. */
export function encodeRosterFile(signed: SignedRoster): string {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const file = {
    payloadType: PAYLOAD_TYPES.Roster,
    payload: base64(signed.roster),
    signatures: signed.stamps.map(({ keyId, signature }) => ({
      keyid: keyId,
      sig: base64(signature),
    })),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

function base64Of(value: unknown, field: string): Uint8Array {
  const text = stringOf(value, field);
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new InvalidInput(field, 'must be base64');
  return new Uint8Array(bytes);
}

/** Reads the file form; nothing is verified yet. */
export function parseRosterFile(text: string): SignedRoster {
  if (text.length > 2 * LIMITS.rosterBytes) throw new InvalidInput('roster', 'is too large');
  const keys = ['payloadType', 'payload', 'signatures'] as const;
  const file = propertiesOf(parseJson(utf8(text), 'roster'), keys, 'roster');
  if (file.payloadType !== PAYLOAD_TYPES.Roster)
    throw new InvalidInput('payloadType', `must be ${PAYLOAD_TYPES.Roster}`);
  const stamps = arrayOf(file.signatures, 'signatures').map((value, i) => {
    const at = element('signatures', i);
    const { keyid, sig } = propertiesOf(value, ['keyid', 'sig'], at);
    return { keyId: stringOf(keyid, `${at}.keyid`), signature: base64Of(sig, `${at}.sig`) };
  });
  return signedRosterOf({ roster: base64Of(file.payload, 'payload'), stamps }, '');
}

/** Validates the proto form. */
export function signedRosterOf(
  message: { readonly roster: Uint8Array; readonly stamps: readonly Stamp[] },
  at: string,
): SignedRoster {
  const size = { min: 1, max: LIMITS.rosterBytes };
  return {
    roster: bytesOf(message.roster, size, member(at, 'roster')),
    stamps: stampsOf(message.stamps, member(at, 'stamps')),
  };
}
