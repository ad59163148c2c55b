import t from 'tap';
import { InvalidInput, ProtocolAbort } from '../../core/index.ts';
import { SealFailure } from '../../signer/ports.ts';
import { refusalOf } from '../../signer/refusal.ts';
import {
  KeyIdTaken,
  LedgerConflict,
  PairRefused,
  StoreCorrupted,
  StoreUnavailable,
} from '../../signer/store/errors.ts';
import { isReason } from '../../wire/reasons.ts';
import { toRefusal, TrefoilError } from '../../wire/status.ts';

const pair = { peer: 2, largestGeneration: 9 };
const CASES: readonly (readonly [Error, string])[] = [
  [new PairRefused('needs-approval', pair), 'PAIR_NEEDS_APPROVAL'],
  [new PairRefused('cure-limit', pair), 'PAIR_NEEDS_APPROVAL'],
  [new PairRefused('generation-not-new', pair), 'PAIR_GENERATION_TOO_LOW'],
  [new PairRefused('generation-too-far', pair), 'PAIR_GENERATION_TOO_LOW'],
  [new PairRefused('start-went-back', pair), 'PEER_REFUSED'],
  [new PairRefused('start-reused', pair), 'PEER_REFUSED'],
  [new PairRefused('peer-refused', pair), 'PEER_REFUSED'],
  [new LedgerConflict('other-bytes', 'id'), 'REQUEST_ID_REUSED'],
  [new LedgerConflict('other-content', 'id'), 'REQUEST_ID_REUSED'],
  [new LedgerConflict('attempt-used', 'id'), 'ATTEMPT_REUSED'],
  [new LedgerConflict('not-accepted', 'id'), 'REQUEST_NOT_FOUND'],
  [new KeyIdTaken('ab'.repeat(32), 'tombstone'), 'KEY_EXISTS'],
  [new SealFailure('denied', 'words of a key service'), 'SEALER_UNAVAILABLE'],
  [new StoreUnavailable('the ledger: disk full'), 'STORAGE_UNAVAILABLE'],
  [new ProtocolAbort('SIGNER_SET_INVALID'), 'PARTIES_INVALID'],
  [new ProtocolAbort('PAIR_MEMBERS_INVALID'), 'PARTIES_INVALID'],
  [new ProtocolAbort('ROSTER_MISMATCH'), 'ROSTER_VERSION_UNKNOWN'],
  [new ProtocolAbort('ECHO_MISMATCH'), 'SESSION_ABORTED'],
  [new ProtocolAbort('OT_CHECK_FAILED', [2]), 'SESSION_BURNED'],
  [new InvalidInput('items[0].path', 'is odd'), 'FIELD_INVALID'],
  [new TrefoilError('GRANT_MISSING', 'no'), 'GRANT_MISSING'],
  [new StoreCorrupted('a record of keys does not authenticate'), 'INTERNAL'],
  [new RangeError('a bug'), 'INTERNAL'],
];

t.test('every failure has its reason', async (t) => {
  for (const [thrown, reason] of CASES) {
    const refusal = refusalOf(thrown);
    t.equal(refusal.reason, reason, thrown.message);
    t.ok(isReason(refusal.reason));
  }
});

t.test('what leaves says nothing of what stays', async (t) => {
  const sealer = toRefusal(refusalOf(new SealFailure('denied', 'arn:aws:kms:secret words')));
  t.notOk(JSON.stringify(sealer).includes('arn'));
  const bug = toRefusal(refusalOf(new RangeError('0xsecret')));
  t.notOk(JSON.stringify(bug).includes('0xsecret'));
  t.notOk(JSON.stringify(toRefusal(refusalOf('a thrown 0xsecret'))).includes('0xsecret'));
});

t.test('a refused generation names the largest', async (t) => {
  const { metadata } = refusalOf(new PairRefused('generation-not-new', pair));
  t.same(metadata, { largestGeneration: '9' });
});
