import fc from 'fast-check';
import t from 'tap';
import { matchesPattern, stampingClient } from '../../../signer/authority/clients.ts';
import { utf8 } from '../../../wire/bytes.ts';
import { PAYLOAD_TYPES } from '../../../wire/stamp.ts';
import { createTestClient } from '../../support/client-requests.ts';

/** The definition: a pattern as a regular expression. */
function matchesSlowly(pattern: string, name: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'));
  return new RegExp(`^${escaped.join('[^]*')}$`).test(name);
}

/** Few letters, so that patterns often match. */
const name = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-', '$'), maxLength: 10 });
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '$', '*'), maxLength: 6 });

t.test('a pattern matches what its regular expression matches', async (t) => {
  let matched = 0;
  fc.assert(
    fc.property(pattern, name, (p, n) => {
      const expected = matchesSlowly(p, n);
      if (expected) matched += 1;
      return matchesPattern(p, n) === expected;
    }),
    { numRuns: 5000 },
  );
  t.ok(matched > 20, `${matched} matches among them`);
});

t.test('a pattern made of a name by stars matches the name', async () => {
  fc.assert(
    fc.property(name, fc.array(fc.nat(10), { maxLength: 4 }), (n, cuts) => {
      const sorted = [0, ...cuts.map((cut) => Math.min(cut, n.length)), n.length].sort(
        (a, b) => a - b,
      );
      // Every other piece becomes a star.
      const pieces = sorted.slice(1).map((end, k) => (k % 2 === 0 ? n.slice(sorted[k], end) : '*'));
      return matchesPattern(pieces.join(''), n);
    }),
  );
});

t.test('a pattern without star matches itself only', async () => {
  fc.assert(
    fc.property(name, name, (a, b) => matchesPattern(a, b) === (a === b)),
    { numRuns: 2000 },
  );
});

t.test('the parts of a pattern do not overlap', async (t) => {
  t.notOk(matchesPattern('aba*ba', 'aba'));
  t.ok(matchesPattern('aba*ba', 'ababa'));
  t.notOk(matchesPattern('*ab*ab*', 'xabx'));
  t.ok(matchesPattern('**', ''));
  t.notOk(matchesPattern('', 'a'));
});

t.test('one client may stamp with several keys', async (t) => {
  const [first, second] = [createTestClient('demo'), createTestClient('demo', 'p256')];
  const clients = [{ id: 'demo', keys: [first.stampKey, second.stampKey], grants: [] }];
  const request = utf8('a request');
  const type = PAYLOAD_TYPES.SignRequest;
  const stamps = [
    await first.stamper.stamp(type, request),
    await second.stamper.stamp(type, request),
  ];
  for (const chosen of [stamps, stamps.slice(0, 1), stamps.slice(1)])
    t.equal(stampingClient(clients, type, { request, stamps: chosen }).id, 'demo');
});
