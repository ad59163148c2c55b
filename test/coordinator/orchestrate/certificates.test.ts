import t, { type Test } from 'tap';
import { createCertificates } from '../../../coordinator/orchestrate/certificates.ts';
import type { SignerApi } from '../../../coordinator/ports.ts';
import { createReferenceArith } from '../../../core/index.ts';
import type { KeyCertificate } from '../../../wire/certificate.ts';
import { keyIdOf } from '../../../wire/request.ts';
import type { KeyRecord } from '../../../wire/signer-info.ts';
import { TrefoilError } from '../../../wire/status.ts';
import { createCertificate } from '../../support/certificate.ts';
import { createQuietLog } from '../../support/quiet-log.ts';
import { randomOf } from '../../support/rng.ts';

const COMMITTEE = [1, 2, 3];
const unused = () => Promise.reject(new Error('not used here'));
type Answer = KeyRecord | 'none' | 'unreachable';

/** What each member of 1, 2, 3 says of a key whose real certificate is at hand. */
async function open(t: Test) {
  const fixture = await createCertificate(randomOf(t));
  const { certificate, operator } = fixture;
  const keyId = keyIdOf(certificate.createRequest);
  const base = { keyId, epoch: 0, keygenSid: new Uint8Array(32) };
  const active = (held = certificate): KeyRecord => ({
    ...base,
    state: 'active',
    certificate: held,
  });
  const pending = (from: number, part = certificate): KeyRecord => ({
    ...base,
    state: 'pending',
    certificate: { ...part, r4: part.r4.filter((each) => each.from === from) },
  });
  const tombstone: KeyRecord = { ...base, state: 'tombstone' };
  const delivered: number[] = [];
  const ask = (answers: Readonly<Record<number, Answer>>, failing: readonly number[] = []) => {
    const apis = new Map(
      COMMITTEE.map((index): [number, SignerApi] => [
        index,
        {
          getKey: () => {
            const answer = answers[index] ?? 'unreachable';
            if (answer === 'none') return Promise.reject(new TrefoilError('KEY_NOT_FOUND', 'none'));
            if (answer === 'unreachable') return Promise.reject(new Error('gone'));
            return Promise.resolve(answer);
          },
          putCertificate: () => {
            if (failing.includes(index)) return Promise.reject(new Error('gone'));
            delivered.push(index);
            return Promise.resolve('active');
          },
          ...{ getInfo: unused, listKeys: unused, getResult: unused },
        },
      ]),
    );
    return createCertificates({
      ...{ apis, operatorKeys: [operator.key], arith: createReferenceArith },
      log: createQuietLog(),
    });
  };
  const collect = (answers: Readonly<Record<number, Answer>>) =>
    ask(answers).collect(keyId, COMMITTEE);
  return { certificate, keyId, active, pending, tombstone, ask, collect, delivered };
}

t.test('one certificate of one member is enough; who lacks it is known', async (t) => {
  const { collect, active, pending, certificate } = await open(t);
  const standing = await collect({ 1: active(), 2: pending(2), 3: 'unreachable' });
  t.match(standing, { kind: 'complete', lacking: [2, 3] });
  if (standing.kind === 'complete') t.same(standing.key.certificate, certificate);
});

t.test('the confirmations of all members make the certificate', async (t) => {
  const { collect, pending } = await open(t);
  t.match(await collect({ 1: pending(1), 2: pending(2), 3: pending(3) }), {
    kind: 'complete',
    lacking: [1, 2, 3],
  });
});

t.test('what does not verify counts for nothing', async (t) => {
  const { collect, active, pending, certificate } = await open(t);
  const forged: KeyCertificate = { ...certificate, chainCode: new Uint8Array(32) };
  t.match(await collect({ 1: active(forged), 2: 'none', 3: 'none' }), { kind: 'partial' });
  t.match(await collect({ 1: pending(1, forged), 2: pending(2), 3: pending(3) }), {
    kind: 'partial',
  });
  t.match(await collect({ 1: active(forged), 2: active(), 3: 'none' }), { kind: 'complete' });
});

t.test('tells what can still complete from what never will', async (t) => {
  const { collect, pending, tombstone } = await open(t);
  t.same(await collect({ 1: 'none', 2: 'none', 3: 'none' }), { kind: 'absent' });
  t.same(await collect({ 1: 'none', 2: 'none', 3: 'unreachable' }), {
    kind: 'partial',
    allAnswered: false,
  });
  t.same(await collect({ 1: pending(1), 2: 'none', 3: 'none' }), {
    kind: 'partial',
    allAnswered: true,
  });
  t.same(await collect({ 1: pending(1), 2: tombstone, 3: 'unreachable' }), { kind: 'dead' });
});

t.test('delivers to whoever takes it', async (t) => {
  const { ask, certificate, delivered } = await open(t);
  await ask({}, [2]).deliver(certificate, [1, 2, 3]);
  t.same(delivered, [1, 3]);
});
