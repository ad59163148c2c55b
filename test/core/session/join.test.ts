import fc from 'fast-check';
import t from 'tap';
import { InvalidInput } from '../../../core/errors.ts';
import {
  decodeJoin,
  encodeJoin,
  joinBytes,
  makeTick,
  sessionId,
  splitTick,
  type Join,
} from '../../../core/session/join.ts';
import { assertAborts } from '../../support/aborts.ts';
import { hexOf } from '../../support/arith.ts';
import { randomOf, sha256, type SeededRandom } from '../../support/rng.ts';

function joinOf(random: SeededRandom, from: number, peers: readonly number[]): Join {
  return {
    ctx: random.bytes(32),
    from,
    nonce: random.bytes(32),
    eph: random.bytes(32),
    boot: random.bytes(32),
    tick: makeTick(random.below(2 ** 32), random.below(2 ** 32)),
    pairs: peers.map((peer) => ({
      peer,
      generation: random.below(2 ** 32),
      digest: random.bytes(32),
    })),
  };
}

t.test('decoding undoes encoding, with any number of pair entries', (t) => {
  const random = randomOf(t);
  for (const peers of [[], [2], [2, 3, 255]]) {
    const join = joinOf(random, 1, peers);
    const encoded = encodeJoin(join);
    t.equal(encoded.length, joinBytes(peers.length));
    t.equal(joinBytes(peers.length), 139 + 38 * peers.length);
    t.same(decodeJoin(encoded, peers.length, 1), join);
  }
  t.end();
});

t.test('every join of the right length has one encoding', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 177, maxLength: 177 }), (bytes) => {
      bytes[138] = 1;
      return hexOf(encodeJoin(decodeJoin(bytes, 1, 4))) === hexOf(bytes);
    }),
  );
  t.end();
});

t.test('another length or count of entries blames the sender', (t) => {
  const encoded = encodeJoin(joinOf(randomOf(t), 1, [2]));
  const wrongCount = Uint8Array.from(encoded, (byte, k) => (k === 138 ? 2 : byte));
  const blame = { check: 'C-05', abortClass: 'blame', culprits: [1] } as const;
  for (const [bytes, np] of [
    [encoded.slice(1), 1],
    [encoded, 0],
    [encoded, 2],
    [wrongCount, 1],
    [new Uint8Array(), 0],
  ] as const) {
    assertAborts(() => decodeJoin(bytes, np, 1), blame);
  }
  t.end();
});

t.test('what was decoded does not change with the message', (t) => {
  const encoded = encodeJoin(joinOf(randomOf(t), 1, [2]));
  const join = decodeJoin(encoded, 1, 1);
  const nonce = hexOf(join.nonce);
  encoded.fill(0);
  t.equal(hexOf(join.nonce), nonce);
  t.end();
});

t.test('the session id covers the context and every join in order', (t) => {
  const random = randomOf(t);
  const ctx = random.bytes(32);
  const joins = [1, 2, 3].map((from) => encodeJoin(joinOf(random, from, [])));
  const ids = [
    sessionId(sha256, ctx, joins),
    sessionId(sha256, random.bytes(32), joins),
    sessionId(sha256, ctx, joins.toReversed()),
    sessionId(sha256, ctx, joins.slice(0, 2)),
    ...joins.map((join, k) =>
      sessionId(
        sha256,
        ctx,
        joins.with(
          k,
          join.map((byte) => byte ^ 1),
        ),
      ),
    ),
  ];
  t.equal(new Set(ids.map(hexOf)).size, ids.length);
  t.end();
});

t.test('a tick is start and counter, both 32 bits', (t) => {
  t.equal(makeTick(1, 2), 0x1_0000_0002n);
  t.same(splitTick(0xffff_ffff_0000_0005n), { start: 0xffff_ffff, n: 5 });
  t.throws(() => makeTick(1, 2 ** 32), InvalidInput);
  t.throws(() => makeTick(2 ** 32, 0), InvalidInput);
  t.throws(() => makeTick(-1, 0), InvalidInput);
  t.throws(() => makeTick(0, 0.5), InvalidInput);
  t.end();
});
