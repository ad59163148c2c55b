/** The format of envelopes against the vectors of the specification, and its parts. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { concat, fromHex, toHex } from '../../wire/bytes.ts';
import { createIdentitySigner } from '../../wire/ed25519.ts';
import {
  decodeEnd,
  digestOf,
  directionKey,
  encodeEnd,
  encodeHeader,
  endClassNumber,
  endClassOf,
  envelopeOf,
  openPart,
  sealNonce,
  sealPart,
  signatureHash,
  signEnvelope,
  type EndClass,
} from '../../wire/envelope.ts';
import { createEphemeral } from '../../wire/x25519.ts';
import { kat } from '../kat/labels.ts';
import { like } from '../support/like.ts';

type Vectors = {
  readonly envelope: Readonly<Record<string, string>> & { session: { sid: string } };
};
const path = new URL('../../docs/spec/kat.json', import.meta.url);
const { envelope: vector } = JSON.parse(readFileSync(path, 'utf8')) as Vectors;

const sid = fromHex(vector.session.sid, 32) ?? new Uint8Array();
const slot = { sid, round: 3, from: 1, to: 3, seq: 0 };

await t.test('is byte for byte the vector of the specification', async (t) => {
  const ephemeral = (index: number) => createEphemeral(kat(`env/eph/${index}`, 32));
  const shared = ephemeral(1).agree(ephemeral(3).publicKey);
  const header = encodeHeader('keygen', slot);
  t.equal(toHex(header), vector['header']);
  const key = directionKey(shared, sid, 1, 3);
  t.equal(toHex(key), vector['p2p key 1->3']);
  t.equal(toHex(directionKey(shared, sid, 3, 1)), vector['p2p key 3->1']);
  t.equal(toHex(sealNonce(3, 0)), vector['nonce']);
  const sealed = sealPart(key, slot, header, kat('env/payload', 64));
  t.equal(toHex(sealed), vector['sealed']);
  t.same(openPart(key, slot, header, sealed), kat('env/payload', 64));

  const identity = createIdentitySigner(kat('id/1', 32));
  const parts = { public: new Uint8Array(), sealed };
  const envelope = signEnvelope(identity, 'keygen', slot, parts);
  t.equal(toHex(signatureHash(header, digestOf(envelope))), vector['sighash']);
  t.equal(toHex(envelope.signature), vector['ed25519 signature of signer 1']);
});

await t.test('a header names one slot only', async () => {
  const part = fc.record({
    round: fc.integer({ min: 0, max: 255 }),
    from: fc.integer({ min: 1, max: 255 }),
    to: fc.integer({ min: 0, max: 255 }),
    seq: fc.integer({ min: 0, max: 0xffff_ffff }),
    kind: fc.constantFrom('pair', 'keygen', 'sign'),
  });
  fc.assert(
    fc.property(part, part, (a, b) => {
      const isSame = JSON.stringify(a) === JSON.stringify(b);
      const [left, right] = [a, b].map(({ kind, ...rest }) =>
        toHex(encodeHeader(kind as 'sign', { sid, ...rest })),
      );
      assert.equal(left === right, isSame);
    }),
  );
});

await t.test('a sealed part opens under its key, slot and header only', async (t) => {
  const key = new Uint8Array(32).fill(1);
  const header = encodeHeader('sign', slot);
  const sealed = sealPart(key, slot, header, new Uint8Array([1, 2, 3]));
  t.equal(openPart(new Uint8Array(32).fill(2), slot, header, sealed), undefined);
  t.equal(openPart(key, { ...slot, round: 4 }, header, sealed), undefined);
  t.equal(openPart(key, slot, encodeHeader('pair', slot), sealed), undefined);
  t.equal(openPart(key, slot, header, sealed.subarray(1)), undefined);
  t.equal(openPart(key, slot, header, sealed.subarray(0, 15)), undefined);
  t.equal(openPart(key, slot, header, concat(sealed, new Uint8Array(1))), undefined);
});

await t.test('aborts have one encoding', async (t) => {
  const classes: EndClass[] = ['refuse', 'drop', 'blame', 'burn', 'retry', 'fatal'];
  t.same(classes.map(endClassNumber), [0, 1, 2, 3, 4, 5]);
  for (const endClass of classes) {
    t.equal(endClassOf(endClassNumber(endClass)), endClass);
    const end = { endClass, round: 3, largestGeneration: 0xffff_fffe };
    t.same(decodeEnd(encodeEnd(end)), end);
  }
  t.equal(endClassOf(6), undefined);
  t.equal(decodeEnd(new Uint8Array([6, 0, 0, 0, 0, 0])), undefined);
  t.equal(decodeEnd(new Uint8Array(5)), undefined);
  t.equal(decodeEnd(new Uint8Array(7)), undefined);
});

await t.test('every field of an envelope is bounded', async (t) => {
  const good = {
    ...slot,
    sid: Buffer.alloc(32),
    public: Buffer.alloc(3),
    sealed: Buffer.alloc(0),
    signature: Buffer.alloc(64),
  };
  t.same(Object.keys(envelopeOf(good, 'envelope')).length, 8);
  const bad = [
    [{ sid: Buffer.alloc(31) }, 'sid'],
    [{ round: 256 }, 'round'],
    [{ from: 0 }, 'from'],
    [{ from: 256 }, 'from'],
    [{ to: 256 }, 'to'],
    [{ public: Buffer.alloc(4 * 1024 * 1024) }, 'public'],
    [{ sealed: Buffer.alloc(4 * 1024 * 1024) }, 'sealed'],
    [{ signature: Buffer.alloc(63) }, 'signature'],
    [{ signature: Buffer.alloc(65) }, 'signature'],
  ] as const;
  for (const [change, field] of bad)
    t.throws(
      () => envelopeOf({ ...good, ...change }, 'envelope'),
      like({ field: `envelope.${field}` }),
    );
});
