/**
 * Every field of every message of signing and key generation, replaced by values that a deviating
 * sender would choose: refused by a check that may refuse it, blaming nobody else, or harmless.
 */
import assert from 'node:assert/strict';
import t from 'tap';
import type { CheckId, DkgHold, PartyIndex, RunMessage, Signature } from '../../../core/index.ts';
import { concat } from '../../../core/codec/bytes.ts';
import { assertRefusedOrHarmless, tallyOf, type Fate } from '../../support/flips.ts';
import type { Recording } from '../../support/recorded.ts';
import { randomOf, sha256, type SeededRandom } from '../../support/rng.ts';
import {
  arith,
  dkgWorld,
  extend,
  flipByte,
  recordKeyGeneration,
  recordSigning,
  replaceAt,
  signWorld,
  tamper,
  truncate,
  type Part,
} from '../../support/session.ts';

const { scalar, point } = arith;
type Kind = 'bytes' | 'scalar' | 'point';
type Field = {
  readonly name: string;
  readonly round: number;
  readonly direct?: true;
  readonly part: Part;
  readonly offset: number;
  readonly kind: Kind;
  readonly length?: number;
  readonly allowed: readonly CheckId[];
};

const WIDTH: Readonly<Record<Kind, number>> = { bytes: 32, scalar: 32, point: 33 };
const widthOf = ({ kind, length = WIDTH[kind] }: Field): number => length;

const open = { part: 'open' } as const;
const sealed = { part: 'sealed', direct: true } as const;
const bytes = { kind: 'bytes' } as const;
const echo = { name: 'echo', offset: 0, kind: 'bytes', allowed: ['C-15'] } as const;
const ot1 = { round: 1, ...sealed, ...bytes, allowed: ['C-37'] } as const;
const reveal = { round: 2, ...open } as const;
const rv2 = { round: 2, ...sealed } as const;

/** Signing, one item (spec §8.1). */
const SIGN: readonly Field[] = [
  { name: 'com', round: 1, ...open, offset: 0, ...bytes, allowed: ['C-15'] },
  { name: 'U_0', ...ot1, offset: 0, length: 84 },
  { name: 'U_31', ...ot1, offset: 84 * 31, length: 84 },
  { name: 'xhat', ...ot1, offset: 2688 },
  { name: 'tau', ...ot1, offset: 2720 },
  { ...echo, ...reveal },
  { name: 'R', ...reveal, offset: 32, kind: 'point', allowed: ['C-17', 'C-40'] },
  { name: 'salt', ...reveal, offset: 65, ...bytes, allowed: ['C-40'] },
  { name: 'pk', ...reveal, offset: 97, kind: 'point', allowed: ['C-17', 'C-42'] },
  { ...echo, ...rv2 },
  { name: 'At_0', ...rv2, offset: 32, kind: 'scalar', allowed: ['C-38', 'C-39'] },
  { name: 'At_last', ...rv2, offset: 39_936, kind: 'scalar', allowed: ['C-38', 'C-39'] },
  { name: 'eta', ...rv2, offset: 39_968, kind: 'scalar', allowed: ['C-38', 'C-39'] },
  { name: 'mu', ...rv2, offset: 40_000, ...bytes, allowed: ['C-39'] },
  { name: 'Gu', ...rv2, offset: 40_032, kind: 'point', allowed: ['C-17', 'C-41'] },
  { name: 'Gv', ...rv2, offset: 40_065, kind: 'point', allowed: ['C-17', 'C-42'] },
  { name: 'psi', ...rv2, offset: 40_098, kind: 'scalar', allowed: ['C-18', 'C-45', 'C-46'] },
  { name: "u'", round: 3, ...open, offset: 0, kind: 'scalar', allowed: ['C-18', 'C-45', 'C-46'] },
  { name: 'w', round: 3, ...open, offset: 32, kind: 'scalar', allowed: ['C-18', 'C-45', 'C-46'] },
];

const opening = { round: 2, ...open } as const;
/** Key generation, t = 2 (spec §7). */
const DKG: readonly Field[] = [
  { name: 'com', round: 1, ...open, offset: 0, ...bytes, allowed: ['C-15'] },
  { ...echo, ...opening },
  { name: 'F_0', ...opening, offset: 32, kind: 'point', allowed: ['C-27'] },
  { name: 'F_1', ...opening, offset: 65, kind: 'point', allowed: ['C-27'] },
  { name: 'cc', ...opening, offset: 98, ...bytes, allowed: ['C-27'] },
  { name: 'salt', ...opening, offset: 130, ...bytes, allowed: ['C-27'] },
  { name: 'A_0', ...opening, offset: 162, kind: 'point', allowed: ['C-29'] },
  { name: 'z_0', ...opening, offset: 195, kind: 'scalar', allowed: ['C-29'] },
  { name: 'A_1', ...opening, offset: 227, kind: 'point', allowed: ['C-29'] },
  { name: 'z_1', ...opening, offset: 260, kind: 'scalar', allowed: ['C-29'] },
  { ...echo, round: 3, ...sealed },
  { name: 'f(j)', round: 3, ...sealed, offset: 32, kind: 'scalar', allowed: ['C-18', 'C-31'] },
  { name: 'conf', round: 4, ...open, offset: 0, ...bytes, allowed: ['C-33'] },
  { name: 'pop A', round: 4, ...open, offset: 32, kind: 'point', allowed: ['C-34'] },
  { name: 'pop z', round: 4, ...open, offset: 65, kind: 'scalar', allowed: ['C-34'] },
];

const Q = Uint8Array.from(
  Buffer.from('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141', 'hex'),
);
const P = Uint8Array.from(
  Buffer.from('fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f', 'hex'),
);
const uint = (n: number): Uint8Array => scalar.encode(scalar.fromUint(n));

/** What a sender may put in the place of a field. */
function replacements(random: SeededRandom, kind: Kind, own: Uint8Array): Uint8Array[] {
  const k = scalar.reduceWide(random.bytes(48));
  const any = [
    new Uint8Array(own.length),
    new Uint8Array(own.length).fill(0xff),
    random.bytes(own.length),
    flipByte(own, 0),
    flipByte(own, -1),
  ];
  if (kind === 'bytes') return any;
  if (kind === 'scalar') {
    const negated = scalar.encode(scalar.neg(scalar.decode(own).value));
    const minusOne = scalar.encode(scalar.neg(scalar.fromUint(1)));
    return [...any, uint(1), minusOne, Q, P, scalar.encode(k), negated];
  }
  const G = point.encode(point.mulBase(scalar.fromUint(1)));
  const xOf = (prefix: number, x: Uint8Array): Uint8Array => concat(Uint8Array.of(prefix), x);
  const valid = [G, point.encode(point.mulBase(k))];
  return [...any, ...valid, xOf(2, P), xOf(4, G.slice(1)), xOf(0, G.slice(1)), xOf(2, uint(5))];
}

type Matrix<R, H> = {
  readonly recording: Recording<R, H>;
  /** Another honest session of the same parties. */
  readonly older: Recording<R, H>;
  readonly fields: readonly Field[];
  readonly from: PartyIndex;
  readonly self: PartyIndex;
  readonly resultOf: (result: R) => readonly Uint8Array[];
};

/** The ties of R2 stand with their hash in the open: a sender changes both. */
function consistent(message: RunMessage): RunMessage {
  return message.open.length === 32 && message.sealed.length > 98
    ? { ...message, open: sha256(message.sealed.slice(-98)) }
    : message;
}

function runMatrix<R, H>(random: SeededRandom, matrix: Matrix<R, H>): Map<Fate, number> {
  const { recording, older, fields, from, self, resultOf } = matrix;
  const expected = recording.results.get(self);
  assert.ok(expected !== undefined);
  const seen = new Map<Fate, number>();
  for (const field of fields) {
    const { name, round, part, offset, kind, allowed } = field;
    const isIt = (m: RunMessage): boolean =>
      m.round === round && m.to === (field.direct === undefined ? 0 : self);
    const cut = (m: RunMessage | undefined): Uint8Array[] =>
      m === undefined ? [] : [m[part].slice(offset, offset + widthOf(field))];
    const [own] = cut(recording.sent.find((m) => m.from === from && isIt(m)));
    assert.ok(own);
    const borrowed = [
      ...cut(recording.sent.find((m) => m.from !== from && m.from !== self && isIt(m))),
      ...cut(older.sent.find((m) => m.from === from && isIt(m))),
    ];
    [...replacements(random, kind, own), ...borrowed].forEach((value, k) => {
      const where = `${name}, replacement ${k}, ${from} to ${self}, seed ${random.seed}`;
      const to = field.direct === undefined ? 0 : self;
      const relay = tamper({ from, round, to }, (m) =>
        consistent({ ...m, [part]: replaceAt(m[part], offset, value) }),
      );
      const replayed = recording.replay(self, relay);
      assert.equal(relay.hits, 1, where);
      const judged = { from, allowed, expected, resultOf, where };
      const fate = assertRefusedOrHarmless(replayed, judged);
      const changed = Buffer.compare(value, own) !== 0;
      assert.ok(!changed || fate !== 'harmless', `${where}: taken`);
      seen.set(fate, (seen.get(fate) ?? 0) + 1);
    });
  }
  return seen;
}

/** Whole messages: cut, extended, doubled, left out, swapped for another party's or session's. */
function runWholeMessages<R, H>(matrix: Matrix<R, H>): void {
  const { recording, older, from, self, resultOf } = matrix;
  const expected = recording.results.get(self);
  assert.ok(expected !== undefined);
  const towards = (m: RunMessage): boolean => m.from === from && (m.to === 0 || m.to === self);
  for (const message of recording.sent.filter(towards)) {
    const { round, to } = message;
    const part: Part = to === 0 ? 'open' : 'sealed';
    const replay = (change: (m: RunMessage) => RunMessage | readonly RunMessage[]) =>
      recording.replay(self, tamper({ from, round, to }, change));
    const same = (result: R | undefined): boolean =>
      result !== undefined &&
      Buffer.compare(concat(...resultOf(result)), concat(...resultOf(expected))) === 0;

    const twice = replay((m) => [m, m, { ...m, [part]: extend(m[part]) }]);
    assert.ok(same(twice.result), 'a repetition changes nothing');
    const omitted = replay(() => []);
    assert.deepEqual([omitted.result, omitted.abort], [undefined, undefined], 'it waits');
    for (const change of [truncate, extend, () => new Uint8Array()]) {
      const { result, abort } = replay((m) => ({ ...m, [part]: change(m[part]) }));
      assert.ok(result === undefined);
      // At the receiver alone, a changed R1 shows in the echoes as well: then nobody is blamed.
      assert.ok(abort?.abortClass === 'blame' || abort?.check === 'C-15', `${round} ${to}`);
    }
    const same_ = (m: RunMessage): boolean => m.round === round && m.to === to;
    const others = [
      recording.sent.find((m) => m.from !== from && m.from !== self && same_(m)),
      older.sent.find((m) => m.from === from && same_(m)),
    ];
    for (const other of others) {
      if (other === undefined) continue;
      const { result, abort } = replay((m) => ({ ...m, open: other.open, sealed: other.sealed }));
      assert.ok(result === undefined && abort !== undefined);
    }
  }
}

for (const [from, self] of [
  [1, 3],
  [3, 1],
] as const) {
  void t.test(`signing: every field from ${from} to ${self} in every wrong form`, async (t) => {
    const random = randomOf(t);
    const world = signWorld({ seed: random.seed, parties: [1, 2, 3] });
    const matrix = {
      recording: recordSigning(world),
      older: recordSigning({ ...world, sid: random.bytes(32), seed: `${random.seed}/older` }),
      fields: SIGN,
      from,
      self,
      resultOf: (signatures: readonly Signature[]) => signatures.flatMap(({ r, s }) => [r, s]),
    };
    t.comment(tallyOf(runMatrix(random, matrix)));
    runWholeMessages(matrix);
  });

  void t.test(
    `key generation: every field from ${from} to ${self} in every wrong form`,
    async (t) => {
      const random = randomOf(t);
      const world = dkgWorld({ seed: random.seed });
      const matrix = {
        recording: recordKeyGeneration(world),
        older: recordKeyGeneration({
          ...world,
          sid: random.bytes(32),
          seed: `${random.seed}/older`,
        }),
        fields: DKG,
        from,
        self,
        resultOf: ({ share }: DkgHold) => [share.conf, share.s_i],
      };
      t.comment(tallyOf(runMatrix(random, matrix)));
      runWholeMessages(matrix);
    },
  );
}
