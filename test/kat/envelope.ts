/** Section `envelope`: the payload of round 3 from signer 1 to signer 3, through wire. */
import { x25519 } from '@noble/curves/ed25519.js';
import { createIdentitySigner } from '../../wire/ed25519.ts';
import { EnvelopeSession } from '../../wire/envelope-session.ts';
import {
  digestOf,
  directionKey,
  encodeHeader,
  sealNonce,
  signatureHash,
} from '../../wire/envelope.ts';
import { membersOf } from '../../core/session/context.ts';
import { hex, kat } from './labels.ts';
import { ephemeralSecret, identitySeed, openSession, roster } from './session.ts';
import type { Tree } from './tree.ts';

const KIND = 'keygen';
const ROUND = 3;

const publicEphemeral = (index: number): Uint8Array =>
  x25519.getPublicKey(ephemeralSecret('env', index));

export function envelopeSection(): Tree {
  const keyId = kat('env/keyid', 32);
  const subject = { kind: KIND, keyId, request32: kat('env/request', 32), t: 2 } as const;
  const session = openSession({ S: 'env', subject, parties: [1, 3], tick: 1 });
  const { sid, ctx, parties } = session;
  const shape = { broadcast: false, direct: true };
  const sender = new EnvelopeSession(
    {
      kind: KIND,
      ctx,
      self: 1,
      parties: membersOf(roster, parties),
      rounds: [shape, shape, shape],
    },
    {
      identity: createIdentitySigner(identitySeed(1)),
      ephemeralSecret: ephemeralSecret('env', 1),
    },
  );
  sender.establish(sid, new Map([[3, publicEphemeral(3)]]));
  const sealed = kat('env/payload', 64);
  const envelope = sender.seal({ round: ROUND, to: 3, open: new Uint8Array(), sealed });
  const header = encodeHeader(KIND, envelope);
  const shared = x25519.getSharedSecret(ephemeralSecret('env', 1), publicEphemeral(3));
  return {
    session: session.tree,
    'ctx extra': "key_id=KAT('env/keyid',32), request=KAT('env/request',32), u16 t=2",
    header: hex(header),
    'p2p key 1->3': hex(directionKey(shared, sid, 1, 3)),
    'p2p key 3->1': hex(directionKey(shared, sid, 3, 1)),
    nonce: hex(sealNonce(ROUND, envelope.seq)),
    plaintext: "KAT('env/payload',64)",
    sealed: hex(envelope.sealed),
    sighash: hex(signatureHash(header, digestOf(envelope))),
    'ed25519 signature of signer 1': hex(envelope.signature),
  };
}
