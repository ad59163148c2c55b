import assert from 'node:assert/strict';
import t from 'tap';
import { ABORTS, ensure, ensurePresent, ProtocolAbort } from '../../core/errors.ts';
import { negative } from '../support/negative.ts';

t.test('an abort names its check, its class and its culprits, and no value', (t) => {
  const abort = new ProtocolAbort('GAMMA_U_MISMATCH', [3]);
  t.equal(abort.message, 'GAMMA_U_MISMATCH (C-41, burn) by 3');
  t.equal(abort.check, 'C-41');
  t.equal(abort.abortClass, 'burn');
  t.same(abort.culprits, [3]);
  t.end();
});

t.test('only the four OT and multiplication checks burn', (t) => {
  const burning = Object.values(ABORTS).filter(({ abortClass }) => abortClass === 'burn');
  t.same(burning.map(({ check }) => check).sort(), ['C-37', 'C-39', 'C-41', 'C-42']);
  t.end();
});

t.test('ensurePresent returns what is there', (t) => {
  t.equal(ensurePresent('POINT_INVALID', 7, [1]), 7);
  t.throws(() => ensurePresent('POINT_INVALID', undefined, [1]), { code: 'POINT_INVALID' });
  t.end();
});

negative('C-41', 'burns the pair whose Gamma check failed', () => {
  assert.throws(
    () => {
      ensure('GAMMA_U_MISMATCH', false, [2]);
    },
    { abortClass: 'burn' },
  );
});
