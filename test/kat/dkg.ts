/** Sections `dkg_2of3` and `dkg_3of5`: key generation through SessionRun. */
import { concat } from '../../core/codec/bytes.ts';
import { keyGeneration, type DkgHold } from '../../core/dkg/index.ts';
import { membersOf } from '../../core/session/context.ts';
import type { Inbox } from '../../core/run/protocol.ts';
import type { RunMessage } from '../../core/run/session-run.ts';
import type { PartyIndex } from '../../core/types.ts';
import { runAll, type Relay, type RunsOutcome } from '../support/runs.ts';
import { arith, hex, kat, scripted } from './labels.ts';
import { observed, recordHashes } from './recording.ts';
import { openSession, roster, type KatSession } from './session.ts';
import type { Tree } from './tree.ts';

export type KeyGenerationInput = {
  readonly S: string;
  readonly parties: readonly PartyIndex[];
  readonly t: number;
};

/** What a vector changes in a key generation. */
export type Interference = {
  readonly relay?: Relay;
  /** Bytes drawn by a party in place of the scripted ones. */
  readonly draws?: (self: PartyIndex, label: string) => Uint8Array | undefined;
};

export type KeyGenerationRun = KeyGenerationInput & {
  readonly session: KatSession;
  readonly outcome: RunsOutcome<DkgHold, DkgHold>;
  /** Inboxes of the first party by round. */
  readonly inboxes: readonly Inbox[];
  readonly committeeHash: Uint8Array;
};

const keyIdOf = (S: string): Uint8Array => kat(`${S}/keyid`, 32);

export function generateKey(
  input: KeyGenerationInput,
  interference: Interference = {},
): KeyGenerationRun {
  const { S, parties, t } = input;
  const keyId = keyIdOf(S);
  const subject = { kind: 'keygen', keyId, request32: kat(`${S}/request`, 32), t } as const;
  const session = openSession({ S, subject, parties, tick: 1 });
  const committee = membersOf(roster, parties);
  const hashes = recordHashes();
  const inboxes: Inbox[] = [];
  const draw = scripted(`${S}/`);
  const outcome = runAll<DkgHold, DkgHold>({
    sid: session.sid,
    parties,
    joins: session.joins,
    sha256: hashes.sha256,
    arith: () => arith,
    draw: (self) => (label, length) => interference.draws?.(self, label) ?? draw(label, length),
    protocol: (self) => {
      const { cluster32 } = roster;
      const protocol = keyGeneration({ sid: session.sid, self, keyId, cluster32, t, committee });
      return self === parties[0] ? observed(protocol, inboxes) : protocol;
    },
    ...(interference.relay && { relay: interference.relay }),
  });
  const committeeHash = () => hashes.digestOf('committee', roster.cluster32);
  return {
    ...input,
    session,
    outcome,
    inboxes,
    committeeHash: outcome.aborts.size === 0 ? committeeHash() : new Uint8Array(),
  };
}

/** Values of a round's messages by sender. */
export function bySender(
  sent: readonly RunMessage[],
  round: number,
  value: (message: RunMessage) => Tree,
): Tree {
  const messages = sent.filter((message) => message.round === round && message.to === 0);
  return Object.fromEntries(messages.map((message) => [message.from, value(message)]));
}

/** 33-byte points of a byte string. */
const pointsHex = (bytes: Uint8Array, count: number): string[] =>
  Array.from({ length: count }, (_, m) => hex(bytes.slice(33 * m, 33 * (m + 1))));

/** f_i(j) by direction; the first 32 bytes are the echo. */
function sharesOf(sent: readonly RunMessage[]): Tree {
  const direct = sent.filter(({ round, to }) => round === 3 && to !== 0);
  return Object.fromEntries(
    direct.map(({ from, to, sealed }) => [`${from}>${to}`, hex(sealed.slice(32))]),
  );
}

const INPUTS =
  "committee P, t; key_id=KAT(S+'/keyid',32); request=KAT(S+'/request',32); a_{i,m}=KS(S+'/a/i/m'); cc_i=KAT(S+'/cc/i',32); salt_i=KAT(S+'/salt/i',32); pok nonce KS(S+'/pok/i/m'); pop nonce KS(S+'/pop/i')";

export function dkgSection(run: KeyGenerationRun): Tree {
  const { t, session, outcome, inboxes, parties } = run;
  const { sent, results } = outcome;
  const [first] = [...results.values()];
  if (first === undefined || results.size !== parties.length) throw new Error('no key was made');
  const { facts, share } = first;
  const [echo1, echo2] = inboxes.map(({ echo }) => hex(echo));
  return {
    session: session.tree,
    inputs: INPUTS,
    t,
    'R1 com': bySender(sent, 1, ({ open }) => hex(open)),
    echo_1: echo1 ?? '',
    'R2 payload': bySender(sent, 2, ({ open }) => hex(open)),
    'R2 F': bySender(sent, 2, ({ open }) => pointsHex(open.slice(32), t)),
    echo_2: echo2 ?? '',
    'R3 shares f_i(j) keyed i>j': sharesOf(sent),
    s: Object.fromEntries([...results].map(([i, { share }]) => [i, hex(share.s_i)])),
    'S public': Object.fromEntries(
      facts.committee.map(({ index }, k) => [index, hex(facts.S[k] ?? concat())]),
    ),
    pk: hex(facts.publicKey),
    cc: hex(facts.chainCode),
    'F aggregate': facts.F.map(hex),
    committee: hex(run.committeeHash),
    conf: hex(share.conf),
    'R4 payload': bySender(sent, 4, ({ open }) => hex(open)),
  };
}
