/**
 * A relay without keys does to envelopes whatever it likes. Safety: honest signers burn nothing,
 * blame nobody, and what they sign is what was asked for (spec §17, item 5; P-04, P-37).
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import t from 'tap';
import type { PartyIndex } from '../../../core/index.ts';
import type { Envelope } from '../../../wire/envelope.ts';
import { startSigners, type Signers } from '../../support/in-process-signers.ts';
import { until } from '../../support/until.ts';
import { createWallet, openSigning, resultOf } from '../../support/wallets.ts';

const SESSIONS = 40;
const PARTS = ['sid', 'public', 'sealed', 'signature'] as const;

/** What the relay makes of one envelope on its way to one recipient. */
function mischief(s: Signers, seen: readonly Envelope[], counts: Map<string, number>) {
  const { random } = s;
  const flip = (envelope: Envelope): Envelope => {
    const part = random.pick(PARTS);
    const bytes = envelope[part].slice();
    if (bytes.length === 0) return { ...envelope, round: (envelope.round + 1) % 256 };
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    return { ...envelope, [part]: bytes };
  };
  const party = (): PartyIndex => random.pick(s.indices);
  const deeds: Readonly<Record<string, (envelope: Envelope) => readonly Envelope[]>> = {
    drop: () => [],
    repeat: (envelope) => [envelope, envelope, envelope],
    flip: (envelope) => [flip(envelope)],
    'flip beside': (envelope) => [flip(envelope), envelope],
    'other sender': (envelope) => [{ ...envelope, from: party() }],
    'other recipient': (envelope) => [{ ...envelope, to: party() }],
    'other round': (envelope) => [{ ...envelope, round: random.below(5) }],
    'old message beside': (envelope) => [seen[random.below(seen.length)] ?? envelope, envelope],
    'old message instead': (envelope) => [seen[random.below(seen.length)] ?? envelope],
    'parts of another': (envelope) => [
      { ...envelope, sealed: seen[random.below(seen.length)]?.sealed ?? envelope.sealed },
    ],
    truncate: (envelope) => [{ ...envelope, public: envelope.public.slice(1) }],
  };
  return (envelope: Envelope): readonly Envelope[] => {
    const name = random.pick(Object.keys(deeds));
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return deeds[name]?.(envelope) ?? [envelope];
  };
}

t.test('no relay makes honest signers burn, blame or sign anything else', async (t) => {
  const s = await startSigners(t);
  const wallet = await createWallet(s);
  s.dealPairs();
  const counts = new Map<string, number>();
  const seen: Envelope[] = [];
  const act = mischief(s, seen, counts);
  s.bus.tamper({}, (envelope) => {
    seen.push(envelope);
    // One envelope in eight: most sessions get far before something happens to them.
    return s.random.below(8) === 0 ? act(envelope) : envelope;
  });

  const isSignature = (
    digest: Uint8Array | undefined,
    made: { readonly r: Uint8Array; readonly s: Uint8Array } | undefined,
  ): boolean => {
    if (digest === undefined || made === undefined) return false;
    const signature = Uint8Array.of(...made.r, ...made.s);
    return secp256k1.verify(signature, digest, wallet.facts.publicKey, { prehash: false });
  };
  const asked: { readonly requestId: string; readonly digest: Uint8Array }[] = [];
  let through = 0;
  for (let k = 0; k < SESSIONS; k += 1) {
    const parties = s.random.pick([
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
    const { session, items, request } = await openSigning(s, wallet, { parties, timeoutMs: 1000 });
    const isOver = (): boolean =>
      session.states().every((state) => state !== 'asked' && state !== 'joined');
    // Nothing more happens once all frames have crossed and nobody has anything to say.
    let idle = 0;
    let frames = -1;
    await until('still', () => {
      idle = frames === s.bus.received.length ? idle + 1 : 0;
      frames = s.bus.received.length;
      return isOver() || idle > 20;
    });
    s.time.advance(1000);
    await session.settled();
    for (const index of parties) {
      const end = session.aborts.get(index)?.endClass;
      if (end !== undefined && end !== 'retry') t.fail(`${index} ended in ${end}`);
    }
    if (session.states().every((state) => state === 'through')) {
      through += 1;
      const [made] = session.signatures(wallet.facts, items);
      if (!isSignature(items[0]?.digest, made)) t.fail('a signature over something else');
    }
    asked.push({ requestId: request.requestId, digest: items[0]?.digest ?? new Uint8Array() });
  }

  let stored = 0;
  for (const { requestId, digest } of asked) {
    for (const index of s.indices) {
      if (s.at(index).store.ledger.getByRequestId(requestId)?.results === undefined) continue;
      stored += 1;
      const { results } = (await resultOf(s, index, requestId)).result;
      if (!isSignature(digest, results[0])) t.fail(`stored at ${index}: something else`);
    }
  }
  t.ok(stored > 0, `${stored} signatures stored`);
  for (const index of s.indices) {
    for (const other of s.indices.filter((each) => each !== index)) {
      const { phase, needsApproval } = s.at(index).signer.pairs.view(other);
      t.same({ phase, needsApproval }, { phase: 'active', needsApproval: false });
    }
  }
  t.ok(counts.size > 6, `kinds of mischief: ${[...counts].join(' ')}`);
  t.ok(through > 0 && through < SESSIONS, `${through} of ${SESSIONS} sessions got through`);
  t.equal(s.logs.filter((line) => line.includes('"level":50')).length, 0, 'no alarm');
});
