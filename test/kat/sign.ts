/** Sections `sign_2of3` and `sign_3of5`: direct signing through SessionRun. */
import { finishItem, type FinishedItem } from '../../core/sign/finish.ts';
import { signing, type SignHold } from '../../core/sign/index.ts';
import { decodePartials } from '../../core/sign/messages.ts';
import { signRound1 } from '../../core/sign/round1.ts';
import { signRound2 } from '../../core/sign/round2.ts';
import { signRound3 } from '../../core/sign/round3.ts';
import type { AfterRound2, SignSetup } from '../../core/sign/state.ts';
import { pairSid } from '../../core/pair/rounds.ts';
import type { PairState } from '../../core/pair/state.ts';
import type { Inbox } from '../../core/run/protocol.ts';
import type { Item, KeyShare, PartyIndex, Signature } from '../../core/types.ts';
import { multiplyFinish } from '../../core/vole/rvole.ts';
import { entryOf, at } from '../../core/list.ts';
import { sha256 } from '../support/rng.ts';
import type { Point } from '../../core/arith.ts';
import { runAll, type Relay, type RunsOutcome } from '../support/runs.ts';
import { bySender } from './dkg.ts';
import { arith, envOf, hex, kat, scripted, utf8 } from './labels.ts';
import type { Pairs } from './pair-setup.ts';
import { observed, recordHashes, type Recording } from './recording.ts';
import { directionTree, scalarHex, syntheticDirection } from './rvole.ts';
import { openSession, type KatSession } from './session.ts';
import type { Tree } from './tree.ts';

export type SigningInput = {
  readonly S: string;
  readonly parties: readonly PartyIndex[];
  readonly path: readonly number[];
  readonly shares: ReadonlyMap<PartyIndex, KeyShare>;
  readonly pairs: Pairs;
};

type Prepared = {
  readonly input: SigningInput;
  readonly session: KatSession;
  readonly items: readonly Item[];
};

export type SigningRun = Prepared & {
  readonly outcome: RunsOutcome<readonly Signature[], SignHold>;
  /** Inboxes of each party by round. */
  readonly inboxes: ReadonlyMap<PartyIndex, readonly Inbox[]>;
};

const setupOf = ({ input, session, items }: Prepared, self: PartyIndex): SignSetup => ({
  sid: session.sid,
  self,
  parties: input.parties,
  key: entryOf(input.shares, self),
  pairs: entryOf(input.pairs, self),
  items,
});

/** The session of a signing, before anybody signs. */
function prepare(input: SigningInput): Prepared {
  const { S, parties, path, shares, pairs } = input;
  const key = entryOf(shares, at(parties, 0));
  const items = [{ digest: sha256(utf8('trefoil kat 1')), path }];
  const request32 = kat(`${S}/request`, 32);
  const subject = { kind: 'sign', key, request32, attempt: 1, items } as const;
  const pairsOf = (self: PartyIndex): ReadonlyMap<PartyIndex, PairState> => entryOf(pairs, self);
  const session = openSession({ S, subject, parties, tick: 2, pairs: pairsOf });
  return { input, session, items };
}

export function sign(input: SigningInput, relay?: Relay): SigningRun {
  const prepared = prepare(input);
  const { sid, joins } = prepared.session;
  const { parties, S } = input;
  const inboxes = new Map(parties.map((self): [PartyIndex, Inbox[]] => [self, []]));
  const outcome = runAll<readonly Signature[], SignHold>({
    sid,
    parties,
    joins,
    arith: () => arith,
    draw: () => scripted(`${S}/`),
    protocol: (self) => observed(signing(setupOf(prepared, self)), entryOf(inboxes, self)),
    ...(relay && { relay }),
  });
  return { ...prepared, outcome, inboxes };
}

/** One party's states, from the round functions on the inboxes of the run. */
export type Replay = { readonly second: AfterRound2; readonly R: readonly Point[] };

const noInbox: Inbox = { broadcast: new Map(), direct: new Map(), echo: new Uint8Array() };

export function replay(run: SigningRun, self: PartyIndex, hashes: Recording): Replay {
  const env = { ...envOf(`${run.input.S}/`), sha256: hashes.sha256 };
  const setup = setupOf(run, self);
  const [inbox1 = noInbox, inbox2 = noInbox] = entryOf(run.inboxes, self);
  const first = signRound1(env, setup);
  const { state: second } = signRound2(env, setup, first.state, inbox1);
  const { state: third } = signRound3(env, setup, second, inbox2);
  return { second, R: third.R };
}

/** RV2 of direction a > b as received. */
const rv2Of = (run: SigningRun, a: PartyIndex, b: PartyIndex): Uint8Array => {
  const inbox = at(entryOf(run.inboxes, b), 1);
  return entryOf(inbox.direct, a).sealed;
};

/** Bytes of RV2 at B = 1; the ties follow. */
const RV2_BYTES = 40_000;

function tieHex(ties: Uint8Array): string[] {
  return [ties.slice(0, 33), ties.slice(33, 66), ties.slice(66)].map(hex);
}

function directionOf(
  run: SigningRun,
  replays: ReadonlyMap<PartyIndex, Replay>,
  hashes: Recording,
  a: PartyIndex,
  b: PartyIndex,
): Tree {
  const multiplied = rv2Of(run, a, b);
  const rv2 = multiplied.slice(0, RV2_BYTES);
  const bob = entryOf(entryOf(replays, b).second.own.bob, a);
  const tree = directionTree({
    bob,
    alice: entryOf(entryOf(run.input.pairs, a), b).asSender,
    rv2,
    c: entryOf(entryOf(replays, a).second.c, b),
    d: multiplyFinish({ arith, sha256 }, bob, rv2, a),
    hashes,
  });
  return { ...tree, 'Gu,Gv,psi (a to b)': [tieHex(multiplied.slice(RV2_BYTES))] };
}

/** What one party broadcast in R3, and the shares u, v it came from. */
function partialOf(run: SigningRun, finished: FinishedItem, replay: Replay, i: PartyIndex) {
  const { scalar } = arith;
  const { rho, rx, h, delta } = finished;
  const message = run.outcome.sent.find(({ round, from }) => round === 3 && from === i);
  const [partial] = decodePartials(arith, message?.open ?? new Uint8Array(), 1, i);
  if (partial === undefined) throw new Error('no R3');
  // u' = u + rho phi and w = (h + rx delta) phi + rx v, solved for u and v.
  const phi = at(replay.second.own.phi, 0);
  const tweak = scalar.add(h, scalar.mul(rx, delta));
  const u = scalar.sub(partial.u, scalar.mul(rho, phi));
  const v = scalar.mul(scalar.sub(partial.w, scalar.mul(tweak, phi)), scalar.inversePublic(rx));
  return { i, u, v, u_: partial.u, w: partial.w };
}

function itemTree(
  run: SigningRun,
  finished: FinishedItem,
  partials: readonly ReturnType<typeof partialOf>[],
): Tree {
  const { delta, childKey, rho, Rf } = finished;
  const [signature] = entryOf(run.outcome.results, at(run.input.parties, 0));
  if (signature === undefined) throw new Error('no signature');
  const { point } = arith;
  return {
    path: [...run.input.path],
    digest: hex(at(run.items, 0).digest),
    delta: scalarHex(delta),
    "PK'": hex(point.encode(childKey)),
    rho: scalarHex(rho),
    "R'": hex(point.encode(Rf)),
    "u'": Object.fromEntries(partials.map(({ i, u_ }) => [i, scalarHex(u_)])),
    w: Object.fromEntries(partials.map(({ i, w }) => [i, scalarHex(w)])),
    r: hex(signature.r),
    s: hex(signature.s),
    recid: signature.recid,
  };
}

const INPUTS =
  "request=KAT(S+'/request',32), attempt 1; r_{i,m}=KS(S+'/r/i/m'); phi_{i,m}=KS(S+'/phi/i/m'); salt_i=KAT(S+'/salt/i',32); direction a>b: beta=KAT(S+'/a/b/beta',52B), mask=KAT(S+'/a/b/mask',32), ahat_m=KS(S+'/a/b/ah/m')";

export function signSection(run: SigningRun): Readonly<Record<string, Tree>> {
  const { session, outcome, input, items } = run;
  const { parties } = input;
  const hashes = recordHashes();
  const replays = new Map(parties.map((i) => [i, replay(run, i, hashes)]));
  const [inbox1 = noInbox, inbox2 = noInbox] = entryOf(run.inboxes, at(parties, 0));
  const [R_m] = entryOf(replays, at(parties, 0)).R;
  if (R_m === undefined) throw new Error('no nonce point');
  const key = entryOf(input.shares, at(parties, 0));
  const finished = finishItem({ arith, sha256 }, session.sid, key, at(items, 0), 0, R_m);
  const partials = parties.map((i) => partialOf(run, finished, entryOf(replays, i), i));
  const directions = parties
    .flatMap((a) => parties.map((b) => [a, b] as const))
    .filter(([a, b]) => a !== b);
  return {
    session: session.tree,
    inputs: INPUTS,
    'R1 com': bySender(outcome.sent, 1, ({ open }) => hex(open)),
    echo_1: hex(inbox1.echo),
    'R2 broadcast': bySender(outcome.sent, 2, ({ open }) => hex(open)),
    echo_2: hex(inbox2.echo),
    sk_i: Object.fromEntries([...replays].map(([i, { second }]) => [i, scalarHex(second.sk_i)])),
    'directions a>b (a sender, b receiver)': Object.fromEntries(
      directions.map(([a, b]) => [`${a}>${b}`, directionOf(run, replays, hashes, a, b)]),
    ),
    R: [hex(arith.point.encode(R_m))],
    u: Object.fromEntries(partials.map(({ i, u }) => [i, [scalarHex(u)]])),
    v: Object.fromEntries(partials.map(({ i, v }) => [i, [scalarHex(v)]])),
    items: [itemTree(run, finished, partials)],
  };
}

/** The synthetic pair states of `sign_3of5` (field `pair inputs`). */
function syntheticPair(self: PartyIndex, peer: PartyIndex): PairState {
  const [lo, hi] = self < peer ? [self, peer] : [peer, self];
  const setupSid = kat(`s35/ss/${lo}/${hi}`, 32);
  const sending = syntheticDirection(`s35/${self}/${peer}/`);
  const receiving = syntheticDirection(`s35/${peer}/${self}/`);
  return {
    self,
    peer,
    generation: 1,
    digest: kat(`s35/pd/${lo}/${hi}`, 32),
    zeroSeed: kat(`s35/seed/${lo}/${hi}`, 32),
    asSender: {
      otid: pairSid(sha256, setupSid, 'rvole', self, peer),
      delta: sending.delta,
      leaves: sending.aliceLeaves,
    },
    asReceiver: {
      otid: pairSid(sha256, setupSid, 'rvole', peer, self),
      leaves: receiving.bobLeaves,
    },
  };
}

export function syntheticPairs(parties: readonly PartyIndex[]): Pairs {
  return new Map(
    parties.map((self) => {
      const peers = parties.filter((peer) => peer !== self);
      return [self, new Map(peers.map((peer) => [peer, syntheticPair(self, peer)]))];
    }),
  );
}

export const SYNTHETIC_INPUTS =
  "synthetic, for i<j: setup_sid=KAT('s35/ss/i/j',32), generation 1, pair digest KAT('s35/pd/i/j',32), zero seed KAT('s35/seed/i/j',32); direction a>b: leaf[i][x]=bytes [16(16i+x),+16) of KAT('s35/a/b/leaf',8192), Delta_i=KAT('s35/a/b/delta',32)[i]&15";
