/**
 * A repeating generator (P-32): constant operating system randomness, the counter and the boot id
 * reset, the same context. Only a peer's nonce differs, and every draw has to differ with it.
 */
import t, { type Test } from 'tap';
import {
  encodeJoin,
  hedgedDraw,
  keyGeneration,
  pairSetup,
  SessionRun,
  sessionId,
  signing,
  toHex,
  type Draw,
  type PartyIndex,
  type Protocol,
} from '../../../core/index.ts';
import { concat } from '../../../core/codec/bytes.ts';
import { randomOf, sha256, type SeededRandom } from '../../support/rng.ts';
import { arith, dkgWorld, signSetup, signWorld } from '../../support/session.ts';
import { runAll } from '../../support/runs.ts';

/** A generator that repeats itself from the start, as a cloned machine's would. */
function repeatingDraw(ctx: Uint8Array, record: Map<string, string>): Draw {
  let counter = 0n;
  const draw = hedgedDraw(
    { hedge: new Uint8Array(32).fill(1), boot: new Uint8Array(32).fill(2), ctx },
    { random: (length) => new Uint8Array(length).fill(3), nextCounter: () => counter++ },
  );
  return (label, length, bind) => {
    const drawn = draw(label, length, bind);
    record.set(label, toHex(drawn));
    return drawn;
  };
}

const PARTIES: readonly PartyIndex[] = [1, 3];

/** Runs one protocol with a repeating generator at signer 1, and returns the draws made there. */
function drawsOf<R, H>(
  ctx: Uint8Array,
  peerNonce: Uint8Array,
  protocol: (self: PartyIndex, sid: Uint8Array) => Protocol<R, H>,
  honest: SeededRandom,
): Map<string, string> {
  const joins = PARTIES.map((from) =>
    encodeJoin({
      ctx,
      from,
      nonce: from === 1 ? new Uint8Array(32).fill(4) : peerNonce,
      eph: new Uint8Array(32).fill(5),
      boot: new Uint8Array(32).fill(6),
      tick: 1n,
      pairs: [],
    }),
  );
  const sid = sessionId(sha256, ctx, joins);
  const draws = new Map<string, string>();
  const outcome = runAll({
    sid,
    parties: PARTIES,
    joins,
    protocol: (self) => protocol(self, sid),
    arith: () => arith,
    draw: (self) => (self === 1 ? repeatingDraw(ctx, draws) : honest.draw),
  });
  if (outcome.results.size !== 2) throw new Error('the session did not end');
  return draws;
}

function assertAllDiffer(t: Test, make: (peerNonce: Uint8Array) => Map<string, string>): void {
  const first = make(new Uint8Array(32).fill(7));
  const second = make(new Uint8Array(32).fill(8));
  t.same([...first.keys()], [...second.keys()]);
  t.ok(first.size > 0);
  const repeated = [...first].filter(([label, value]) => second.get(label) === value);
  t.same(repeated, []);
  t.equal(new Set([...first.values(), ...second.values()]).size, 2 * first.size, 'no value twice');
}

void t.test('signing: r, phi, beta, mask, ah and salts all differ', async (t) => {
  const random = randomOf(t);
  const world = signWorld({ seed: random.seed, B: 2 });
  const ctx = random.bytes(32);
  const signingOf = (self: PartyIndex, sid: Uint8Array) =>
    signing({ ...signSetup(world, self), sid });
  assertAllDiffer(t, (nonce) => drawsOf(ctx, nonce, signingOf, random));
});

void t.test(
  'key generation: coefficients, chain codes, salts and proof nonces all differ',
  async (t) => {
    const random = randomOf(t);
    const world = dkgWorld({ seed: random.seed, n: 3, t: 2 });
    const committee = world.committee.filter(({ index }) => PARTIES.includes(index));
    const ctx = random.bytes(32);
    const generating = (self: PartyIndex, sid: Uint8Array) =>
      keyGeneration({ ...world, sid, self, committee });
    assertAllDiffer(t, (nonce) => drawsOf(ctx, nonce, generating, random));
  },
);

void t.test('pair set-up: choice bits, scalars and seeds all differ in P1', async (t) => {
  const random = randomOf(t);
  const ctx = random.bytes(32);
  assertAllDiffer(t, (nonce) => {
    const sid = sha256(concat(ctx, nonce));
    const draws = new Map<string, string>();
    const protocol = pairSetup({ setupSid: sid, self: 1, peer: 3, generation: 1 });
    const options = { sid, self: 1, parties: PARTIES, joins: [ctx, nonce], protocol };
    new SessionRun(options, { arith, sha256, draw: repeatingDraw(ctx, draws) }).start();
    return draws;
  });
});
