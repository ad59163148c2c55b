/** Section `derivation`. */
import { deriveChild, type ExtendedKey } from '../../core/derive/bip32.ts';
import { arith, hex, unhex } from './labels.ts';
import { scalarHex } from './rvole.ts';
import type { Tree } from './tree.ts';

/** Public steps of BIP-32's published test vectors 1 and 2. */
const PUBLISHED = [
  {
    name: 'tv2 m -> m/0',
    pk: '03cbcaa9c98c877a26977d00825c956a238e8dddfbd322cce4f74b0b5bd6ace4a7',
    cc: '60499f801b896d83179a4374aeb7822aaeaceaa0db1f85ee3e904c4defbd9689',
    index: 0,
  },
  {
    name: 'tv1 m/0H -> m/0H/1',
    pk: '035a784662a4a20a65bf6aab9ae98a6c068a81c52e4b032c0fb5400c706cfccc56',
    cc: '47fdacbd0f1097043b78c63c20c34ef4ed9a111d980047ad16282c7ae6236141',
    index: 1,
  },
];

const PATHS = [[0], [0, 7], [44, 60, 0x7fff_ffff]];

export function derivationSection(key: ExtendedKey): Tree {
  return {
    'bip32 public vectors': PUBLISHED.map(({ name, pk, cc, index }) => {
      const parent = { publicKey: unhex(pk), chainCode: unhex(cc) };
      const child = deriveChild({ arith }, parent, [index]);
      return {
        name,
        pk,
        cc,
        index,
        d: scalarHex(child.delta),
        child: hex(child.publicKey),
        'child cc': hex(child.chainCode),
      };
    }),
    'from dkg_2of3': PATHS.map((path) => {
      const child = deriveChild({ arith }, key, path);
      return {
        path,
        pk: hex(child.publicKey),
        cc: hex(child.chainCode),
        delta: scalarHex(child.delta),
      };
    }),
  };
}
