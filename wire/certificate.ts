/**
 * Key certificates: whoever holds one recomputes the session and verifies every step (spec §7).
 * @module
 */
import {
  decodeJoin,
  InvalidInput,
  membersOf,
  ProtocolAbort,
  sessionContext,
  sessionId,
  verifyKeyConfirmation,
  type Identity,
  type PartyIndex,
  type PublicEnv,
} from '../core/index.ts';
import type { KeyCertificate__Output } from '../proto/generated/trefoil/v1/KeyCertificate.ts';
import { sameBytes, toHex } from './bytes.ts';
import { ed25519PublicKey } from './ed25519.ts';
import { digestOf, encodeHeader, isSigned, type Slot } from './envelope.ts';
import { bytesOf, element, indexOf, listOf, member, presentOf, requireAscending } from './field.ts';
import { LIMITS } from './limits.ts';
import { decodeCanonical, encodeMessage, type MessageInput } from './proto.ts';
import {
  decodeCreateWalletRequest,
  keyIdOf,
  request32Of,
  type CreateWalletRequest,
} from './request.ts';
import {
  coreRosterOf,
  decodeRosterDocument,
  signedRosterOf,
  verifyRoster,
  type RosterDocument,
  type SignedRoster,
} from './roster.ts';
import { PAYLOAD_TYPES, stampsOf, validStampKeys, type Stamp, type StampKey } from './stamp.ts';
import { toTrefoilError, TrefoilError } from './status.ts';

/** A member's join (139 bytes) and the signature of its R0 envelope. */
export type SignedJoin = { readonly join: Uint8Array; readonly signature: Uint8Array };

/** A member's R4 payload (97 bytes: conf, proof of possession) and its envelope's signature. */
export type SignedR4 = {
  readonly from: PartyIndex;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
};

/** A certificate's parts; incomplete while R4 of a member is missing. Built from parts as is. */
export type KeyCertificate = {
  readonly createRequest: Uint8Array;
  readonly stamps: readonly Stamp[];
  readonly roster: SignedRoster;
  /** Ascending by sender, one per member. */
  readonly joins: readonly SignedJoin[];
  readonly chainCode: Uint8Array;
  /** t points of 33 bytes; the first is the public key. */
  readonly F: readonly Uint8Array[];
  /** One point of 33 bytes per member, ascending. */
  readonly S: readonly Uint8Array[];
  readonly echo1: Uint8Array;
  readonly echo2: Uint8Array;
  /** Ascending by sender, at most one per member. */
  readonly r4: readonly SignedR4[];
};

const MEMBERS = { min: 2, max: 255 };
const POINT_BYTES = 33;
const JOIN_BYTES = 139;
const R4_BYTES = 97;

/** Validates the proto form: presence, sizes, order. Nothing is verified yet. */
export function certificateOf(message: KeyCertificate__Output | null, at: string): KeyCertificate {
  const value = presentOf(message, at);
  const field = (name: string): string => member(at, name);
  const points = (list: readonly Uint8Array[], name: string): Uint8Array[] =>
    listOf(list, MEMBERS, field(name)).map((point, i) =>
      bytesOf(point, POINT_BYTES, element(field(name), i)),
    );
  const joins = listOf(value.joins, MEMBERS, field('joins')).map((join, i) => ({
    join: bytesOf(join.join, JOIN_BYTES, `${element(field('joins'), i)}.join`),
    signature: bytesOf(join.signature, 64, `${element(field('joins'), i)}.signature`),
  }));
  const r4 = listOf(value.r4, { min: 0, max: 255 }, field('r4')).map((each, i) => ({
    from: indexOf(each.from, `${element(field('r4'), i)}.from`),
    payload: bytesOf(each.payload, R4_BYTES, `${element(field('r4'), i)}.payload`),
    signature: bytesOf(each.signature, 64, `${element(field('r4'), i)}.signature`),
  }));
  requireAscending(
    r4.map(({ from }) => from),
    field('r4'),
  );
  const requestSize = { min: 1, max: LIMITS.requestBytes };
  return {
    createRequest: bytesOf(value.createRequest, requestSize, field('create_request')),
    stamps: stampsOf(value.stamps, field('stamps')),
    roster: signedRosterOf(presentOf(value.roster, field('roster')), field('roster')),
    joins,
    chainCode: bytesOf(value.chainCode, 32, field('chain_code')),
    F: points(value.F, 'F'),
    S: points(value.S, 'S'),
    echo1: bytesOf(value.echo_1, 32, field('echo_1')),
    echo2: bytesOf(value.echo_2, 32, field('echo_2')),
    r4,
  };
}

/** The proto form of a certificate. */
export function certificateMessage(certificate: KeyCertificate): MessageInput<'KeyCertificate'> {
  const { createRequest, chainCode, echo1, echo2 } = certificate;
  return {
    createRequest,
    stamps: certificate.stamps.map((stamp) => ({ ...stamp })),
    roster: {
      roster: certificate.roster.roster,
      stamps: certificate.roster.stamps.map((stamp) => ({ ...stamp })),
    },
    joins: certificate.joins.map((join) => ({ ...join })),
    chainCode,
    F: [...certificate.F],
    S: [...certificate.S],
    echo_1: echo1,
    echo_2: echo2,
    r4: certificate.r4.map((each) => ({ ...each })),
  };
}

/** The stored and transferred form. */
export function encodeCertificate(certificate: KeyCertificate): Uint8Array {
  return encodeMessage('KeyCertificate', certificateMessage(certificate));
}

/** Decodes a certificate; anything but its one canonical encoding is refused. */
export function decodeCertificate(bytes: Uint8Array): KeyCertificate {
  if (bytes.length > LIMITS.messageBytes) throw new InvalidInput('certificate', 'is too large');
  return decodeCanonical('KeyCertificate', bytes, 'certificate', {
    toDomain: (message) => certificateOf(message, 'certificate'),
    toProto: certificateMessage,
  });
}

/**
 * One certificate out of the incomplete ones of several members: equal but for their R4 messages.
 * Throws InvalidInput when they are not of one session.
 */
export function mergeCertificates(parts: readonly KeyCertificate[]): KeyCertificate {
  const [first] = parts;
  if (first === undefined) throw new InvalidInput('certificates', 'must not be empty');
  const withoutR4 = (part: KeyCertificate): Uint8Array => encodeCertificate({ ...part, r4: [] });
  const common = withoutR4(first);
  const r4 = new Map<PartyIndex, SignedR4>();
  parts.forEach((part, i) => {
    if (!sameBytes(withoutR4(part), common))
      throw new InvalidInput(element('certificates', i), 'is of another session');
    for (const each of part.r4) r4.set(each.from, each);
  });
  return { ...first, r4: [...r4.values()].sort((a, b) => a.from - b.from) };
}

/** What a verified certificate proves. */
export type VerifiedCertificate = {
  readonly keyId: Uint8Array;
  readonly epoch: 0;
  readonly request: CreateWalletRequest;
  readonly request32: Uint8Array;
  readonly roster: RosterDocument;
  readonly t: number;
  readonly committee: readonly Identity[];
  /** Root public key, 33 bytes SEC1 compressed. */
  readonly publicKey: Uint8Array;
  readonly chainCode: Uint8Array;
  readonly F: readonly Uint8Array[];
  readonly S: readonly Uint8Array[];
  readonly ctx: Uint8Array;
  readonly keygenSid: Uint8Array;
  readonly conf: Uint8Array;
};

/** What the verifier knows from elsewhere. What is absent is not checked. */
export type TrustAnchors = {
  /** Operators of whom one must have stamped the roster. */
  readonly operatorKeys?: readonly StampKey[];
  /** Clients of whom one must have stamped the create request. */
  readonly clientKeys?: readonly StampKey[];
  /** The key id that is expected, 32 bytes. */
  readonly keyId?: Uint8Array;
};

function requireSigned(
  member: Identity,
  slot: Slot,
  parts: { readonly public: Uint8Array; readonly signature: Uint8Array },
  field: string,
): void {
  const key = ed25519PublicKey(member.identityKey);
  const digest = digestOf({ ...parts, sealed: new Uint8Array() });
  const valid = key !== undefined && isSigned(key, encodeHeader('keygen', slot), digest);
  if (!valid) throw new InvalidInput(field, 'is not a signature of this member');
}

function sessionOf(
  env: Pick<PublicEnv, 'sha256'>,
  certificate: KeyCertificate,
  request: CreateWalletRequest,
  document: RosterDocument,
): { ctx: Uint8Array; sid: Uint8Array; committee: Identity[] } {
  const roster = coreRosterOf(document);
  const committee = membersOf(roster, request.committee);
  const ctx = sessionContext(env.sha256, {
    roster,
    parties: request.committee,
    kind: 'keygen',
    keyId: keyIdOf(certificate.createRequest),
    request32: request32Of(certificate.createRequest),
    t: request.threshold,
  });
  if (certificate.joins.length !== committee.length)
    throw new InvalidInput('joins', 'must be one per member');
  certificate.joins.forEach(({ join, signature }, k) => {
    const at = element('joins', k);
    const signer = presentOf(committee[k], at);
    const decoded = decodeJoin(join, 0, signer.index);
    if (decoded.from !== signer.index) throw new InvalidInput(at, 'is of another member');
    if (!sameBytes(decoded.ctx, ctx)) throw new InvalidInput(at, 'is of another session');
    const slot = { sid: ctx, round: 0, from: signer.index, to: 0, seq: 0 };
    requireSigned(signer, slot, { public: join, signature }, `${at}.signature`);
  });
  const joins = certificate.joins.map(({ join }) => join);
  return { ctx, sid: sessionId(env.sha256, ctx, joins), committee };
}

function requireRound4(
  certificate: KeyCertificate,
  sid: Uint8Array,
  committee: readonly Identity[],
): ReadonlyMap<PartyIndex, Uint8Array> {
  if (certificate.r4.length !== committee.length)
    throw new InvalidInput('r4', 'must be one per member');
  certificate.r4.forEach(({ from, payload, signature }, k) => {
    const at = element('r4', k);
    const signer = presentOf(committee[k], at);
    if (from !== signer.index) throw new InvalidInput(`${at}.from`, 'is not the next member');
    const slot = { sid, round: 4, from, to: 0, seq: 0 };
    requireSigned(signer, slot, { public: payload, signature }, `${at}.signature`);
  });
  return new Map(certificate.r4.map(({ from, payload }) => [from, payload]));
}

function verifyParts(
  env: PublicEnv,
  certificate: KeyCertificate,
  anchors: TrustAnchors,
): VerifiedCertificate {
  const { createRequest, chainCode, F, S, echo1, echo2 } = certificate;
  const request = decodeCreateWalletRequest(createRequest);
  const keyId = keyIdOf(createRequest);
  if (anchors.keyId !== undefined && !sameBytes(keyId, anchors.keyId))
    throw new InvalidInput('create_request', `is of wallet ${toHex(keyId)}`);
  if (anchors.clientKeys !== undefined) {
    const type = PAYLOAD_TYPES.CreateWalletRequest;
    const valid = validStampKeys(anchors.clientKeys, type, createRequest, certificate.stamps);
    if (valid.length === 0) throw new InvalidInput('stamps', 'no valid stamp by a known client');
  }
  const document =
    anchors.operatorKeys === undefined
      ? decodeRosterDocument(certificate.roster.roster)
      : verifyRoster(certificate.roster, anchors.operatorKeys);
  const { ctx, sid, committee } = sessionOf(env, certificate, request, document);
  const round4 = requireRound4(certificate, sid, committee);
  const publicKey = presentOf(F[0], 'F');
  const t = request.threshold;
  const { cluster32 } = coreRosterOf(document);
  const facts = { sid, keyId, epoch: 0, cluster32, t, committee, publicKey, chainCode, F, S };
  const conf = verifyKeyConfirmation(env, { ...facts, echo1, echo2, round4 });
  const request32 = request32Of(createRequest);
  return {
    ...{ keyId, epoch: 0, request, request32, roster: document, t, committee },
    ...{ publicKey, chainCode, F, S, ctx, keygenSid: sid, conf },
  };
}

/**
 * Verifies a complete certificate: request, roster, joins, session id, every R4 signature, conf,
 * proofs of possession and the consistency of F and S. Throws CERTIFICATE_INVALID naming the part.
 */
export function verifyCertificate(
  env: PublicEnv,
  certificate: KeyCertificate,
  anchors: TrustAnchors = {},
): VerifiedCertificate {
  try {
    return verifyParts(env, certificate, anchors);
  } catch (error) {
    if (!(error instanceof InvalidInput || error instanceof ProtocolAbort)) throw error;
    const { message, fieldViolations, metadata } = toTrefoilError(error);
    const facts = { fieldViolations, metadata, cause: error };
    throw new TrefoilError('CERTIFICATE_INVALID', message, facts);
  }
}
