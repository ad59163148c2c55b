/** The worked example of docs/wire-format.md, computed by the code that it explains. */
import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { SESSION_ROUNDS } from '../../core/index.ts';
import { concat, toHex, utf8 } from '../../wire/bytes.ts';
import { createIdentitySigner, type IdentitySigner } from '../../wire/ed25519.ts';
import { EnvelopeSession } from '../../wire/envelope-session.ts';
import { directionKey, encodeHeader, sealNonce } from '../../wire/envelope.ts';
import { encodeRelayMessages } from '../../wire/relay.ts';
import { encodeCreateWalletRequest, keyIdOf, request32Of, walletName } from '../../wire/request.ts';
import { encodeSignRequest } from '../../wire/sign-request.ts';
import { parseStampPrivateKey, PAYLOAD_TYPES, preAuthEncoding } from '../../wire/stamp.ts';
import { createEphemeral } from '../../wire/x25519.ts';

/** Names and values of one block of the page, in order. */
export type Block = readonly (readonly [name: string, value: string])[];

const filled = (byte: number, length = 32): Uint8Array => new Uint8Array(length).fill(byte);

const NOT_BEFORE = Date.UTC(2026, 0, 1);
const validity = { notBefore: NOT_BEFORE, notAfter: NOT_BEFORE + 300_000 };

const createRequest = encodeCreateWalletRequest({
  requestId: '00000000-0000-4000-8000-000000000001',
  displayName: 'treasury',
  threshold: 2,
  committee: [1, 2, 3],
  purposes: ['evm', 'raw'],
  ...validity,
});

export const wallet: Block = [
  ['CreateWalletRequest', toHex(createRequest)],
  ['key_id', toHex(keyIdOf(createRequest))],
  ['name', walletName(keyIdOf(createRequest))],
];

const signRequest = encodeSignRequest({
  requestId: '00000000-0000-4000-8000-000000000002',
  keyId: keyIdOf(createRequest),
  items: [{ path: [0, 7], payload: { kind: 'raw_digest', digest: filled(0xdd) } }],
  ...validity,
});

/** PKCS#8 of an Ed25519 seed (RFC 8410). */
const PKCS8_PREFIX = '302e020100300506032b657004220420';

function stamperOf(seed: Uint8Array) {
  const key = Buffer.from(PKCS8_PREFIX + toHex(seed), 'hex');
  const pem = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  return parseStampPrivateKey(pem.export({ format: 'pem', type: 'pkcs8' }).toString());
}

/** The first bytes of a PAE are text; the rest is the payload. */
function textBefore(payload: Uint8Array, pae: Uint8Array): string {
  return JSON.stringify(Buffer.from(pae).subarray(0, -payload.length).toString('ascii'));
}

export async function stamped(): Promise<Block> {
  const type = PAYLOAD_TYPES.SignRequest;
  const { keyId, signature } = await stamperOf(filled(0xc1)).stamp(type, signRequest);
  return [
    ['SignRequest', toHex(signRequest)],
    ['request32', toHex(request32Of(signRequest))],
    ['PAE', `${textBefore(signRequest, preAuthEncoding(type, signRequest))} || SignRequest`],
    ['stamp.key_id', keyId],
    ['stamp.signature', toHex(signature)],
  ];
}

const SID = filled(0x5d);
const SLOT = { sid: SID, round: 1, from: 1, to: 2, seq: 0 };
const PUBLIC = utf8('for everybody');
const SECRET = utf8('for signer 2');

const identities = new Map<number, IdentitySigner>(
  [1, 2].map((index) => [index, createIdentitySigner(filled(index))]),
);
const ephemeralOf = (index: number) => createEphemeral(filled(0xe0 + index));

function sessionOf(self: number): EnvelopeSession {
  const parties = [...identities].map(([index, { publicKey }]) => {
    return { index, identityKey: publicKey };
  });
  const identity = identities.get(self);
  assert.ok(identity);
  const session = new EnvelopeSession(
    { kind: 'sign', ctx: filled(0xc7), self, parties, rounds: SESSION_ROUNDS.sign },
    { identity, ephemeralSecret: filled(0xe0 + self) },
  );
  session.establish(SID, new Map([1, 2].map((index) => [index, ephemeralOf(index).publicKey])));
  return session;
}

export function enveloped(): Block {
  const envelope = sessionOf(1).seal({ ...SLOT, open: PUBLIC, sealed: SECRET });
  const opened = sessionOf(2).open(envelope);
  assert.ok(opened.kind === 'message', 'signer 2 opens it');
  assert.deepEqual(opened.message.sealed, SECRET);
  const shared = ephemeralOf(1).agree(ephemeralOf(2).publicKey);
  const [relayMessage] = encodeRelayMessages([{ kind: 'envelope', envelope }]);
  assert.ok(relayMessage);
  return [
    ['header', toHex(encodeHeader('sign', SLOT))],
    ['X25519', toHex(shared)],
    ['key 1 -> 2', toHex(directionKey(shared, SID, 1, 2))],
    ['nonce', toHex(sealNonce(SLOT.round, SLOT.seq))],
    ['sealed', toHex(envelope.sealed)],
    ['signature', toHex(envelope.signature)],
    ['RelayMessage', toHex(concat(relayMessage))],
  ];
}

const NAME_WIDTH = 21;
const VALUE_WIDTH = 76;

/** A block as it stands on the page: names in a column, long values over several lines. */
export function render(block: Block): string {
  const lines = block.flatMap(([name, value]) => {
    const rows = value.match(new RegExp(`.{1,${VALUE_WIDTH}}`, 'g')) ?? [];
    return rows.map((row, i) => (i === 0 ? name : '').padEnd(NAME_WIDTH) + row);
  });
  return ['```text', ...lines, '```'].join('\n');
}
