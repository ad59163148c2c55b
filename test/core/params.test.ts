import t from 'tap';
import * as params from '../../core/params.ts';

t.test('the numbers of the suite fit together', (t) => {
  t.equal(params.XI, params.KAPPA + 2 * params.LAMBDA_S);
  t.equal(params.LANES, params.ELL + 1);
  t.equal(params.GROUPS * params.GROUP_BITS, params.LAMBDA_C);
  t.equal(params.LEAVES, 2 ** params.GROUP_BITS);
  t.equal(params.LEAVES_BYTES, 8192);
  t.equal(params.MASK_BYTES, 32);
  t.equal(params.SUITE, 'trefoil-dkls23/secp256k1/sha256-blake3/sso-k4-nu2/xi416/v1');
  t.end();
});

t.test('a row of a batch has 52 B + 32 bytes', (t) => {
  for (const B of [1, 2, 64]) {
    t.equal(params.rowBytes(B), 52 * B + 32);
    t.equal(params.extendedOts(B), 416 * B);
  }
  t.end();
});
