/**
 * A coordinator that was taken over: it has the coordinator's own certificates and streams to every
 * signer of a running cluster, sees every request that clients send, and may send anything.
 *
 * Each attack says what it did and what came of it; whoever runs it asserts that no signature came
 * out and that afterwards the same signers sign for the client as before.
 */
import { randomBytes } from 'node:crypto';
import type { ExtendedKey, PartyIndex } from '../../core/index.ts';
import type { StampedRequest } from '../../wire/request.ts';
import { decodeSignRequest, encodeSignRequest, type SignRequest } from '../../wire/sign-request.ts';
import type { Envelope } from '../../wire/envelope.ts';
import type { RelayBus, RelaySession } from '../support/relay-bus.ts';
import { createTestClient, rawItem, type TestClient } from '../support/client-requests.ts';
import { until } from '../support/until.ts';

export type Prey = {
  readonly bus: RelayBus;
  /** A client of the cluster: what it stamps, the coordinator sees. */
  readonly client: TestClient;
  readonly wallet: ExtendedKey & { readonly keyId: Uint8Array };
  readonly otherWallet: ExtendedKey & { readonly keyId: Uint8Array };
  readonly now: () => number;
};

/** What came of an attack. */
export type Outcome = {
  /** Proof that the attack reached its check: reasons of refusals and aborts, or counted hits. */
  readonly evidence: string;
  /** Whether any two valid shares of one signature came out. */
  readonly signed: boolean;
};

const SESSION_MS = 1_500;
const QUORUM: readonly PartyIndex[] = [1, 2];

const digest = (): Uint8Array => new Uint8Array(randomBytes(32));

const request = (prey: Prey, changes: Partial<SignRequest> = {}) =>
  prey.client.sign(prey.now(), prey.wallet.keyId, [rawItem(digest(), [0])], changes);

/** Whether every member's last broadcast is there: only then a signature can be combined. */
const isSigned = (session: RelaySession): boolean =>
  session.states().every((state) => state === 'through');

const reasons = (session: RelaySession): string => JSON.stringify(session.reasons());

async function openSign(
  { bus }: Prey,
  stamped: StampedRequest,
  { attempt = 0, parties = QUORUM }: { attempt?: number; parties?: readonly PartyIndex[] } = {},
): Promise<RelaySession> {
  const subject = { kind: 'sign', request: stamped, attempt } as const;
  return bus.open({ parties, subject, timeoutMs: SESSION_MS }).settled();
}

/** The client's stamp under a request that says something else. */
async function withChangedRequest(
  prey: Prey,
  change: (request: SignRequest) => SignRequest,
): Promise<Outcome> {
  const { request: bytes, stamps } = await request(prey);
  const changed = encodeSignRequest(change(decodeSignRequest(bytes)));
  const session = await openSign(prey, { request: changed, stamps });
  return { evidence: reasons(session), signed: isSigned(session) };
}

/** Shows the client's request with another digest, and two true requests to two signers. */
async function swapPayload(prey: Prey): Promise<Outcome> {
  const changed = await withChangedRequest(prey, (each) => ({
    ...each,
    items: [rawItem(digest(), [0])],
  }));
  const [one, two] = [await request(prey), await request(prey)];
  const split = await prey.bus
    .open({
      parties: QUORUM,
      subject: { kind: 'sign', request: one, attempt: 0 },
      opens: { 2: { subject: { kind: 'sign', request: two, attempt: 0 } } },
      timeoutMs: SESSION_MS,
    })
    .settled();
  const evidence = `${changed.evidence} ${reasons(split)}`;
  return { evidence, signed: changed.signed || isSigned(split) };
}

const swapPath = (prey: Prey): Promise<Outcome> =>
  withChangedRequest(prey, (each) => ({
    ...each,
    items: each.items.map((item) => ({ ...item, path: [1, 2, 3] })),
  }));

const swapWallet = (prey: Prey): Promise<Outcome> =>
  withChangedRequest(prey, (each) => ({ ...each, keyId: prey.otherWallet.keyId }));

/** Tells one signer another quorum than the others. */
async function swapQuorum(prey: Prey): Promise<Outcome> {
  const stamped = await request(prey);
  const session = await prey.bus
    .open({
      parties: QUORUM,
      subject: { kind: 'sign', request: stamped, attempt: 0 },
      opens: { 2: { parties: [2, 3] } },
      timeoutMs: SESSION_MS,
    })
    .settled();
  return { evidence: reasons(session), signed: isSigned(session) };
}

/** Stamps with a key of its own, and names another client in a request it cannot stamp. */
async function swapClient(prey: Prey): Promise<Outcome> {
  const own = createTestClient('intruder');
  const stamped = await own.sign(prey.now(), prey.wallet.keyId, [rawItem(digest())]);
  const session = await openSign(prey, stamped);
  const renamed = await withChangedRequest(prey, (each) => ({ ...each, clientId: 'intruder' }));
  const evidence = `${reasons(session)} ${renamed.evidence}`;
  return { evidence, signed: isSigned(session) || renamed.signed };
}

/** Replays a finished request as it was, and an expired one that was never used. */
async function replayRequest(prey: Prey): Promise<Outcome> {
  const finished = await request(prey);
  const honest = await openSign(prey, finished);
  if (!isSigned(honest)) throw new Error(`the request did not finish: ${reasons(honest)}`);
  const replayed = await openSign(prey, finished);

  const notAfter = prey.now() + 300;
  const shortLived = await request(prey, { notBefore: prey.now() - 1_000, notAfter });
  await until('expired', () => prey.now() > notAfter);
  const expired = await openSign(prey, shortLived);
  const evidence = `${reasons(replayed)} ${reasons(expired)}`;
  return { evidence, signed: isSigned(replayed) || isSigned(expired) };
}

/** Asks for a key that no client asked for: unstamped bytes, own stamp, another request's stamp. */
async function createUnasked(prey: Prey): Promise<Outcome> {
  const wanted = await createTestClient('intruder').createWallet(prey.now());
  const { stamps } = await request(prey);
  const evidence: string[] = [];
  let signed = false;
  for (const stamped of [wanted, { request: wanted.request, stamps }]) {
    const session = await prey.bus
      .open({
        parties: [1, 2, 3],
        subject: { kind: 'keygen', request: stamped },
        timeoutMs: SESSION_MS,
      })
      .settled();
    evidence.push(reasons(session));
    signed ||= isSigned(session);
  }
  return { evidence: evidence.join(' '), signed };
}

/** Shows signer 1 a join that signer 2 made for an earlier session over the same context. */
async function splitJoins(prey: Prey): Promise<Outcome> {
  const { bus } = prey;
  const stamped = await request(prey);
  const subject = { kind: 'sign', request: stamped, attempt: 0 } as const;
  const silence = bus.drop({ channel: 'broadcast', round: 0 });
  const earlier = bus.open({ parties: QUORUM, subject, timeoutMs: SESSION_MS });
  await until('joins', () => earlier.round(0).size === QUORUM.length);
  bus.abort(earlier);
  await earlier.settled();
  silence.stop();
  const oldJoin = earlier.round(0).get(2);
  if (oldJoin === undefined) throw new Error('no earlier join');

  const swap = bus.tamper({ round: 0, from: 2, to: 1 }, () => oldJoin);
  const session = await bus.open({ parties: QUORUM, subject, timeoutMs: SESSION_MS }).settled();
  swap.stop();
  return { evidence: `${swap.hits} joins swapped ${reasons(session)}`, signed: isSigned(session) };
}

function flipped(envelope: Envelope, at: number): Envelope {
  const part = envelope.sealed.length > 0 ? 'sealed' : 'public';
  const bytes = envelope[part].slice();
  const index = at % bytes.length;
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  return { ...envelope, [part]: bytes };
}

/** Doubles every envelope and sends a corrupted copy ahead; then sends corrupted copies only. */
async function corruptEnvelopes(prey: Prey): Promise<Outcome> {
  const { bus } = prey;
  let at = 0;
  const noise = bus.tamper({}, (envelope) => {
    at += 7;
    return [flipped(envelope, at), envelope, envelope];
  });
  const through = await openSign(prey, await request(prey));
  noise.stop();
  if (!isSigned(through)) throw new Error(`noise ended a session: ${reasons(through)}`);

  const corrupting = bus.tamper({ round: 2 }, (envelope) => flipped(envelope, 11));
  const session = await openSign(prey, await request(prey));
  corrupting.stop();
  const evidence = `${noise.hits} doubled, ${corrupting.hits} corrupted ${reasons(session)}`;
  return { evidence, signed: isSigned(session) };
}

/** The nine attacks of a coordinator on signing and wallet creation. */
export const ATTACKS: readonly {
  readonly name: string;
  readonly run: (prey: Prey) => Promise<Outcome>;
  /** What the evidence must show: that the check meant was the one reached. */
  readonly shows: RegExp;
}[] = [
  { name: 'swaps the payload', run: swapPayload, shows: /STAMP_INVALID.*SESSION_TIMEOUT/ },
  { name: 'swaps the path', run: swapPath, shows: /STAMP_INVALID/ },
  { name: 'swaps the wallet', run: swapWallet, shows: /STAMP_INVALID/ },
  { name: 'swaps the quorum', run: swapQuorum, shows: /SESSION_TIMEOUT/ },
  { name: 'swaps the client', run: swapClient, shows: /STAMP_UNKNOWN.*STAMP_INVALID/ },
  { name: 'replays an old request', run: replayRequest, shows: /ATTEMPT_REUSED.*REQUEST_EXPIRED/ },
  { name: 'creates a wallet nobody asked for', run: createUnasked, shows: /STAMP_UNKNOWN.*STAMP_/ },
  { name: 'sends different joins', run: splitJoins, shows: /1 joins swapped.*SESSION_TIMEOUT/ },
  { name: 'duplicates and corrupts envelopes', run: corruptEnvelopes, shows: /SESSION_TIMEOUT/ },
];
