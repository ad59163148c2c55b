import t from 'tap';
import { InvariantViolation } from '../../../core/errors.ts';
import { hedgedDraw, type HedgeOptions } from '../../../core/run/hedged-draw.ts';
import { SessionRun } from '../../../core/run/session-run.ts';
import { signing } from '../../../core/sign/index.ts';
import { entryOf } from '../../../core/list.ts';
import { arith, hexOf } from '../../support/arith.ts';
import { dealKey, dealPairs, dealRoster } from '../../support/dealer.ts';
import { randomOf, sha256 } from '../../support/rng.ts';

/** A generator that broke and always gives the same bytes. */
const constant = (length: number): Uint8Array => new Uint8Array(length).fill(0x42);
const options: HedgeOptions = {
  hedge: new Uint8Array(32).fill(1),
  boot: new Uint8Array(32).fill(2),
  ctx: new Uint8Array(32).fill(3),
};
const bind = new Uint8Array(32).fill(4);

function drawWith(changed: Partial<HedgeOptions> = {}, counter = 0n) {
  const modules = { random: constant, nextCounter: () => counter };
  return hedgedDraw({ ...options, ...changed }, modules);
}

t.test('with a constant generator every input of a draw still separates it', (t) => {
  const other = new Uint8Array(32).fill(9);
  const draws = [
    drawWith()('r/1/0', 48, bind),
    drawWith()('r/1/1', 48, bind),
    drawWith()('r/1/0', 48, other),
    drawWith({}, 1n)('r/1/0', 48, bind),
    drawWith({ hedge: other })('r/1/0', 48, bind),
    drawWith({ boot: other })('r/1/0', 48, bind),
    drawWith({ ctx: other })('r/1/0', 48, bind),
  ];
  t.equal(new Set(draws.map(hexOf)).size, draws.length);
  t.same(drawWith()('r/1/0', 48, bind), draws[0], 'and nothing else does');
  t.end();
});

t.test('fresh bytes separate draws, and are wiped', (t) => {
  const given: Uint8Array[] = [];
  let counter = 0n;
  const random = randomOf(t);
  const draw = hedgedDraw(options, {
    random: (length) => {
      const bytes = random.bytes(length);
      given.push(bytes);
      return bytes;
    },
    nextCounter: () => counter++,
  });
  t.not(hexOf(draw('a', 32, bind)), hexOf(draw('a', 32, bind)));
  t.equal(counter, 2n);
  t.equal(draw('long', (6688 * 8) / 8, bind).length, 6688);
  t.ok(given.every((bytes) => bytes.length === 64 && bytes.every((byte) => byte === 0)));
  t.end();
});

t.test('a generator that gives too little stops the session', (t) => {
  const draw = hedgedDraw(options, { random: () => new Uint8Array(63), nextCounter: () => 0n });
  t.throws(() => draw('a', 32, bind), InvariantViolation);
  t.end();
});

t.test(
  'P-32: a clone with a constant generator that meets another nonce draws other values',
  (t) => {
    const random = randomOf(t);
    const { roster } = dealRoster(random, [1, 2]);
    const key = dealKey(random, { t: 2, roster });
    const pairs = dealPairs(random, [1, 2]);
    const items = [{ digest: random.bytes(32), path: [] }];
    // Only the peer's nonce differs, so all joins but one, and the session id.
    const clones = [5, 6].map((nonce) => {
      const joins = [Uint8Array.of(1), Uint8Array.of(nonce)];
      const sid = sha256(...joins);
      const labels = new Map<string, string>();
      const hedged = drawWith();
      const draw: typeof hedged = (label, length, bind) => {
        const drawn = hedged(label, length, bind);
        labels.set(label, hexOf(drawn));
        return drawn;
      };
      const setup = { sid, self: 1, parties: [1, 2], key: entryOf(key.shares, 1), items };
      const protocol = signing({ ...setup, pairs: entryOf(pairs, 1) });
      const run = new SessionRun({ ...setup, joins, protocol }, { arith, sha256, draw });
      run.start();
      return labels;
    });
    const [first, second] = clones;
    t.same([...(first?.keys() ?? [])].sort(), [
      '2/1/beta',
      '2/1/mask',
      'phi/1/0',
      'r/1/0',
      'salt/1',
    ]);
    for (const [label, value] of first ?? []) t.not(second?.get(label), value, label);
    t.end();
  },
);
