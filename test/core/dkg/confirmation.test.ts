import t from 'tap';
import { confirmation, type KeyFacts } from '../../../core/dkg/confirmation.ts';
import { hexOf } from '../../support/arith.ts';
import { dealKey, dealRoster } from '../../support/dealer.ts';
import { randomOf, sha256 } from '../../support/rng.ts';

t.test('every fact of a key changes its confirmation', (t) => {
  const random = randomOf(t);
  const { roster } = dealRoster(random, [1, 2, 3]);
  const { facts } = dealKey(random, { t: 2, roster });
  const other = random.bytes(32);
  const changes: Partial<KeyFacts>[] = [
    {},
    { sid: other },
    { keyId: other },
    { epoch: 1 },
    { cluster32: other },
    { t: 3 },
    { committee: facts.committee.slice(0, 2) },
    { publicKey: random.bytes(33) },
    { chainCode: other },
    { F: facts.F.toReversed() },
    { S: facts.S.toReversed() },
    { echo1: other },
    { echo2: other },
    { echo1: facts.echo2, echo2: facts.echo1 },
  ];
  const digests = changes.map((change) => hexOf(confirmation(sha256, { ...facts, ...change })));
  t.equal(new Set(digests).size, digests.length);
  t.equal(digests[0]?.length, 64);
  t.end();
});
