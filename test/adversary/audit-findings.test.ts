/**
 * Findings of a public audit of another DKLs23 implementation, by its numbers, as acceptance tests
 * of core. Findings 6 (directional keys) and 14 (what is not authentic aborts nothing) belong to
 * the envelope, 4 and 13 to the documents.
 */
import assert from 'node:assert/strict';
import t from 'tap';
import type { Scalar } from '../../core/arith.ts';
import {
  checkSignerSet,
  encodeJoin,
  formSession,
  keyGeneration,
  ProtocolAbort,
  sessionContext,
  sessionId,
  SUITE,
  type Join,
  type KeyRef,
} from '../../core/index.ts';
import { H2C_TAGS, HS_TAGS, KDF_TAGS, TAG_PREFIX, TH_TAGS } from '../../core/tags.ts';
import { directionSid } from '../../core/vole/rvole.ts';
import { dealRoster } from '../support/dealer.ts';
import { seededRandom, sha256 } from '../support/rng.ts';
import {
  arith,
  dkgWorld,
  flipByte,
  labelledDraw,
  runKeyGeneration,
  runSigning,
  sendingOtherwise,
  signWorld,
  tamper,
  wide,
  withPart,
} from '../support/session.ts';

const { scalar } = arith;
const random = seededRandom('audit-findings');
const { roster } = dealRoster(random, [1, 2, 3]);
const key: KeyRef = {
  keyId: random.bytes(32),
  epoch: 0,
  keygenSid: random.bytes(32),
  conf: random.bytes(32),
};
const request = {
  kind: 'sign',
  key,
  request32: random.bytes(32),
  attempt: 0,
  items: [{ digest: random.bytes(32), path: [] }],
} as const;
const parties = [1, 3];
const ctx = sessionContext(sha256, { roster, parties, ...request });
const joinOf = (from: number, of = ctx): Join => ({
  ctx: of,
  from,
  nonce: random.bytes(32),
  eph: random.bytes(32),
  boot: random.bytes(32),
  tick: 1n,
  pairs: [],
});

void t.test(
  '1/2: polynomials and proofs of another length than t are refused, not cut',
  async (t) => {
    const world = dkgWorld({ seed: 'audit/1', t: 2 });
    for (const count of [0, 1, 3, 200]) {
      const other = sendingOtherwise(keyGeneration({ ...world, self: 1 }), (message, round) =>
        round === 2 ? { ...message, open: random.bytes(64 + 98 * count) } : message,
      );
      const { results, aborts } = runKeyGeneration(world, { protocol: { 1: other } });
      t.notOk(results.has(2) || results.has(3));
      t.match(aborts.get(2), { check: 'C-28', abortClass: 'blame', culprits: [1] });
    }
  },
);

void t.test(
  '3: a share that is zero is a share; an empty message is a blame, not a crash',
  async (t) => {
    // f_1(X) = a (X - 2): the share for member 2 is zero, and so is the point it is checked against.
    const world = dkgWorld({ seed: 'audit/3' });
    const draw = labelledDraw('audit/3/1');
    const a: Scalar = scalar.reduceWide(draw('a/1/1', 48, new Uint8Array()));
    const root = scalar.neg(scalar.mul(a, scalar.fromUint(2)));
    const outcome = runKeyGeneration(world, {
      scripted: { 1: { 'a/1/0': wide(scalar.encode(root)) } },
    });
    const zero = outcome.sent.find((m) => m.from === 1 && m.round === 3 && m.to === 2);
    t.same(zero?.sealed.slice(32), new Uint8Array(32));
    t.equal(outcome.results.size, 3);

    const empty = tamper({ from: 1, round: 2 }, (m) => ({ ...m, open: new Uint8Array() }));
    t.match(runKeyGeneration(world, { relay: empty }).aborts.get(2), { abortClass: 'blame' });
  },
);

void t.test('5: the two directions of a pair have session ids of their own', async (t) => {
  const [sid, otid] = [random.bytes(32), random.bytes(32)];
  t.notSame(directionSid(sha256, sid, otid, 1, 3), directionSid(sha256, sid, otid, 3, 1));
});

void t.test('7: members agree on one chain code, to which each of them contributed', async (t) => {
  const world = dkgWorld({ seed: 'audit/7' });
  const honest = runKeyGeneration(world);
  const codes = [...honest.results.values()].map(({ share }) => share.chainCode);
  t.same(codes[1], codes[0]);
  t.same(codes[2], codes[0]);
  const other = runKeyGeneration(world, { scripted: { 2: { 'cc/2': random.bytes(32) } } });
  t.equal(other.results.size, 3);
  t.notSame(other.results.get(1)?.share.chainCode, codes[0]);
});

void t.test(
  '8: another session description is noticed in the joins, and nobody is banned',
  async (t) => {
    const otherCtx = sessionContext(sha256, { roster, parties, ...request, attempt: 1 });
    const own = encodeJoin(joinOf(1));
    const joins = new Map([
      [1, own],
      [3, encodeJoin(joinOf(3, otherCtx))],
    ]);
    const form = {
      self: 1,
      parties,
      ctx,
      ownJoin: own,
      withPairs: false,
      ownPairs: new Map(),
      joins,
    };
    t.throws(() => formSession(sha256, form), {
      name: 'ProtocolAbort',
      abortClass: 'retry',
      culprits: [],
    });
  },
);

void t.test(
  '9: the same request twice has two session ids, and messages do not carry over',
  async (t) => {
    const once = sessionId(
      sha256,
      ctx,
      [1, 3].map((i) => encodeJoin(joinOf(i))),
    );
    const again = sessionId(
      sha256,
      ctx,
      [1, 3].map((i) => encodeJoin(joinOf(i))),
    );
    t.notSame(once, again);
    const world = signWorld({ seed: 'audit/9' });
    const before = runSigning({ ...world, sid: once });
    for (const round of [1, 2, 3]) {
      const relay = tamper({ from: 1, round }, (m) => {
        const old = before.sent.find((x) => x.from === 1 && x.round === round && x.to === m.to);
        return old ?? m;
      });
      const outcome = runSigning({ ...world, sid: again }, { relay });
      t.ok(relay.hits > 0);
      t.notOk(outcome.results.has(3), `round ${round}`);
    }
  },
);

void t.test(
  '10: the session id binds the key generation, the epoch and the certificate',
  async (t) => {
    const others: KeyRef[] = [
      { ...key, keygenSid: random.bytes(32) },
      { ...key, keyId: random.bytes(32) },
      { ...key, conf: random.bytes(32) },
      { ...key, epoch: 1 },
    ];
    for (const other of others) {
      t.notSame(sessionContext(sha256, { roster, parties, ...request, key: other }), ctx);
    }
  },
);

void t.test('11: every label carries the version, once, and no two uses share one', async (t) => {
  t.match(TAG_PREFIX, /\/v1\/$/);
  t.match(SUITE, /\/v1$/);
  const tags = [...TH_TAGS, ...HS_TAGS, ...KDF_TAGS, ...H2C_TAGS].map((tag) => TAG_PREFIX + tag);
  t.equal(new Set(tags).size, tags.length);
});

void t.test('12: a failed OT check leaves core as a typed burn that names the peer', async (t) => {
  const relay = tamper({ from: 1, round: 1, to: 3 }, (m) =>
    withPart(m, 'sealed', (bytes) => flipByte(bytes, -1)),
  );
  const abort = runSigning(signWorld({ seed: 'audit/12' }), { relay }).aborts.get(3);
  t.ok(abort instanceof ProtocolAbort);
  t.match(abort, { abortClass: 'burn', culprits: [1], code: 'OT_CHECK_FAILED', check: 'C-37' });
  // Tau, mu and Gamma failures differ in code here, and in nothing that leaves (spec §13.1).
  assert.ok(!/[0-9a-f]{16}/.test(abort?.message ?? ''));
});

void t.test(
  '15: fewer than t signers, or strangers, are refused before anything is drawn',
  async (t) => {
    for (const set of [[1], [1, 4], [], [1, 2, 3, 4]]) {
      t.throws(
        () => {
          checkSignerSet(set, [1, 2, 3], 1, 2);
        },
        { name: 'ProtocolAbort', check: 'C-09', abortClass: 'retry' },
      );
    }
  },
);
